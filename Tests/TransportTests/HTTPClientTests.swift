import Core
import Glibc
import HTTPServing
import Synchronization
import Testing
import Transport

@Suite struct HTTPClientTests {
    private func server(_ routes: [Route]) throws -> (HTTPServer, String) {
        let server = try HTTPServer(.loopback(), routes: routes, options: ServerOptions(requestLimit: 64))
        guard case .tcp(_, let port) = server.address else { throw Failure(.other, "not TCP") }
        return (server, "http://127.0.0.1:\(port)")
    }

    private func call(
        _ url: String, _ lane: Lane = .interactive, deadline: Duration = .seconds(20),
        limits: TransferLimits = TransferLimits(), mayRepeat: Bool = true
    ) -> HTTPCall {
        HTTPCall(
            HTTPRequest("GET", url, limits: limits), route: "GET /", lane: lane, deadline: deadline,
            mayRepeat: mayRepeat)
    }

    private func failure(_ client: HTTPClient, _ call: HTTPCall) async -> Failure? {
        await #expect(throws: Failure.self) { _ = try await client.send(call) }
    }

    @Test("a thousand calls go through as many connections as the lane has")
    func reuse() async throws {
        let count = Gate(0)
        let server = FaultServer { connection in
            while RawServer.readHead(connection).hasSuffix("\r\n\r\n") {
                count.withLock { $0 += 1 }
                RawServer.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let share = ClientLimits.Share(transfers: 4, transfersPerOrigin: 4, waiting: 1000)
        let client = HTTPClient(limits: ClientLimits(interactive: share))
        let call = call(server.url)
        let good = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1000 { group.addTask { (try? await client.send(call).body) == Array("ok".utf8) } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(good == 1000)
        #expect(count.withLock { $0 } == 1000)
        #expect(server.connections <= 4)
        client.close()
    }

    @Test(
        "a broken answer is a network failure",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            "\u{1}\u{2}garbage\n",
        ], [true, false])
    func broken(text: String, isReset: Bool) async throws {
        let server = FaultServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(connection, text)
            if isReset { FaultServer.reset(connection) }
        }
        let failure = await failure(HTTPClient(), call(server.url))
        #expect(failure?.code == .network)
        #expect(failure?.description.contains("secret") == false)
    }

    @Test("a server that stops before or within its answer is given up at the stall limit", arguments: ["", "abc"])
    func stall(body: String) async throws {
        let server = FaultServer { connection in
            _ = RawServer.readHead(connection)
            if !body.isEmpty { RawServer.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + body) }
            RawServer.waitForEnd(connection)
        }
        let start = SystemTime.monotonic()
        let limits = TransferLimits(total: nil, stall: .milliseconds(200))
        #expect(await failure(HTTPClient(), call(server.url, limits: limits))?.code == .timedOut)
        #expect(SystemTime.monotonic() - start < .seconds(5))
    }

    @Test("a slow drip does not outlive the call's deadline")
    func drip() async throws {
        let server = FaultServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            var byte: UInt8 = 0x61
            while unsafe send(connection, &byte, 1, Int32(MSG_NOSIGNAL)) == 1 {
                var ended = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
                if unsafe poll(&ended, 1, 10) != 0 { return }
            }
        }
        let start = SystemTime.monotonic()
        #expect(await failure(HTTPClient(), call(server.url, deadline: .milliseconds(300)))?.code == .timedOut)
        let duration = SystemTime.monotonic() - start
        #expect(duration >= .milliseconds(300))
        #expect(duration < .seconds(5))
    }

    @Test("bulk calls that all stand still delay no interactive call")
    func lanes() async throws {
        let stuck = FaultServer { RawServer.waitForEnd($0) }
        let (server, base) = try server([Route(.get, "/", whole: { _, _ in ServerReply() })])
        let client = HTTPClient()
        let tasks = (0..<12).map { _ in Task { try await client.send(call(stuck.url, .bulk)) } }
        #expect(try await stuck.waitForConnections(4))
        let limits = call(base + "/", deadline: .seconds(5))
        #expect(try await client.send(limits).status == 200)
        client.close()
        for task in tasks {
            let failure = await #expect(throws: Failure.self) { _ = try await task.value }
            #expect(failure?.code == .interrupted)
        }
        withExtendedLifetime(server) {}
    }

    @Test("a server that answers nothing leaves the lane's other connections to the others")
    func origins() async throws {
        let stuck = FaultServer { RawServer.waitForEnd($0) }
        let (server, base) = try server([Route(.get, "/", whole: { _, _ in ServerReply() })])
        let client = HTTPClient()
        let tasks = (0..<40).map { _ in Task { try await client.send(call(stuck.url)) } }
        #expect(try await stuck.waitForConnections(8))
        #expect(try await client.send(call(base + "/", deadline: .seconds(5))).status == 200)
        #expect(stuck.connections == 8)
        for task in tasks { task.cancel() }
        for task in tasks { _ = try? await task.value }
        withExtendedLifetime(server) {}
    }

    @Test("one call more than a lane holds is busy at once; cancelled ones make room")
    func bound() async throws {
        let stuck = FaultServer { RawServer.waitForEnd($0) }
        let share = ClientLimits.Share(transfers: 1, transfersPerOrigin: 1, waiting: 1)
        let client = HTTPClient(limits: ClientLimits(interactive: share))
        let first = Task { try await client.send(call(stuck.url)) }
        #expect(try await stuck.waitForConnections(1))
        // Two for the one place in the queue: whichever comes second is refused while the other waits.
        let outcome = await withTaskGroup(of: FailureCode?.self) { group in
            for _ in 0..<2 {
                group.addTask { await self.failure(client, self.call(stuck.url))?.code }
            }
            let refused = await group.next() ?? nil
            group.cancelAll()
            return [refused, await group.next() ?? nil]
        }
        #expect(outcome == [.busy, .interrupted])
        first.cancel()
        let failure = await #expect(throws: Failure.self) { _ = try await first.value }
        #expect(failure?.code == .interrupted)
    }

    @Test("a call that waits for a connection ends at its deadline")
    func queueDeadline() async throws {
        let stuck = FaultServer { RawServer.waitForEnd($0) }
        let share = ClientLimits.Share(transfers: 1, transfersPerOrigin: 1, waiting: 9)
        let client = HTTPClient(limits: ClientLimits(interactive: share))
        let first = Task { try await client.send(call(stuck.url)) }
        #expect(try await stuck.waitForConnections(1))
        #expect(await failure(client, call(stuck.url, deadline: .milliseconds(100)))?.code == .timedOut)
        #expect(stuck.connections == 1)
        first.cancel()
        _ = try? await first.value
    }

    @Test("a closed client refuses calls, and a redirect is an answer")
    func closed() async throws {
        let reply = ServerReply(status: 302, headers: ["Location": "http://127.0.0.1:1/"])
        let (server, base) = try server([Route(.get, "/", whole: { _, _ in reply })])
        let client = HTTPClient()
        #expect(try await client.send(call(base + "/")).status == 302)
        client.close()
        #expect(await failure(client, call(base + "/"))?.code == .interrupted)
        withExtendedLifetime(server) {}
    }

    @Test(
        "a request that must not go out twice is not sent anew when a kept connection breaks",
        arguments: [true, false])
    func noSilentRepeat(mayRepeat: Bool) async throws {
        let requests = Gate(0)
        // Answers the first request of a connection and breaks at the second.
        let server = FaultServer { connection in
            for index in 0..<2 where RawServer.readHead(connection).hasSuffix("\r\n\r\n") {
                requests.withLock { $0 += 1 }
                if index == 0 { RawServer.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
            }
        }
        let client = HTTPClient()
        for _ in 0..<2 {
            #expect(try await client.send(call(server.url, mayRepeat: mayRepeat)).status == 200)
        }
        // The second call went out once on a connection of its own, or broke on the kept one and went out again.
        #expect(requests.withLock { $0 } == (mayRepeat ? 3 : 2))
    }
}
