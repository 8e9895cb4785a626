import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

@Suite struct DirectoryTests {
    let bench: SessionBench

    init() throws { bench = try SessionBench() }

    @Test("a listing in pages of any size gives every name once, dots first", arguments: [1, 2, 3, 50, 1000])
    func pages(limit: Int) throws {
        let names = (0..<120).map { Name("name \(1000 + $0)") }
        for name in names.prefix(60) { try bench.store([], as: name) }
        try bench.store.vault.commit()
        for name in names.suffix(60) { try bench.store([], as: name) }
        let handle = try bench.session.openDirectory(.root).wait()
        var all: [ListedEntry] = []
        while true {
            let page = try bench.session.readDirectory(
                handle, of: .root, after: all.last?.cookie ?? 0, limit: limit, plus: false
            ).wait()
            #expect(page.count <= limit)
            if page.isEmpty { break }
            all += page
        }
        #expect(all.map(\.name) == [Name("."), Name("..")] + names)
        #expect(Set(all.map(\.cookie)).count == all.count)
        // From any cookie on, again and in any order.
        for start in [all.count - 2, 0, all.count / 2] {
            let page = try bench.session.readDirectory(
                handle, of: .root, after: all[start].cookie, limit: 5, plus: false
            ).wait()
            #expect(page.map(\.name) == all[(start + 1)...].prefix(5).map(\.name))
            #expect(page.map(\.cookie) == all[(start + 1)...].prefix(5).map(\.cookie))
        }
        #expect(
            refusal { () throws(FileError) in
                _ = try bench.session.readDirectory(handle, of: .root, after: 999_999, limit: 5, plus: false).wait()
            } == .invalid)
    }

    @Test(
        "what stays in a directory is listed exactly once, whatever comes and goes meanwhile",
        arguments: 1...5 as ClosedRange<UInt64>)
    func changing(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let stays = (0..<80).map { Name("stays \($0)") }
        for name in stays { try bench.store([], as: name) }
        for number in 0..<80 { try bench.store([], as: Name("goes \(number)")) }
        try bench.store.vault.commit()
        let handle = try bench.session.openDirectory(.root).wait()
        var seen: [Name] = []
        var cookie: UInt64 = 0
        while true {
            let page = try bench.session.readDirectory(handle, of: .root, after: cookie, limit: 9, plus: false).wait()
            guard let last = page.last else { break }
            cookie = last.cookie
            seen += page.map(\.name)
            for _ in 0..<6 {
                let number = Int.random(in: 0..<80, using: &random)
                try? bench.unlink(Name("goes \(number)"))
                try bench.store([], as: Name("comes \(Int.random(in: 0..<300, using: &random))"))
            }
            // The name the listing stands at may go too.
            if !last.name.bytes.starts(with: Array("stays".utf8)) { try? bench.unlink(last.name) }
            if Bool.random(using: &random) { bench.store.volume.commit { _ in } }
        }
        #expect(seen.filter { stays.contains($0) }.sorted() == stays.sorted())
        #expect(Set(seen).count == seen.count)
    }

    @Test("a listing with entries counts each of them, and forgetting gives them back")
    func plus() throws {
        for number in 0..<10 { try bench.store([UInt8(number)], as: Name("\(number)")) }
        try bench.remount()
        let handle = try bench.session.openDirectory(.root).wait()
        let page = try bench.session.readDirectory(handle, of: .root, after: 0, limit: 100, plus: true).wait()
        #expect(page.prefix(2).allSatisfy { $0.entry == nil })
        let entries = page.compactMap(\.entry)
        #expect(entries.count == 10)
        #expect(entries.allSatisfy { $0.status.size == 1 })
        #expect(zip(page.dropFirst(2), entries).allSatisfy { $0.inode == $1.status.inode })
        #expect(bench.session.rememberedFiles == 11)
        for entry in entries { bench.session.forget(entry.node, lookups: 1) }
        #expect(bench.session.rememberedFiles == 1)
    }
}

@Suite struct AttributeTests {
    let bench: SessionBench

    init() throws { bench = try SessionBench() }

    private func set(_ name: String, _ value: [UInt8], of node: NodeID, _ mode: AttributeSetMode = .any)
        throws(FileError)
    {
        try bench.session.setAttribute(Name(name), of: node, to: value, mode: mode, caller: bench.caller).wait()
    }

    private func get(_ name: String, of node: NodeID) throws(FileError) -> [UInt8] {
        try bench.session.attribute(Name(name), of: node).wait()
    }

    @Test("extended attributes are set, replaced, listed, removed and kept")
    func extended() throws {
        let node = try bench.create(Name("file")).entry.node
        try set("user.a", [1], of: node)
        try set("user.empty", [], of: node)
        try set("trusted.big", [UInt8](repeating: 3, count: Limits.Names.attributeValueBytes), of: node)
        #expect(refusal { () throws(FileError) in try set("user.a", [2], of: node, .create) } == .alreadyExists)
        #expect(refusal { () throws(FileError) in try set("user.none", [2], of: node, .replace) } == .noAttribute)
        #expect(refusal { () throws(FileError) in _ = try get("user.none", of: node) } == .noAttribute)
        #expect(refusal { () throws(FileError) in try set("system.posix_acl_access", [2], of: node) } == .invalid)
        #expect(refusal { () throws(FileError) in try set("user.cbstore.state", [2], of: node) } == .notPermitted)
        let tooMuch = [UInt8](repeating: 3, count: Limits.Names.attributeValueBytes + 1)
        #expect(refusal { () throws(FileError) in try set("user.big", tooMuch, of: node) } == .tooLarge)
        try set("user.a", [2, 2], of: node, .replace)
        for _ in 0..<2 {
            let node = try bench.lookup(Name("file")).node
            #expect(try get("user.a", of: node) == [2, 2])
            #expect(try get("user.empty", of: node) == [])
            #expect(try get("trusted.big", of: node).count == Limits.Names.attributeValueBytes)
            #expect(
                try bench.session.attributeNames(of: node).wait()
                    == ["trusted.big", "user.a", "user.empty"].map { Name($0) })
            try bench.remount()
        }
        let again = try bench.lookup(Name("file")).node
        try bench.session.removeAttribute(Name("user.a"), of: again).wait()
        #expect(
            refusal { () throws(FileError) in try bench.session.removeAttribute(Name("user.a"), of: again).wait() }
                == .noAttribute)
        try bench.remount()
        let names = try bench.session.attributeNames(of: try bench.lookup(Name("file")).node).wait()
        #expect(names == ["trusted.big", "user.empty"].map { Name($0) })
    }

    @Test("a file tells how safe it is: dirty, journaled, committed")
    func state() throws {
        let file = try bench.create(Name("file"))
        try bench.write([1], to: file, at: 0)
        func state() throws(FileError) -> String {
            String(decoding: try get("user.cbstore.state", of: file.entry.node), as: UTF8.self)
        }
        #expect(try state() == "dirty")
        try bench.synchronize(file)
        #expect(try state() == "journaled")
        try bench.store.vault.commit()
        #expect(try state() == "committed")
        #expect(try bench.session.attributeNames(of: file.entry.node).wait().isEmpty)
    }

    private struct Times: Equatable {
        var accessed: Bool, modified: Bool, changed: Bool
    }

    /// Which of a node's times an operation moved to the present.
    private func moved(_ node: NodeID, _ operation: () throws -> Void) throws -> Times {
        bench.time.advance(by: .seconds(10))
        let now = bench.time.wallClock
        try operation()
        let attributes = try bench.status(node).attributes
        return Times(
            accessed: attributes.accessed == now, modified: attributes.modified == now,
            changed: attributes.changed == now)
    }

    @Test("an access time moves by the relatime rule, and makes no change of its own")
    func accessTime() throws {
        let entry = try bench.create(Name("file"))
        try bench.synchronize(entry)
        bench.release(entry)
        func open() throws -> Timestamp {
            let file = try bench.open(Name("file"), .read)
            defer { bench.release(file) }
            return try bench.status(file.entry.node).attributes.accessed
        }
        let kept = try bench.lookup(Name("file"))
        let born = kept.status.attributes.accessed
        let position = bench.store.volume.position
        bench.time.advance(by: .seconds(5))
        let first = try open()
        #expect(first == bench.time.wallClock, "it was not later than the modification")
        bench.time.advance(by: .seconds(5))
        #expect(try open() == first)
        bench.time.advance(by: .seconds(86_400))
        #expect(try open() == bench.time.wallClock, "it was a day old")
        #expect(bench.store.volume.position == position)
        bench.session.forget(kept.node, lookups: 1)
        try bench.remount()
        #expect(try bench.lookup(Name("file")).status.attributes.accessed == born)
    }

    @Test("each operation moves the times that POSIX names, and no other")
    func times() throws {
        let none = Times(accessed: false, modified: false, changed: false)
        let content = Times(accessed: false, modified: true, changed: true)
        let status = Times(accessed: false, modified: false, changed: true)
        let directory = try bench.makeDirectory(Name("directory")).node
        let file = try bench.create(Name("file"), in: directory)
        let node = file.entry.node
        #expect(try moved(node) { try bench.write([1, 2, 3], to: file, at: 0) } == content)
        #expect(try moved(node) { _ = try bench.read(file, at: 0, count: 3) } == none)
        #expect(try moved(node) { try bench.truncate(node, to: 1) } == content)
        #expect(try moved(node) { try bench.set(node) { $0.permissions = 0o600 } } == status)
        #expect(try moved(node) { try set("user.a", [1], of: node) } == status)
        #expect(try moved(node) { try bench.link(node, as: Name("second")) } == status)
        #expect(try moved(node) { try bench.rename(Name("second"), to: Name("third")) } == status)
        #expect(try moved(node) { try bench.unlink(Name("third")) } == status)
        #expect(try moved(directory) { _ = try bench.create(Name("new"), in: directory) } == content)
        #expect(try moved(directory) { try bench.write([1], to: file, at: 9) } == none)
        #expect(
            try moved(directory) { try bench.rename(Name("new"), in: directory, to: Name("newer"), in: directory) }
                == content)
        #expect(try moved(directory) { try bench.unlink(Name("newer"), in: directory) } == content)
        #expect(try moved(.root) { try bench.rename(Name("file"), in: directory, to: Name("out")) } == content)
        #expect(try moved(directory) { try bench.rename(Name("directory"), to: Name("renamed")) } == status)
        let moment = Timestamp(seconds: -1, nanoseconds: 5)
        let restamped = try bench.set(node) {
            $0.accessed = .at(moment)
            $0.modified = .at(moment)
        }
        #expect(restamped.attributes.accessed == moment && restamped.attributes.modified == moment)
        #expect(restamped.attributes.changed == bench.time.wallClock)
        let before = try bench.status(node)
        try bench.remount()
        #expect(try bench.lookup(Name("out")).status.attributes == before.attributes)
    }

    @Test("the times a write leaves are those of the write, not of its way to the disk")
    func timesOfWrites() throws {
        let file = try bench.create(Name("file"))
        try bench.write([UInt8](repeating: 1, count: 100_000), to: file, at: 0)
        let written = bench.time.wallClock
        bench.wait(.seconds(5))
        try bench.synchronize(file)
        try bench.store.vault.commit()
        #expect(try bench.status(file.entry.node).attributes.modified == written)
        bench.release(file)
        try bench.remount()
        #expect(try bench.lookup(Name("file")).status.attributes.modified == written)
    }
}
