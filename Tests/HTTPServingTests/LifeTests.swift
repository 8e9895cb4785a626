import Core
import Glibc
import HTTPServing
import Testing
import Transport

@Suite struct LifeTests {
    private static let hello = Route(.get, "/", whole: { (_, _) throws(Failure) in .json(["hello": true]) })

    private static func mode(_ path: String) throws -> mode_t {
        var status = stat()
        _ = unsafe try path.withCPath("lstat") { unsafe lstat($0, &status) }
        return status.st_mode & 0o7777
    }

    @Test("the socket file is the owner's alone, and gone when the server has stopped")
    func socketFile() throws {
        let live = try LiveServer(.unix, [Self.hello])
        #expect(try Self.mode(live.folder + "/s") == 0o600)
        #expect(live.server.stop(within: .seconds(5)))
        #expect(!Files.exists(live.folder + "/s"))
        #expect(live.server.stop(within: .seconds(5)))
    }

    @Test("a socket file that nobody serves is replaced, a served one and any other file are not")
    func stale() throws {
        let live = try LiveServer(.unix, [Self.hello])
        let path = live.folder + "/s"
        let failure = #expect(throws: Failure.self) { _ = try HTTPServer(.unixSocket(path: path), routes: []) }
        #expect(failure?.code == .busy)
        #expect(try live.send("GET", "/").status == 200)
        live.server.stop(within: .seconds(5))

        // What a killed process leaves: a bound socket file without a listener.
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let bound = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(dead)
        let second = try HTTPServer(.unixSocket(path: path), routes: [Self.hello])
        #expect(try live.send("GET", "/").status == 200)
        second.stop(within: .seconds(5))

        _ = try FileDescriptor(opening: path, flags: O_CREAT | O_WRONLY)
        #expect(throws: Failure.self) { _ = try HTTPServer(.unixSocket(path: path), routes: []) }
        #expect(Files.exists(path))
    }

    @Test("a path that no socket address can hold is refused", arguments: [107, 108])
    func longPath(length: Int) throws {
        let folder = try LiveServer.makeFolder()
        let path = folder + "/" + String(repeating: "s", count: length - folder.utf8.count - 1)
        if length == 107 {
            let server = try HTTPServer(.unixSocket(path: path), routes: [Self.hello])
            let connection = try HTTPConnection(.unixSocket(path: path))
            #expect(try connection.send(HTTPRequest("GET", "http://x/")).status == 200)
            server.stop(within: .seconds(5))
        } else {
            #expect(throws: Failure.self) { _ = try HTTPServer(.unixSocket(path: path), routes: []) }
        }
        try Files.removeDirectory(folder)
    }

    @Test("stopping waits for a request under way, and its client gets the answer", arguments: Link.allCases)
    func gracefulStop(link: Link) throws {
        let isInside = Gate(false)
        let mayEnd = Gate(false)
        let route = Route(
            .get, "/slow",
            whole: { (_, _) throws(Failure) in
                isInside.withLock { $0 = true }
                isInside.wakeAll()
                mayEnd.wait { $0 ? .done(()) : .wait(until: nil) }
                return .json(["done": true])
            })
        let live = try LiveServer(link, [route])
        let status = Gate<Int?>(nil)
        Threads.start("client") {
            let answer = (try? live.send("GET", "/slow").status) ?? -1
            status.withLock { $0 = answer }
            status.wakeAll()
        }
        isInside.wait { $0 ? .done(()) : .wait(until: nil) }
        let wasClean = Gate<Bool?>(nil)
        Threads.start("stop") {
            let result = live.server.stop(within: .seconds(30))
            wasClean.withLock { $0 = result }
            wasClean.wakeAll()
        }
        mayEnd.withLock { $0 = true }
        mayEnd.wakeAll()
        #expect(status.wait { status in status.map { .done($0) } ?? .wait(until: nil) } == 200)
        #expect(wasClean.wait { clean in clean.map { .done($0) } ?? .wait(until: nil) })
        #expect(throws: Failure.self) { _ = try live.send("GET", "/slow") }
    }

    @Test("past its limit, stopping breaks the streams in both directions", arguments: Link.allCases)
    func forcedStop(link: Link) throws {
        let inside = Gate(0)
        let ended = Gate(0)
        let endless = [
            Route(
                .get, "/",
                whole: { (_, _) throws(Failure) in
                    ServerReply(
                        body: .stream(
                            try ReplyStream.pushed { (sink) throws(Failure) in
                                defer {
                                    ended.withLock { $0 += 1 }
                                    ended.wakeAll()
                                }
                                while true { try sink(Pattern.bytes(0..<1000)[...]) }
                            }))
                }),
            Route(
                .put, "/",
                streaming: { (_, body) throws(Failure) in
                    defer {
                        ended.withLock { $0 += 1 }
                        ended.wakeAll()
                    }
                    while true {
                        _ = try body.next()
                        inside.withLock { $0 |= 1 }
                        inside.wakeAll()
                    }
                }),
        ]
        let live = try LiveServer(link, endless)
        let clients = Gate(0)
        for isUpload in [true, false] {
            Threads.start("client") {
                defer {
                    clients.withLock { $0 += 1 }
                    clients.wakeAll()
                }
                guard let connection = try? live.connection() else { return }
                if isUpload {
                    _ = try? connection.upload(live.request("PUT", "/")) { () throws(Failure) in [1, 2, 3] }
                } else {
                    _ = try? connection.download(live.request("GET", "/")) { (_) throws(Failure) in
                        inside.withLock { $0 |= 2 }
                        inside.wakeAll()
                    }
                }
            }
        }
        inside.wait { $0 == 3 ? .done(()) : .wait(until: nil) }
        #expect(!live.server.stop(within: .zero))
        ended.wait { $0 == 2 ? .done(()) : .wait(until: nil) }
        clients.wait { $0 == 2 ? .done(()) : .wait(until: nil) }
    }

    @Test("a client that is silent for too long is closed, and a handler that thinks longer is not")
    func idle() throws {
        let hasGivenUp = Gate(false)
        let route = Route(
            .put, "/",
            streaming: { (_, body) throws(Failure) in
                defer {
                    hasGivenUp.withLock { $0 = true }
                    hasGivenUp.wakeAll()
                }
                while !(try body.next()).isEmpty {}
                return .json([:])
            })
        let thinking = Route(
            .get, "/think",
            whole: { (_, _) throws(Failure) in
                // Longer than the limit: nothing to wait for but time itself.
                let deadline = SystemTime.monotonic() + .milliseconds(2500)
                Gate(()).wait { _ in SystemTime.monotonic() >= deadline ? .done(()) : .wait(until: deadline) }
                return .json([:])
            })
        let options = ServerOptions(idleLimit: .seconds(1), bodyIdleLimit: .seconds(1))
        let live = try LiveServer(.tcp, [route, thinking], options: options)
        #expect(try live.send("GET", "/think").status == 200)

        var isFirst = true
        let thrown = #expect(throws: Failure.self) {
            _ = try live.connection().upload(live.request("PUT", "/")) { () throws(Failure) in
                if isFirst {
                    isFirst = false
                    return [1]
                }
                let deadline = SystemTime.monotonic() + .seconds(30)
                let isClosed = hasGivenUp.wait { hasGivenUp in
                    hasGivenUp || SystemTime.monotonic() >= deadline ? .done(hasGivenUp) : .wait(until: deadline)
                }
                return isClosed ? [1] : []
            }
        }
        #expect(thrown?.code == .network)
    }

    @Test("a request beyond the limit is 503, and served when one has ended")
    func requestLimit() throws {
        let inside = Gate(0)
        let mayEnd = Gate(false)
        let route = Route(
            .get, "/",
            whole: { (_, _) throws(Failure) in
                inside.withLock { $0 += 1 }
                inside.wakeAll()
                mayEnd.wait { $0 ? .done(()) : .wait(until: nil) }
                return .json([:])
            })
        let live = try LiveServer(.unix, [route], options: ServerOptions(requestLimit: 2))
        let statuses = Gate<[Int]>([])
        for _ in 0..<2 {
            Threads.start("client") {
                let status = (try? live.send("GET", "/").status) ?? -1
                statuses.withLock { $0.append(status) }
                statuses.wakeAll()
            }
        }
        inside.wait { $0 == 2 ? .done(()) : .wait(until: nil) }
        let refused = try live.send("GET", "/")
        #expect(refused.status == 503)
        #expect(try JSON(parsing: refused.body)["code"]?.text == "busy")
        mayEnd.withLock { $0 = true }
        mayEnd.wakeAll()
        #expect(statuses.wait { $0.count == 2 ? .done($0) : .wait(until: nil) } == [200, 200])
        #expect(live.server.stop(within: .seconds(5)))
    }
}
