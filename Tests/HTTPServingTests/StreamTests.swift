import Core
import HTTPServing
import Testing
import Transport

@Suite struct StreamTests {
    static let sizes = [0, 1, 65_535, 65_536, 65_537, 52_428_800]

    /// Takes a body and tells its length and whether it was right; gives one of any length.
    static let routes = [
        Route(
            .put, "/take",
            streaming: { (_, body) throws(Failure) in
                var checker = Pattern.Checker()
                while true {
                    let piece = try body.next()
                    if piece.isEmpty { break }
                    checker.take(piece)
                }
                return .json(["count": JSON(checker.count), "right": JSON(checker.isRight)])
            }),
        Route(
            .get, "/chunked/{size}",
            whole: { (request, _) throws(Failure) in
                let size = number(request)
                let stream = try ReplyStream.pushed { (sink) throws(Failure) in
                    var source = Pattern.Source(size)
                    while true {
                        let piece = source.next()
                        if piece.isEmpty { return ["Total": String(size)] }
                        try sink(piece)
                    }
                }
                return ServerReply(body: .stream(stream))
            }),
        Route(
            .get, "/known/{size}",
            whole: { (request, _) throws(Failure) in
                let source = Gate(Pattern.Source(number(request)))
                return ServerReply(
                    body: .stream(
                        ReplyStream(length: UInt64(number(request))) { () throws(Failure) in
                            source.withLock { $0.next() }
                        }))
            }),
    ]

    private static func number(_ request: ServerRequest) -> Int {
        Int(String(decoding: request.parameter("size"), as: UTF8.self)) ?? -1
    }

    @Test("a streamed upload arrives whole, with and without an announced length", arguments: Link.allCases, sizes)
    func upload(link: Link, size: Int) throws {
        let live = try LiveServer(link, Self.routes)
        let connection = try live.connection()
        for length in [nil, UInt64(size)] {
            var source = Pattern.Source(size)
            let response = try connection.upload(live.request("PUT", "/take"), length: length) { () throws(Failure) in
                source.next()
            }
            #expect(response.status == 200)
            let answer = try JSON(parsing: response.body)
            #expect(answer["count"]?.int == size)
            #expect(answer["right"]?.boolean == true)
        }
    }

    @Test("a streamed download arrives whole, with known and unknown length", arguments: Link.allCases, sizes)
    func download(link: Link, size: Int) throws {
        let live = try LiveServer(link, Self.routes)
        let connection = try live.connection()
        for kind in ["chunked", "known"] {
            var checker = Pattern.Checker()
            let response = try connection.download(live.request("GET", "/\(kind)/\(size)")) { (piece) throws(Failure) in
                checker.take(piece)
            }
            #expect(response.status == 200)
            #expect(checker.count == size)
            #expect(checker.isRight)
            #expect(response.trailers["total"] == (kind == "chunked" ? String(size) : nil))
            #expect(response.headers["Content-Length"] == (kind == "known" ? String(size) : nil))
        }
    }

    @Test("a producer stays at most 4 MiB ahead of a client that stands still", arguments: Link.allCases)
    func boundedMemory(link: Link) throws {
        let size = 50 << 20
        let produced = Gate(0)
        let route = Route(
            .get, "/",
            whole: { (_, _) throws(Failure) in
                let stream = try ReplyStream.pushed { (sink) throws(Failure) in
                    var source = Pattern.Source(size)
                    while true {
                        let piece = source.next()
                        if piece.isEmpty { return [:] }
                        try sink(piece)
                        produced.withLock { $0 += piece.count }
                        produced.wakeAll()
                    }
                }
                return ServerReply(body: .stream(stream))
            })
        let live = try LiveServer(link, [route])
        var taken = 0
        var lead = 0
        _ = try live.connection().download(live.request("GET", "/")) { (piece) throws(Failure) in
            // The first piece is held until the pipe has had time to fill.
            if taken == 0 { produced.wait { $0 >= 1 << 20 ? .done(()) : .wait(until: nil) } }
            taken += piece.count
            lead = max(lead, produced.withLock { $0 } - taken)
        }
        #expect(taken == size)
        #expect(lead <= 4 << 20)
    }

    @Test("a client that sends faster than the handler reads is held back", arguments: Link.allCases)
    func boundedUpload(link: Link) throws {
        let sent = Gate(0)
        let route = Route(
            .put, "/",
            streaming: { (_, body) throws(Failure) in
                var taken = 0
                var lead = 0
                sent.wait { $0 >= 1 << 20 ? .done(()) : .wait(until: nil) }
                while true {
                    let piece = try body.next()
                    if piece.isEmpty { break }
                    taken += piece.count
                    lead = max(lead, sent.withLock { $0 } - taken)
                }
                return .json(["taken": JSON(taken), "lead": JSON(lead)])
            })
        let live = try LiveServer(link, [route])
        var source = Pattern.Source(50 << 20)
        let response = try live.connection().upload(live.request("PUT", "/")) { () throws(Failure) in
            let piece = source.next()
            sent.withLock { $0 += piece.count }
            sent.wakeAll()
            return piece
        }
        let answer = try JSON(parsing: response.body)
        #expect(answer["taken"]?.int == 50 << 20)
        // The system buffers megabytes of a TCP connection by itself.
        #expect(answer["lead"]?.int ?? .max <= (link == .unix ? 4 : 16) << 20)
    }

    @Test("a failure in the middle of an answer never looks like its end", arguments: Link.allCases, [true, false])
    func failingDownload(link: Link, isKnown: Bool) throws {
        let route = Route(
            .get, "/",
            whole: { (_, _) throws(Failure) in
                let source = Gate(Pattern.Source(1_000_000))
                return ServerReply(
                    body: .stream(
                        ReplyStream(length: isKnown ? 1_000_000 : nil) { () throws(Failure) in
                            let piece = source.withLock { $0.next() }
                            if piece.startIndex == 0, source.withLock({ $0.position }) > 500_000 {
                                throw Failure(.integrity, "object x is damaged", advice: "run verify")
                            }
                            return piece
                        }))
            })
        let live = try LiveServer(link, [route])
        let connection = try live.connection()
        let failure = #expect(throws: Failure.self) {
            _ = try connection.download(live.request("GET", "/")) { (_) throws(Failure) in }
        }
        #expect(failure?.code == .network)

        // A client that takes trailers is told, when the length leaves room for them.
        let asking = live.request("GET", "/", headers: ["TE": "trailers"])
        if isKnown {
            #expect(throws: Failure.self) { _ = try connection.download(asking) { (_) throws(Failure) in } }
        } else {
            let response = try connection.download(asking) { (_) throws(Failure) in }
            let text = try #require(response.trailers[ReplyStream.failureTrailer])
            let json = try JSON(parsing: try #require(PercentCoding.decode(Array(text.utf8))))
            #expect(Failure(json: json)?.code == .integrity)
            #expect(Failure(json: json)?.advice == "run verify")
        }
    }

    @Test("a body that ends before its announced length breaks the connection", arguments: Link.allCases)
    func shortBody(link: Link) throws {
        let route = Route(
            .get, "/",
            whole: { (_, _) throws(Failure) in
                let source = Gate(Pattern.Source(1000))
                return ServerReply(
                    body: .stream(ReplyStream(length: 1001) { () throws(Failure) in source.withLock { $0.next() } }))
            })
        let live = try LiveServer(link, [route])
        #expect(throws: Failure.self) {
            _ = try live.connection().download(live.request("GET", "/")) { (_) throws(Failure) in }
        }
    }

    @Test("a failure before the first piece is an ordinary error reply", arguments: Link.allCases)
    func earlyFailure(link: Link) throws {
        let route = Route(
            .get, "/",
            whole: { (_, _) throws(Failure) in
                ServerReply(
                    body: .stream(try ReplyStream.pushed { (_) throws(Failure) in throw Failure(.notFound, "gone") }))
            })
        let response = try LiveServer(link, [route]).send("GET", "/")
        #expect(response.status == 404)
        #expect(try JSON(parsing: response.body)["error"]?.text == "gone")
    }

    @Test(
        "what a client's source throws is what the upload throws, and the handler sees no end", arguments: Link.allCases
    )
    func failingUpload(link: Link) throws {
        let outcome = Gate<FailureCode?>(nil)
        let route = Route(
            .put, "/",
            streaming: { (_, body) throws(Failure) in
                do throws(Failure) {
                    while !(try body.next()).isEmpty {}
                } catch {
                    outcome.withLock { $0 = error.code }
                    outcome.wakeAll()
                    throw error
                }
                outcome.withLock { $0 = .other }
                outcome.wakeAll()
                return .json([:])
            })
        let live = try LiveServer(link, [route])
        var source = Pattern.Source(1_000_000)
        let failure = #expect(throws: Failure.self) {
            _ = try live.connection().upload(live.request("PUT", "/")) { () throws(Failure) in
                if source.position > 500_000 { throw Failure(.noSpace, "of the source") }
                return source.next()
            }
        }
        #expect(failure?.code == .noSpace)
        #expect(outcome.wait { code in code.map { .done($0) } ?? .wait(until: nil) } == .interrupted)
    }

    @Test("what a client's sink throws is what the download throws, and the producer is told", arguments: Link.allCases)
    func failingSink(link: Link) throws {
        let wasTold = Gate(false)
        let route = Route(
            .get, "/",
            whole: { (_, _) throws(Failure) in
                ServerReply(
                    body: .stream(
                        try ReplyStream.pushed { (sink) throws(Failure) in
                            do throws(Failure) {
                                while true { try sink(Pattern.bytes(0..<100_000)[...]) }
                            } catch {
                                wasTold.withLock { $0 = true }
                                wasTold.wakeAll()
                                throw error
                            }
                        }))
            })
        let live = try LiveServer(link, [route])
        let failure = #expect(throws: Failure.self) {
            _ = try live.connection().download(live.request("GET", "/")) { (_) throws(Failure) in
                throw Failure(.noSpace, "of the sink")
            }
        }
        #expect(failure?.code == .noSpace)
        wasTold.wait { $0 ? .done(()) : .wait(until: nil) }
    }

    @Test("a handler that has had enough still answers, and the connection goes on", arguments: Link.allCases)
    func earlyAnswer(link: Link) throws {
        let route = Route(
            .put, "/",
            streaming: { (_, body) throws(Failure) in
                _ = try body.next()
                throw Failure(.noSpace, "the disk is full", advice: "delete something")
            })
        let live = try LiveServer(link, [route])
        let connection = try live.connection()
        for _ in 0..<2 {
            var source = Pattern.Source(8 << 20)
            let response = try connection.upload(live.request("PUT", "/")) { () throws(Failure) in source.next() }
            #expect(response.status == 413)
            #expect(try JSON(parsing: response.body)["code"]?.text == "noSpace")
        }
    }
}
