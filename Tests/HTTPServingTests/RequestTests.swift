import Core
import HTTPServing
import Testing
import Transport

@Suite struct RequestTests {
    static let routes = [
        Route(
            .get, "/echo/{one}/{rest...}",
            whole: { (request, _) throws(Failure) in
                .json([
                    "one": JSON(Hex.encode(request.parameter("one"))),
                    "rest": .array(request.parameters("rest").map { JSON(Hex.encode($0)) }),
                    "q": JSON(request.query("q").map { Hex.encode($0) }),
                    "user": JSON(request.peer.map { "\($0.user)" }),
                ])
            }),
        Route(
            .post, "/whole", bodyLimit: 1000, whole: { (_, body) throws(Failure) in .json(["count": JSON(body.count)]) }
        ),
        Route(
            .put, "/stream", bodyLimit: 1000,
            streaming: { (_, body) throws(Failure) in
                var count = 0
                while true {
                    let piece = try body.next()
                    if piece.isEmpty { return .json(["count": JSON(count)]) }
                    count += piece.count
                }
            }),
        Route(.delete, "/whole", whole: { (_, _) throws(Failure) in .json([:]) }),
    ]

    @Test("segments and query reach the handler as bytes, whatever they are", arguments: Link.allCases)
    func decoding(link: Link) throws {
        let live = try LiveServer(link, Self.routes)
        let all: [UInt8] = Array(1...255).filter { $0 != 0x2f }
        let text = PercentCoding.encode(all)
        let response = try live.send("GET", "/echo/\(text)/%00/a%2Fb/+?q=\(text)&r=1")
        #expect(response.status == 200)
        let answer = try JSON(parsing: response.body)
        #expect(answer["one"]?.text == Hex.encode(all))
        #expect(answer["q"]?.text == Hex.encode(all))
        #expect(answer["rest"] == ["00", "612f62", "2b"])
        #expect(answer["user"]?.text == nil || link == .unix)
    }

    @Test("an address nobody serves is 404, a method it has not 405 with those it has", arguments: Link.allCases)
    func unknown(link: Link) throws {
        let live = try LiveServer(link, Self.routes)
        for path in ["/", "/echo", "/whole/more", "/ECHO/a"] {
            let response = try live.send("GET", path)
            #expect(response.status == 404)
            #expect(try JSON(parsing: response.body)["code"]?.text == "notFound")
        }
        for method in ["GET", "PUT", "BREW"] {
            let response = try live.send(method, "/whole")
            #expect(response.status == 405)
            #expect(response.headers["Allow"] == "POST, DELETE")
        }
        #expect(try live.send("GET", "/echo/%zz").status == 400)
    }

    @Test("HEAD answers as GET does, without the body")
    func head() throws {
        let response = try LiveServer(.unix, Self.routes).send("HEAD", "/echo/a")
        #expect(response.status == 200)
        #expect(response.body.isEmpty)
        #expect(response.headers["Content-Type"] == "application/json")
    }

    @Test(
        "a body at its limit passes, one byte more is 413, announced or not", arguments: Link.allCases,
        [0, 1, 999, 1000, 1001, 100_000])
    func limits(link: Link, size: Int) throws {
        let live = try LiveServer(link, Self.routes)
        let expected = size <= 1000 ? 200 : 413
        let connection = try live.connection()
        let body = Pattern.bytes(0..<size)
        #expect(try connection.send(live.request("POST", "/whole", body: body)).status == expected)
        for (method, path) in [("POST", "/whole"), ("PUT", "/stream")] {
            for length in [nil, UInt64(size)] {
                var source = Pattern.Source(size)
                let response = try connection.upload(live.request(method, path), length: length) {
                    () throws(Failure) in source.next()
                }
                #expect(response.status == expected)
                let key = expected == 200 ? "count" : "code"
                #expect(try JSON(parsing: response.body)[key] == (expected == 200 ? JSON(size) : "tooLarge"))
            }
        }
    }

    @Test("a body that is announced too long is refused before a byte of it is asked for")
    func refusedEarly() throws {
        let live = try LiveServer(.unix, Self.routes)
        var asked = 0
        let response = try live.connection().upload(live.request("PUT", "/stream"), length: 1 << 40) {
            () throws(Failure) in
            asked += 1
            return [0]
        }
        #expect(response.status == 413)
        #expect(asked == 0)
    }

    @Test("over TCP only the names of this machine are answered")
    func hosts() throws {
        let options = ServerOptions(hosts: ["vault.example"])
        let tcp = try LiveServer(.tcp, Self.routes, options: options)
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:99", "vault.example:8080"] {
            #expect(try tcp.send("GET", "/echo/a", headers: ["Host": host]).status == 200)
        }
        for host in [
            "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::2]", "localhost:x", "a@b",
        ] {
            #expect(try tcp.send("GET", "/echo/a", headers: ["Host": host]).status == 403)
        }
    }

    @Test("a unix socket admits whom its rule admits, by the kernel's word")
    func peers() throws {
        let refusing = try LiveServer(.unix, Self.routes, options: ServerOptions(admitsPeer: { _ in false }))
        #expect(try refusing.send("GET", "/echo/a").status == 403)
        #expect(try LiveServer(.unix, Self.routes).send("GET", "/echo/a").status == 200)
        let stranger = PeerCredentials(process: 1, user: 4711, group: 0)
        #expect(!stranger.isOwnerOrRoot(owner: 4712))
        #expect(stranger.isOwnerOrRoot(owner: 4711))
        #expect(PeerCredentials(process: 1, user: 0, group: 0).isOwnerOrRoot(owner: 4712))
    }

    @Test("what the server's rule refuses is refused before the body", arguments: Link.allCases)
    func refusal(link: Link) throws {
        let options = ServerOptions(refuses: { request in
            request.headers["Authorization"] == "Bearer t" ? nil : Failure(.notLoggedIn, "no token")
        })
        let live = try LiveServer(link, Self.routes, options: options)
        #expect(try live.send("POST", "/whole", body: [1]).status == 401)
        #expect(try live.send("POST", "/whole", headers: ["Authorization": "Bearer t"], body: [1]).status == 200)
    }

    @Test("each failure has the status of the table", arguments: FailureCode.allCases)
    func statuses(code: FailureCode) throws {
        let route = Route(.get, "/", whole: { (_, _) throws(Failure) in throw Failure(code, "m", advice: "a") })
        let response = try LiveServer(.unix, [route]).send("GET", "/")
        #expect(response.status == code.row.httpStatus)
        #expect(try JSON(parsing: response.body) == ["error": "m", "code": JSON(code.rawValue), "advice": "a"])
    }
}
