import Core
import MockServer
import Testing
import Transport

@Suite struct ThrottleTests {
    let time = ManualTime()

    private func client(_ mode: RateLimitMode) throws -> Client {
        var options = MockOptions()
        options.time = time
        options.rateLimit = .off
        let client = try Client.loggedIn(options)
        client.mock.rateLimit = mode
        return client
    }

    private func resolve(_ client: Client) throws -> HTTPResponse {
        try client.get("/ipns/resolve?ipnsName=\(NameTests.name)")
    }

    @Test("ten requests pass in a second, the eleventh is blocked for one more, by the clock of the options")
    func short() throws {
        let client = try client(.real)
        for number in 1...10 {
            let answer = try resolve(client)
            #expect(answer.status == 404)
            #expect(answer.headers["X-RateLimit-Limit-short"] == "10")
            #expect(answer.headers["X-RateLimit-Remaining-short"] == "\(10 - number)")
            #expect(answer.headers["X-RateLimit-Reset-short"] == "1")
            #expect(answer.headers["X-RateLimit-Limit-medium"] == "100")
            #expect(answer.headers["X-RateLimit-Remaining-medium"] == "\(100 - number)")
            #expect(answer.headers["X-RateLimit-Reset-medium"] == "60")
        }
        let blocked = try resolve(client)
        #expect(blocked.status == 429)
        #expect(blocked.json == ["statusCode": 429, "message": "ThrottlerException: Too Many Requests"])
        #expect(blocked.headers["Retry-After-short"] == "1")
        #expect(blocked.headers["Retry-After"] == nil)
        #expect(blocked.headers["X-RateLimit-Limit-short"] == nil)
        time.advance(by: .milliseconds(999))
        #expect(try resolve(client).status == 429)
        time.advance(by: .milliseconds(1))
        let free = try resolve(client)
        #expect(free.status == 404)
        #expect(free.headers["X-RateLimit-Remaining-short"] == "9")
    }

    @Test("hits leave the window one by one")
    func sliding() throws {
        let client = try client(.real)
        for _ in 0..<5 { _ = try resolve(client) }
        time.advance(by: .milliseconds(600))
        for _ in 0..<5 { _ = try resolve(client) }
        time.advance(by: .milliseconds(400))
        for _ in 0..<5 { #expect(try resolve(client).status == 404) }
        #expect(try resolve(client).status == 429)
    }

    @Test("a hundred pass in a minute, and the block lasts a minute")
    func medium() throws {
        let client = try client(.real)
        for _ in 0..<10 {
            for _ in 0..<10 { #expect(try resolve(client).status == 404) }
            time.advance(by: .seconds(1))
        }
        let blocked = try resolve(client)
        #expect(blocked.status == 429)
        #expect(blocked.headers["Retry-After-medium"] == "60")
        #expect(blocked.headers["X-RateLimit-Limit-short"] == "10")
        time.advance(by: .seconds(59))
        let later = try resolve(client)
        #expect(later.status == 429)
        #expect(later.headers["Retry-After-medium"] == "1")
        time.advance(by: .seconds(1))
        #expect(try resolve(client).status == 404)
    }

    @Test("each route has its own count")
    func routes() throws {
        let client = try client(.real)
        for _ in 0..<11 { _ = try resolve(client) }
        #expect(try client.post("/ipns/publish").status == 400)
        #expect(try client.post("/auth/test-login").headers["X-RateLimit-Remaining-short"] == "9")
    }

    static let unlimited = [
        "GET /vault", "GET /vault/quota", "GET /vault/export", "GET /auth/methods", "POST /auth/refresh",
        "GET /ipfs/bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "POST /ipfs/unpin", "GET /health",
        "POST /vault/init", "POST /ipfs/upload", "GET /_mock/counters",
    ]

    @Test("content, vault, refresh and the mock's own addresses are not limited", arguments: unlimited)
    func unthrottled(route: String) throws {
        let client = try client(.strict)
        let words = route.split(separator: " ").map(String.init)
        for _ in 0..<12 {
            let answer = try client.send(words[0], words[1])
            #expect(answer.status != 429)
            #expect(answer.headers["X-RateLimit-Limit-short"] == nil)
        }
    }

    static let intended = [
        ("POST /auth/test-login", 5, 900), ("POST /auth/login", 10, 60), ("POST /ipns/publish", 10, 60),
        ("POST /ipns/publish-batch", 5, 60), ("GET /ipns/resolve", 30, 60),
    ]

    @Test("strict limits are those that were meant for each route", arguments: intended)
    func strict(example: (route: String, limit: Int, seconds: Int)) throws {
        let client = try client(.strict)
        let words = example.route.split(separator: " ").map(String.init)
        for _ in 0..<example.limit {
            let answer = try client.send(words[0], words[1])
            #expect(answer.status != 429)
            #expect(answer.headers["X-RateLimit-Limit"] == "\(example.limit)")
            time.advance(by: .milliseconds(150))
        }
        let blocked = try client.send(words[0], words[1])
        #expect(blocked.status == 429)
        #expect(blocked.headers["Retry-After"] == "\(example.seconds)")
        time.advance(by: .seconds(example.seconds))
        // A lifetime of the access token may have passed: the block is over when the answer is another.
        #expect(try client.send(words[0], words[1]).status != 429)
    }

    @Test("without rate limits there are no header fields about them either")
    func off() throws {
        let client = try client(.off)
        for _ in 0..<12 {
            let answer = try resolve(client)
            #expect(answer.status == 404)
            #expect(answer.headers["X-RateLimit-Limit-short"] == nil)
        }
    }
}
