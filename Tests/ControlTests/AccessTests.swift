import Control
import Core
import Glibc
import Testing
import Transport
import Volumes

/// Everything a verb can ask of a vault, directly and through the socket.
@Suite struct AccessTests {
    private static let oddNames: [[UInt8]] = [
        Array("plain".utf8), Array("a b+c%41&d=e?f#g".utf8), Array("ä\u{301}\u{202e}".utf8), [0xff, 0xfe],
        [0x01, 0x7f, 0x0a],
        Array("...".utf8), Array(repeating: 0xc3, count: 255), Array("\\x41".utf8), Array("\"{}\"".utf8),
    ]

    @Test(
        "files of any size are stored and read back, by path and by CID", arguments: Way.allCases,
        [0, 1, 65_535, 65_536, 65_537, 5_000_000])
    func content(way: Way, size: Int) throws {
        let fixture = try VaultFixture(way)
        let bytes = pattern(size)
        let modified = Timestamp(seconds: -1, nanoseconds: 999_999_999)
        let given = StoredAttributes(permissions: 0o4751, owner: .max, group: 7, modified: modified)
        let info = try fixture.store(path("/file"), bytes, given)
        #expect(info == (try fixture.vault.info(at: path("/file"))))
        #expect(info.attributes.permissions == 0o4751)
        #expect(info.attributes.owner == .max)
        #expect(info.attributes.modified == modified)
        for source in [ContentSource.path(path("/file")), .cid("cid-\(size)")] {
            let read = try fixture.content(source)
            #expect(read.bytes == bytes)
            #expect(read.size == UInt64(size))
        }
    }

    @Test("a range of a file is what it should be, also at and beyond its end", arguments: Way.allCases)
    func ranges(way: Way) throws {
        let fixture = try VaultFixture(way)
        let bytes = pattern(100_000)
        _ = try fixture.store(path("/f"), bytes)
        let ranges: [Range<UInt64>] = [
            0..<0, 0..<1, 5..<5, 99_999..<100_000, 1..<99_999, 99_999..<200_000, 100_000..<100_001, 0..<UInt64.max,
            UInt64.max - 1..<UInt64.max,
        ]
        for range in ranges {
            let clamped = range.clamped(to: 0..<100_000)
            let read = try fixture.content(.path(path("/f")), range)
            #expect(read.bytes == Array(bytes[Int(clamped.lowerBound)..<Int(clamped.upperBound)]))
            #expect(read.size == 100_000)
        }
    }

    @Test("names and targets are bytes, in every place where one can stand", arguments: Way.allCases)
    func names(way: Way) throws {
        let fixture = try VaultFixture(way)
        let access = fixture.access
        _ = try access.makeDirectory(at: path("/moved"), attributes: StoredAttributes(), withParents: false)
        for bytes in Self.oddNames {
            let name = Name(bytes)
            let folder = VaultPath.root.appending(name)
            let file = folder.appending(name)
            #expect(
                try access.makeDirectory(at: folder, attributes: StoredAttributes(), withParents: false).name == name)
            #expect(try fixture.store(file, [1]).name == name)
            #expect(try access.info(at: file).name == name)
            #expect(try access.list(folder, after: nil, limit: 10).map(\.name) == [name])
            #expect(try access.list(folder, after: name, limit: 10).isEmpty)
            #expect(try fixture.content(.path(file)).bytes == [1])
            let link = folder.appending(Name("link"))
            #expect(try access.makeLink(at: link, target: bytes, attributes: StoredAttributes()).target == bytes)
            #expect(try access.info(at: link).target == bytes)
            try access.setAttributes(at: file, to: StoredAttributes(permissions: 0o600))
            #expect(try access.info(at: file).attributes.permissions == 0o600)
            try access.move(from: file, to: path("/moved").appending(name))
            #expect(try fixture.content(.path(path("/moved").appending(name))).bytes == [1])
            try access.remove(at: folder, recursively: true)
        }
        #expect(
            try access.list(path("/moved"), after: nil, limit: 100).map(\.name)
                == Self.oddNames.map { Name($0) }.sorted())
    }

    @Test(
        "a listing has up to its limit of entries in order, across the socket's pages", arguments: Way.allCases,
        [1, 999, 1000, 1001, 2001, Int.max])
    func listing(way: Way, limit: Int) throws {
        let fixture = try VaultFixture(way)
        let names = (0..<2000).map { Name("n\(10_000 + $0)") }
        for name in names {
            _ = try fixture.vault.makeLink(
                at: VaultPath.root.appending(name), target: [0x61], attributes: StoredAttributes())
        }
        #expect(try fixture.access.list(.root, after: nil, limit: limit).map(\.name) == Array(names.prefix(limit)))
        #expect(
            try fixture.access.list(.root, after: names[999], limit: limit).map(\.name)
                == Array(names[1000...].prefix(limit)))
        #expect(try fixture.access.list(.root, after: nil, limit: 0).isEmpty)
    }

    @Test(
        "directories are made with and without parents, and removed with and without entries", arguments: Way.allCases)
    func directories(way: Way) throws {
        let fixture = try VaultFixture(way)
        let access = fixture.access
        let none = StoredAttributes()
        #expect(throws: Failure.self) {
            try access.makeDirectory(at: path("/a/b"), attributes: none, withParents: false)
        }
        let info = try access.makeDirectory(
            at: path("/a/b"), attributes: StoredAttributes(permissions: 0), withParents: true)
        #expect(info.attributes.kind == .directory)
        #expect(info.attributes.permissions == 0)
        let failure = #expect(throws: Failure.self) { try access.remove(at: path("/a"), recursively: false) }
        #expect(failure?.code == .notEmpty)
        try access.remove(at: path("/a"), recursively: true)
        #expect(try access.list(.root, after: nil, limit: 1).isEmpty)
        #expect(try access.info(at: .root).inode == 1)
    }

    @Test("publishing and synchronising reach the vault, with their limits and their reports", arguments: Way.allCases)
    func publishing(way: Way) throws {
        let fixture = try VaultFixture(way)
        try fixture.access.publish(within: .seconds(5)) { _ in }
        let late = #expect(throws: Failure.self) { try fixture.access.publish(within: .zero) { _ in } }
        #expect(late?.code == .timedOut)
        let report = try fixture.access.synchronize(within: .seconds(5))
        #expect(report == SyncReport(tookIn: "a device", diverged: ["ä"], isPublished: true))
    }

    @Test("status arrives as it is, and a flush leaves nothing pending", arguments: Way.allCases)
    func status(way: Way) throws {
        let fixture = try VaultFixture(way)
        _ = try fixture.store(path("/f"), [])
        let status = try fixture.access.status()
        #expect(status == (try fixture.vault.status()))
        #expect(status.pendingChanges == 1)
        #expect(status.contentBytes == .max)
        try fixture.access.flush()
        #expect(try fixture.access.status().pendingChanges == 0)
    }

    private static let calls: [(String, @Sendable (VaultFixture) throws -> Void)] = [
        ("info", { _ = try $0.access.info(at: .root) }),
        ("list", { _ = try $0.access.list(.root, after: nil, limit: 1) }),
        ("read", { _ = try $0.content(.path(path("/f"))) }),
        ("read by CID", { _ = try $0.content(.cid("x")) }),
        ("store", { _ = try $0.store(path("/new"), [1, 2, 3]) }),
        (
            "makeDirectory",
            { _ = try $0.access.makeDirectory(at: path("/d"), attributes: StoredAttributes(), withParents: true) }
        ),
        ("makeLink", { _ = try $0.access.makeLink(at: path("/l"), target: [1], attributes: StoredAttributes()) }),
        ("setAttributes", { try $0.access.setAttributes(at: .root, to: StoredAttributes()) }),
        ("remove", { try $0.access.remove(at: path("/f"), recursively: true) }),
        ("move", { try $0.access.move(from: path("/f"), to: path("/g")) }),
        ("status", { _ = try $0.access.status() }),
        ("flush", { try $0.access.flush() }),
        ("publish", { try $0.access.publish(within: .seconds(1)) { _ in } }),
        ("synchronize", { _ = try $0.access.synchronize(within: .seconds(1)) }),
    ]

    @Test(
        "every failure of every method arrives with code, message, advice and cause", arguments: Way.allCases,
        FailureCode.allCases)
    func failures(way: Way, code: FailureCode) throws {
        let fixture = try VaultFixture(way)
        let failure = Failure(code, "what: \"ä\"\n", advice: "do this", cause: MalformedBytes("below"))
        for (name, call) in Self.calls {
            fixture.vault.fail(with: failure)
            let thrown = #expect(throws: Failure.self, "\(name)") { try call(fixture) }
            #expect(thrown?.code == code, "\(name)")
            #expect(thrown?.message == failure.message, "\(name)")
            #expect(thrown?.advice == failure.advice, "\(name)")
            #expect(thrown?.description == failure.description, "\(name)")
        }
    }

    @Test(
        "a failure in the middle of a file arrives as it is, reading and storing", arguments: Way.allCases,
        [1, 300_000, 900_000])
    func failuresMidway(way: Way, place: Int) throws {
        let fixture = try VaultFixture(way)
        _ = try fixture.store(path("/f"), pattern(1_000_000))
        let failure = Failure(.integrity, "object 12 is damaged", advice: "run verify")
        fixture.vault.fail(with: failure, behind: place)
        let read = #expect(throws: Failure.self) { _ = try fixture.content(.path(path("/f"))) }
        #expect(read?.code == .integrity)
        #expect(read?.description == failure.description)
        fixture.vault.fail(with: Failure(.noSpace, "full", advice: "delete something"), behind: place)
        let stored = #expect(throws: Failure.self) { _ = try fixture.store(path("/new"), pattern(1_000_000)) }
        #expect(stored?.code == .noSpace)
        #expect(stored?.advice == "delete something")
        #expect(throws: Failure.self) { _ = try fixture.access.info(at: path("/new")) }
        #expect(try fixture.content(.path(path("/f"))).size == 1_000_000)
    }

    @Test("the reason of a failed store arrives however much the client still has to send", arguments: Way.allCases)
    func hugeStoreFails(way: Way) throws {
        let fixture = try VaultFixture(way)
        fixture.vault.fail(with: Failure(.noSpace, "full", advice: "delete something"), behind: 1)
        let piece = pattern(1 << 20)[...]
        var sent = 0
        let failure = #expect(throws: Failure.self) {
            _ = try fixture.access.store(at: path("/huge"), attributes: StoredAttributes()) { () throws(Failure) in
                sent += piece.count
                return sent > 1 << 30 ? [] : piece
            }
        }
        #expect(failure?.code == .noSpace)
        #expect(failure?.advice == "delete something")
        #expect(sent < 100 << 20)
    }

    @Test("what a source or a sink throws comes back, and nothing was stored", arguments: Way.allCases)
    func closuresThrow(way: Way) throws {
        let fixture = try VaultFixture(way)
        _ = try fixture.store(path("/old"), pattern(500_000))
        var given = 0
        let stored = #expect(throws: Failure.self) {
            _ = try fixture.access.store(at: path("/old"), attributes: StoredAttributes()) { () throws(Failure) in
                given += 1
                if given == 5 { throw Failure(.network, "the source broke") }
                return pattern(100_000)[...]
            }
        }
        #expect(stored?.message == "the source broke")
        fixture.vault.waitForAbortedStore()
        #expect(try fixture.content(.path(path("/old"))).bytes == pattern(500_000))
        let read = #expect(throws: Failure.self) {
            _ = try fixture.access.read(.path(path("/old")), range: nil) { (_) throws(Failure) in
                throw Failure(.noSpace, "the sink is full")
            }
        }
        #expect(read?.message == "the sink is full")
    }
}
