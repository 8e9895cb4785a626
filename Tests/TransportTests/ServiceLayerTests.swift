import Core
import Synchronization
import Testing
import Transport

/// Answers from a list, then with 200; notes when it was asked.
final class ScriptedAnswers: HTTPService {
    private let time: ManualTime
    private let state: Mutex<(answers: [Result<HTTPResponse, Failure>], calls: [(Moment, HTTPCall)])>

    init(_ time: ManualTime, _ answers: [Result<HTTPResponse, Failure>]) {
        self.time = time
        state = Mutex((answers, []))
    }

    var calls: [(Moment, HTTPCall)] { state.withLock { $0.calls } }

    func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        let answer = state.withLock { state -> Result<HTTPResponse, Failure> in
            state.calls.append((time.now, call))
            return state.answers.isEmpty ? .success(HTTPResponse(status: 200)) : state.answers.removeFirst()
        }
        return try answer.get()
    }
}

/// Moves the clock on until the work is done, a little at a time.
func run<Value: Sendable>(
    _ time: ManualTime, step: Duration = .milliseconds(50), _ work: @escaping @Sendable () async -> Value
) async -> Value {
    let task = Task { await work() }
    let isDone = Gate(false)
    Task {
        _ = await task.value
        isDone.withLock { $0 = true }
    }
    while !isDone.withLock({ $0 }) {
        time.advance(by: step)
        for _ in 0..<50 { await Task.yield() }
    }
    return await task.value
}

@Suite struct ServiceLayerTests {
    private func call(
        _ route: String = "GET /x", deadline: Duration = .seconds(60), mayRepeat: Bool = true
    ) -> HTTPCall {
        HTTPCall(HTTPRequest("GET", "http://h/a?b"), route: route, deadline: deadline, mayRepeat: mayRepeat)
    }

    @Test("the statuses that may pass go again, and only if they may", arguments: 200..<600, [true, false])
    func statuses(status: Int, mayRepeat: Bool) async throws {
        let time = ManualTime()
        let script = ScriptedAnswers(time, [.success(HTTPResponse(status: status))])
        let service = RetryingService(script, time: time, random: { 0 })
        let call = call(mayRepeat: mayRepeat)
        let response = await run(time) { try? await service.send(call) }
        let again = status == 429 || (mayRepeat && [408, 500, 502, 503, 504].contains(status))
        #expect(script.calls.count == (again ? 2 : 1))
        #expect(response?.status == (again ? 200 : status))
    }

    @Test("failures go again as their row says", arguments: FailureCode.allCases, [true, false])
    func failures(code: FailureCode, mayRepeat: Bool) async throws {
        let time = ManualTime()
        let script = ScriptedAnswers(time, [.failure(Failure(code, "no"))])
        let service = RetryingService(script, time: time, random: { 0 })
        let call = call(mayRepeat: mayRepeat)
        _ = await run(time) { try? await service.send(call) }
        let again = mayRepeat && code.row.retry == .later && code != .interrupted
        #expect(script.calls.count == (again ? 2 : 1))
    }

    @Test(
        "a pause lasts as long as the server asks",
        arguments: ["Retry-After", "Retry-After-short", "Retry-After-medium"])
    func retryAfter(header: String) async throws {
        let time = ManualTime()
        let script = ScriptedAnswers(time, [.success(HTTPResponse(status: 429, headers: [header: "7"]))])
        let service = RetryingService(script, time: time, random: { 0 })
        let call = call()
        #expect(await run(time) { try? await service.send(call) }?.status == 200)
        let calls = script.calls
        #expect(calls[1].0 - calls[0].0 >= .seconds(7))
        #expect(calls[1].0 - calls[0].0 < .seconds(8))
        #expect(calls[1].1.deadline <= .seconds(53))
    }

    @Test("a pause that does not fit the deadline is not begun")
    func deadline() async throws {
        let time = ManualTime()
        let script = ScriptedAnswers(time, [.success(HTTPResponse(status: 503, headers: ["Retry-After": "60"]))])
        let service = RetryingService(script, time: time)
        // Nobody moves the clock: a pause would never end.
        #expect(try await service.send(call()).status == 503)
        #expect(script.calls.count == 1)
    }

    @Test("tries end, with the last answer")
    func tries() async throws {
        let time = ManualTime()
        let script = ScriptedAnswers(time, Array(repeating: .success(HTTPResponse(status: 502)), count: 20))
        let service = RetryingService(script, time: time)
        let call = call()
        #expect(await run(time) { try? await service.send(call) }?.status == 502)
        #expect(script.calls.count == 5)
    }

    @Test("no window of the limiter's clock holds more calls than its rule, and every call gets its turn")
    func limiter() async throws {
        let time = ManualTime()
        let script = ScriptedAnswers(time, [])
        let service = RateLimitedService(script, time: time)
        let call = call("GET /ipns/:name", deadline: .seconds(300))
        let start = time.now
        await run(time) {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<200 { group.addTask { _ = try? await service.send(call) } }
            }
        }
        let moments = script.calls.map(\.0).sorted()
        #expect(moments.count == 200)
        // Reckoned from the start: a task that a busy machine wakes late makes the next one no earlier than its turn.
        for (number, moment) in moments.enumerated() {
            #expect(moment - start >= .seconds(max(number / 8, number / 90 * 60)), "call \(number)")
        }
    }

    @Test("a call whose turn lies behind its deadline is busy at once")
    func limiterDeadline() async throws {
        let time = ManualTime()
        let rule = RateLimitedService.Rule(prefix: "/ipns/", count: 1, window: .seconds(10))
        let service = RateLimitedService(ScriptedAnswers(time, []), rules: [rule], time: time)
        _ = try await service.send(call("GET /ipns/:name"))
        _ = try await service.send(call("GET /other"))
        let failure = await #expect(throws: Failure.self) {
            _ = try await service.send(call("GET /ipns/:name", deadline: .seconds(10)))
        }
        #expect(failure?.code == .busy)
    }

    @Test("a route that answered 429 is closed for everybody, and no other route is")
    func limiterBlock() async throws {
        let time = ManualTime()
        let answer = HTTPResponse(status: 429, headers: ["Retry-After-medium": "30"])
        let service = RateLimitedService(ScriptedAnswers(time, [.success(answer)]), time: time)
        #expect(try await service.send(call("GET /ipns/:name")).status == 429)
        let failure = await #expect(throws: Failure.self) {
            _ = try await service.send(call("GET /ipns/:name", deadline: .seconds(30)))
        }
        #expect(failure?.code == .busy)
        #expect(try await service.send(call("PUT /ipns/:name")).status == 200)
        time.advance(by: .seconds(30))
        #expect(try await service.send(call("GET /ipns/:name")).status == 200)
    }

    @Test("those who waited when a route was closed take turns when it opens")
    func limiterReopening() async throws {
        let time = ManualTime()
        let answer = HTTPResponse(status: 429, headers: ["Retry-After": "20"])
        let script = ScriptedAnswers(time, [.success(answer)])
        let rule = RateLimitedService.Rule(prefix: "/ipns/", count: 1, window: .seconds(1))
        let service = RateLimitedService(script, rules: [rule], time: time)
        let call = call("GET /ipns/:name", deadline: .seconds(100))
        await run(time) {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { _ = try? await service.send(call) } }
            }
        }
        let moments = script.calls.map(\.0)
        #expect(moments.count == 10)
        for (number, moment) in moments.sorted().enumerated().dropFirst() {
            #expect(moment - moments[0] >= .seconds(20 + number - 1), "call \(number)")
        }
    }

    @Test("a sleep ends with its time, or at once when the task is cancelled")
    func sleep() async throws {
        let time = ManualTime()
        await run(time) { try? await time.sleep(for: .seconds(3)) }
        #expect(time.now - Moment(nanoseconds: 1_000_000_000) >= .seconds(3))
        let task = Task { try await time.sleep(for: .seconds(3)) }
        task.cancel()
        let failure = await #expect(throws: Failure.self) { try await task.value }
        #expect(failure?.code == .interrupted)
    }

    @Test("counts and traces tell routes and outcomes, and no secret")
    func counting() async throws {
        let time = ManualTime()
        let lines = Gate<[String]>([])
        let script = ScriptedAnswers(
            time, [.success(HTTPResponse(status: 404, body: [1, 2])), .failure(Failure(.network, "no"))])
        let counts = CountingService(script)
        let service = TracingService(counts, time: time, prefix: "p") { line in lines.withLock { $0.append(line) } }
        let request = HTTPRequest(
            "POST", "http://u:word@h:1/id?token=t", headers: ["Authorization": "Bearer b"], body: [1, 2, 3])
        for _ in 0..<3 { _ = try? await service.send(HTTPCall(request, route: "POST /:id")) }
        let count = try #require(counts.byRoute["POST /:id"])
        #expect(count.calls == 3)
        #expect(count.statuses == [404: 1, 200: 1])
        #expect(count.failures == [.network: 1])
        #expect(count.sentBytes == 9)
        #expect(count.receivedBytes == 2)
        #expect(
            lines.withLock { $0 } == [
                "p-1 POST /:id http://h:1 404 sent=3 received=2 ms=0",
                "p-2 POST /:id http://h:1 network sent=3 received=0 ms=0",
                "p-3 POST /:id http://h:1 200 sent=3 received=0 ms=0",
            ])
        #expect(script.calls.map { $0.1.request.headers["X-Request-Id"] } == ["p-1", "p-2", "p-3"])
    }

    @Test("a status becomes a failure with what the server says, safe to print and cut")
    func mapping() throws {
        let rows: [(Int, FailureCode?)] = [
            (200, nil), (299, nil), (302, .network), (400, .invalid), (401, .notLoggedIn), (403, .denied),
            (404, .notFound), (408, .timedOut), (409, .conflict), (413, .tooLarge), (422, .invalid), (429, .busy),
            (500, .network), (503, .network), (504, .timedOut),
        ]
        for (status, code) in rows {
            #expect(HTTPResponse(status: status).failure(doing: "asking")?.code == code, "\(status)")
        }
        let list = HTTPResponse(status: 400, body: Array(#"{"message":["a\u001b[2J","b"]}"#.utf8))
        #expect(list.failure(doing: "asking")?.message == "asking failed with HTTP status 400: a\\x1b[2J, b")
        let long = JSON.object([JSON.Member("message", .string(String(repeating: "x", count: 500)))])
        #expect(HTTPResponse(status: 400, body: long.bytes()).serverMessage?.count == 200)
    }
}
