import Core
import Glibc
import HTTPServing
import Synchronization
import Testing
import Transport

/// So many bytes of zeros, and then perhaps a failure.
private final class Zeros: UploadSource {
    let length: UInt64?
    private let left: Mutex<Int>
    private let failure: Failure?
    private static let piece = [UInt8](repeating: 0, count: 128 << 10)

    init(_ count: Int, announced: Bool, failure: Failure? = nil) {
        length = announced ? UInt64(count) : nil
        left = Mutex(count)
        self.failure = failure
    }

    func next() async throws(Failure) -> ArraySlice<UInt8> {
        let count = left.withLock { left in
            let count = min(left, Self.piece.count)
            left -= count
            return count
        }
        if count == 0, let failure { throw failure }
        return Self.piece[..<count]
    }
}

private final class Tally: DownloadSink {
    private let state = Mutex(0)
    private let limit: Int

    init(failsAfter limit: Int = .max) { self.limit = limit }
    var bytes: Int { state.withLock { $0 } }

    func take(_ piece: ArraySlice<UInt8>) async throws(Failure) {
        await Task.yield()
        let bytes = state.withLock { state in
            state += piece.count
            return state
        }
        if bytes > limit { throw Failure(.noSpace, "the sink is full") }
    }
}

private func residentPeakKiB() -> Int {
    var usage = rusage()
    unsafe _ = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
}

@Suite(.serialized) struct StreamingTests {
    private func serve(_ routes: [Route]) throws -> (HTTPServer, String) {
        let server = try HTTPServer(.loopback(), routes: routes, options: ServerOptions())
        guard case .tcp(_, let port) = server.address else { throw Failure(.other, "not TCP") }
        return (server, "http://127.0.0.1:\(port)/")
    }

    private func call(_ method: String, _ url: String) -> HTTPCall {
        HTTPCall(
            HTTPRequest(method, url, limits: .streaming(stall: .seconds(5))), route: "\(method) /", lane: .bulk,
            deadline: .seconds(60))
    }

    private let counting = Route(
        .put, "/",
        streaming: { (_, body) throws(Failure) in
            var count = 0
            while case let piece = try body.next(), !piece.isEmpty { count += piece.count }
            return ServerReply(body: .bytes(Array("\(count)".utf8)))
        })

    @Test(
        "a body of any size goes up in constant memory", arguments: [0, 1, 128 << 10, (256 << 10) + 1, 64 << 20],
        [true, false])
    func upload(count: Int, announced: Bool) async throws {
        let (server, url) = try serve([counting])
        let before = residentPeakKiB()
        let answer = try await HTTPClient().upload(call("PUT", url), from: Zeros(count, announced: announced))
        #expect(String(decoding: answer.body, as: UTF8.self) == "\(count)")
        #expect(residentPeakKiB() - before < 24 << 10)
        withExtendedLifetime(server) {}
    }

    @Test("a body of any size comes down in constant memory", arguments: [0, 1, 512 << 10, (512 << 10) + 1, 64 << 20])
    func download(count: Int) async throws {
        let route = Route(.get, "/") { (_, _) throws(Failure) in
            let left = Mutex(count)
            let piece = [UInt8](repeating: 7, count: 64 << 10)
            return ServerReply(
                body: .stream(
                    ReplyStream(length: UInt64(count)) { () throws(Failure) in
                        left.withLock { left in
                            let size = min(left, piece.count)
                            left -= size
                            return piece[..<size]
                        }
                    }))
        }
        let (server, url) = try serve([route])
        let before = residentPeakKiB()
        let tally = Tally()
        let answer = try await HTTPClient().download(call("GET", url), into: tally)
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
        #expect(tally.bytes == count)
        #expect(residentPeakKiB() - before < 24 << 10)
        withExtendedLifetime(server) {}
    }

    @Test("what source or sink throw ends the exchange and is thrown on")
    func failures() async throws {
        let (server, url) = try serve([counting])
        let source = Zeros(1 << 20, announced: false, failure: Failure(.integrity, "the source is damaged"))
        let sent = await #expect(throws: Failure.self) {
            _ = try await HTTPClient().upload(call("PUT", url), from: source)
        }
        #expect(sent?.code == .integrity)
        let endless = FaultServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(connection, "HTTP/1.1 200 OK\r\n\r\n")
            let piece = [UInt8](repeating: 1, count: 4096)
            while unsafe send(connection, piece, piece.count, Int32(MSG_NOSIGNAL)) > 0 {}
        }
        let taken = await #expect(throws: Failure.self) {
            _ = try await HTTPClient().download(call("GET", endless.url), into: Tally(failsAfter: 1 << 20))
        }
        #expect(taken?.code == .noSpace)
        withExtendedLifetime(server) {}
    }

    @Test("a refusal before the body ends the upload with the server's answer")
    func refusal() async throws {
        let refusing = Route(.put, "/", early: { _ in ServerReply(status: 403) }, streaming: { _, _ in ServerReply() })
        let (server, url) = try serve([refusing])
        let answer = try await HTTPClient().upload(call("PUT", url), from: Zeros(64 << 20, announced: true))
        #expect(answer.status == 403)
        withExtendedLifetime(server) {}
    }
}
