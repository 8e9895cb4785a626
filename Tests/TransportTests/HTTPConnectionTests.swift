import Core
import Testing
import Transport

@Suite struct HTTPConnectionTests {
    private func url(_ server: RawServer) -> String { "http://127.0.0.1:\(server.port)/secret?token=t" }

    private func failure(_ request: HTTPRequest, _ peer: HTTPPeer = .network) throws -> Failure? {
        let connection = try HTTPConnection(peer)
        return #expect(throws: Failure.self) { _ = try connection.send(request) }
    }

    @Test("head, body, informational heads before and trailers behind are told apart")
    func answer() throws {
        let server = RawServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(
                connection,
                "HTTP/1.1 103 Early Hints\r\nX: early\r\n\r\nHTTP/1.1 299 Odd\r\nX-A:  spaced \r\n"
                    + "X-a: second\r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Late: yes\r\n\r\n")
        }
        let response = try HTTPConnection(.network).send(HTTPRequest("GET", url(server)))
        #expect(response.status == 299)
        #expect(response.body == Array("abc".utf8))
        #expect(response.headers["x-a"] == "spaced")
        #expect(response.headers["Empty"] == "")
        #expect(response.headers["X"] == nil)
        #expect(response.trailers == ["X-Late": "yes"])
    }

    @Test("method, path and headers go out as they were given, and nothing but them")
    func request() throws {
        let head = Gate<String?>(nil)
        let server = RawServer { connection in
            let text = RawServer.readHead(connection)
            head.withLock { $0 = text }
            RawServer.say(connection, "HTTP/1.1 204 No\r\n\r\n")
        }
        let request = HTTPRequest(
            "PATCH", "http://127.0.0.1:\(server.port)/a/./b/../%2e/c?d", headers: ["X-One": "1", "X-Empty": ""],
            body: [0x61])
        #expect(try HTTPConnection(.network).send(request).status == 204)
        let text = try #require(head.withLock { $0 })
        #expect(text.hasPrefix("PATCH /a/./b/../%2e/c?d HTTP/1.1\r\n"))
        #expect(text.contains("X-One: 1\r\n"))
        #expect(text.contains("X-Empty:\r\n"))
        #expect(text.contains("Content-Length: 1\r\n"))
        #expect(!text.contains("Expect:"))
    }

    @Test("a header with a line break is refused before anything is sent", arguments: ["a\r\nX: b", "a\nb", "a\u{0}b"])
    func injection(value: String) throws {
        let server = RawServer { RawServer.waitForEnd($0) }
        let failure = try failure(HTTPRequest("GET", url(server), headers: ["X": value]))
        #expect(failure?.code == .invalid)
    }

    @Test(
        "only http and https are spoken",
        arguments: ["file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/"])
    func schemes(url: String) throws { #expect(try failure(HTTPRequest("GET", url))?.code == .invalid) }

    @Test("a redirect is an answer, not followed")
    func redirect() throws {
        let server = RawServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(
                connection, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(try HTTPConnection(.network).send(HTTPRequest("GET", url(server))).status == 302)
    }

    @Test("nobody there is a network failure that names the host and no secret")
    func refused() throws {
        let failure = try #require(try failure(HTTPRequest("GET", "http://user:word@127.0.0.1:1/secret?token=t")))
        #expect(failure.code == .network)
        #expect(failure.message.contains("127.0.0.1:1"))
        for secret in ["user", "word", "secret", "token"] { #expect(!failure.description.contains(secret)) }
        #expect(failure.advice != nil)
        let socket = try #require(try self.failure(HTTPRequest("GET", "http://x/"), .unixSocket(path: "/nowhere/s")))
        #expect(socket.code == .network)
        #expect(socket.message.contains("/nowhere/s"))
    }

    @Test("a silent server is a time-out, by the total limit and by the stall limit", arguments: [true, false])
    func timeOut(isTotal: Bool) throws {
        let server = RawServer { RawServer.waitForEnd($0) }
        let limits = TransferLimits(
            total: isTotal ? .milliseconds(200) : nil, stall: isTotal ? nil : .milliseconds(200))
        let start = SystemTime.monotonic()
        #expect(try failure(HTTPRequest("GET", url(server), limits: limits))?.code == .timedOut)
        #expect(SystemTime.monotonic() - start < .seconds(5))
    }

    @Test("the caller's own slowness is no stall")
    func slowCaller() throws {
        let server = RawServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
            RawServer.say(connection, "def")
        }
        var count = 0
        let limits = TransferLimits(total: nil, stall: .milliseconds(1))
        let response = try HTTPConnection(.network).download(HTTPRequest("GET", url(server), limits: limits)) {
            (piece) throws(Failure) in
            count += piece.count
            let deadline = SystemTime.monotonic() + .milliseconds(1200)
            Gate(()).wait { _ in SystemTime.monotonic() >= deadline ? .done(()) : .wait(until: deadline) }
        }
        #expect(response.status == 200)
        #expect(count == 6)
    }

    @Test(
        "an answer cut short is a network failure",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ])
    func cutShort(text: String) throws {
        let server = RawServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(connection, text)
        }
        #expect(try failure(HTTPRequest("GET", url(server)))?.code == .network)
    }

    @Test("an answer beyond its limit is refused, one at it is not", arguments: [9, 10, 11])
    func answerLimit(limit: Int) throws {
        let server = RawServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789")
        }
        let request = HTTPRequest("GET", url(server), answerLimit: limit)
        if limit < 10 {
            #expect(try failure(request)?.code == .tooLarge)
        } else {
            #expect(try HTTPConnection(.network).send(request).body.count == 10)
        }
    }

    @Test("the body of an error goes to the answer, not to the sink")
    func errorBody() throws {
        let server = RawServer { connection in
            _ = RawServer.readHead(connection)
            RawServer.say(connection, "HTTP/1.1 500 No\r\nContent-Length: 3\r\n\r\nwhy")
        }
        let response = try HTTPConnection(.network).download(HTTPRequest("GET", url(server))) { (_) throws(Failure) in
            throw Failure(.other, "the sink was called")
        }
        #expect(response.status == 500)
        #expect(response.body == Array("why".utf8))
    }

    @Test("a raised flag ends a request that waits")
    func cancellation() throws {
        let flag = CancellationFlag()
        let server = RawServer { connection in
            _ = RawServer.readHead(connection)
            flag.raise()
            RawServer.waitForEnd(connection)
        }
        let connection = try HTTPConnection(.network)
        let failure = #expect(throws: Failure.self) {
            _ = try connection.send(HTTPRequest("GET", url(server)), cancellation: flag)
        }
        #expect(failure?.code == .interrupted)
    }
}
