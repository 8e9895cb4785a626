import Core
import HTTPServing
import Testing
import Transport

@Suite struct BreakingTests {
    @Test("a handler can reset its connection instead of an answer", arguments: Link.allCases)
    func reset(link: Link) throws {
        let live = try LiveServer(
            link,
            [
                Route(
                    .post, "/reset",
                    streaming: { (request, _) throws(Failure) in
                        request.resetConnection()
                        return ServerReply()
                    }), Route(.get, "/fine", whole: { (_, _) throws(Failure) in ServerReply() }),
            ])
        let failure = #expect(throws: Failure.self) {
            try live.send("POST", "/reset", body: [UInt8](repeating: 1, count: 100_000))
        }
        #expect(failure?.code == .network)
        #expect(try live.send("GET", "/fine").status == 200)
    }

    @Test("a reset in the middle of a body breaks it there", arguments: Link.allCases)
    func resetMidBody(link: Link) throws {
        let piece = [UInt8](repeating: 1, count: 50_000)
        let live = try LiveServer(
            link,
            [
                Route(
                    .get, "/half",
                    whole: { (request, _) throws(Failure) in
                        let isFirst = Gate(true)
                        return ServerReply(
                            body: .stream(
                                ReplyStream(length: 100_000) { () throws(Failure) in
                                    let mustSend = isFirst.withLock { isFirst in
                                        defer { isFirst = false }
                                        return isFirst
                                    }
                                    if mustSend { return piece[...] }
                                    request.resetConnection()
                                    throw Failure(.interrupted, "reset")
                                }))
                    })
            ])
        var received = 0
        let failure = #expect(throws: Failure.self) {
            try live.connection().download(live.request("GET", "/half")) { (piece) throws(Failure) in
                received += piece.count
            }
        }
        #expect(failure?.code == .network)
        #expect(received <= 50_000)
    }

    @Test("a reset after the exchange is over touches nobody", arguments: Link.allCases)
    func late(link: Link) throws {
        let kept = Gate<ServerRequest?>(nil)
        let live = try LiveServer(
            link,
            [
                Route(
                    .get, "/",
                    whole: { (request, _) throws(Failure) in
                        kept.withLock { $0 = $0 ?? request }
                        return ServerReply()
                    })
            ])
        let connection = try live.connection()
        #expect(try connection.send(live.request("GET", "/")).status == 200)
        // The same connection serves the second request, which a late reset of the first must not hurt.
        #expect(try connection.send(live.request("GET", "/")).status == 200)
        kept.withLock { $0 }?.resetConnection()
        #expect(try connection.send(live.request("GET", "/")).status == 200)
    }

    @Test("an early answer comes before a byte of the body is asked for", arguments: Link.allCases)
    func early(link: Link) throws {
        let live = try LiveServer(
            link,
            [
                Route(
                    .put, "/{name}",
                    early: { request in
                        request.parameter("name") == Array("no".utf8) ? ServerReply(status: 401) : nil
                    },
                    streaming: { (_, body) throws(Failure) in
                        while !(try body.next()).isEmpty {}
                        return ServerReply(status: 201)
                    })
            ])
        for (name, status) in [("no", 401), ("yes", 201)] {
            var asked = 0
            let answer = try live.connection().upload(live.request("PUT", "/\(name)"), length: 300_000) {
                () throws(Failure) in
                guard asked < 300_000 else { return [] }
                asked += 100_000
                return [UInt8](repeating: 1, count: 100_000)[...]
            }
            #expect(answer.status == status)
            #expect(asked == (status == 401 ? 0 : 300_000))
        }
        // Without `Expect` the body comes anyhow, and is read over.
        #expect(try live.send("PUT", "/no", body: [UInt8](repeating: 1, count: 300_000)).status == 401)
    }

    @Test("an unwanted body is read up to the limit, and a longer one cut off", arguments: [1, 16])
    func drainLimit(mebibytes: Int) throws {
        let live = try LiveServer(
            .tcp, [Route(.put, "/", streaming: { (_, _) throws(Failure) in ServerReply(status: 409) })],
            options: ServerOptions(drainLimit: 2 << 20))
        let body = [UInt8](repeating: 1, count: mebibytes << 20)
        if mebibytes == 1 {
            #expect(try live.send("PUT", "/", body: body).status == 409)
        } else {
            #expect(throws: Failure.self) { try live.send("PUT", "/", body: body) }
        }
    }

    @Test("a request to a stopping server hears 503, or finds its connection broken", arguments: [false, true])
    func stopping(breaks: Bool) throws {
        let state = Gate((isInside: false, mayGo: false))
        let live = try LiveServer(
            .tcp,
            [
                Route(
                    .get, "/slow",
                    whole: { (_, _) throws(Failure) in
                        state.withLock { $0.isInside = true }
                        state.wakeAll()
                        state.wait { $0.mayGo ? .done(()) : .wait(until: nil) }
                        return ServerReply()
                    }), Route(.get, "/", whole: { (_, _) throws(Failure) in ServerReply() }),
            ], options: ServerOptions(breaksWhileStopping: breaks))
        // This connection stands before the server stops listening.
        let connection = try live.connection()
        #expect(try connection.send(live.request("GET", "/")).status == 200)
        let slow = live.request("GET", "/slow")
        Threads.start("slow") { _ = try? HTTPConnection(.network).send(slow) }
        state.wait { $0.isInside ? .done(()) : .wait(until: nil) }
        let hasStopped = Gate(false)
        Threads.start("stop") {
            live.server.stop(within: .seconds(30))
            hasStopped.withLock { $0 = true }
            hasStopped.wakeAll()
        }
        // The first request that is not served as before shows how it ends.
        var outcome: Int?
        repeat { outcome = try? connection.send(live.request("GET", "/")).status } while outcome == 200
        #expect(outcome == (breaks ? nil : 503))
        state.withLock { $0.mayGo = true }
        state.wakeAll()
        hasStopped.wait { $0 ? .done(()) : .wait(until: nil) }
    }
}
