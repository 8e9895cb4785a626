import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

@Suite struct RenameTests {
    let bench: SessionBench

    init() throws { bench = try SessionBench() }

    private func code(
        _ from: String, in parent: NodeID = .root, to: String, at newParent: NodeID = .root,
        _ mode: RenameMode = .replace
    ) -> FailureCode? {
        refusal { () throws(FileError) in
            try bench.rename(Name(from), in: parent, to: Name(to), in: newParent, mode: mode)
        }
    }

    @Test("a rename replaces what it may and refuses the rest")
    func replacing() throws {
        try bench.store([1], as: Name("a"))
        try bench.store([2], as: Name("b"))
        try bench.makeDirectory(Name("empty"))
        let full = try bench.makeDirectory(Name("full"))
        try bench.store([3], as: Name("c"), in: full.node)
        #expect(code("a", to: "empty") == .isDirectory)
        #expect(code("empty", to: "a") == .notDirectory)
        #expect(code("empty", to: "full") == .notEmpty)
        #expect(code("none", to: "a") == .notFound)
        #expect(code("none", to: "a", .exchange) == .notFound)
        #expect(code("a", to: "none", .exchange) == .notFound)
        #expect(code("a", to: "b", .noReplace) == .alreadyExists)
        #expect(code("a", to: ".") == .invalid)
        #expect(code("a", to: "x", at: try bench.lookup(Name("b")).node) == .notDirectory)
        #expect(code("a", to: "b") == nil)
        #expect(code("full", to: "empty") == nil)
        #expect(try bench.list().map(\.name) == [Name("b"), Name("empty")])
        #expect(try bench.content(Name("b")) == [1])
        let moved = try bench.lookup(Name("empty"))
        #expect(try bench.content(Name("c"), in: moved.node) == [3])
        #expect(try bench.status(.root).links == 3)
        try bench.remount()
        #expect(try bench.list().map(\.name) == [Name("b"), Name("empty")])
        #expect(bench.store.vault.standing().files == 3)
    }

    @Test("a rename onto itself, or onto another name of the same file, does nothing")
    func sameFile() throws {
        let file = try bench.create(Name("a"))
        try bench.link(file.entry.node, as: Name("b"))
        #expect(code("a", to: "a") == nil)
        #expect(code("a", to: "b") == nil)
        #expect(code("a", to: "b", .exchange) == nil)
        #expect(try bench.list().map(\.name) == [Name("a"), Name("b")])
        #expect(try bench.status(file.entry.node).links == 2)
        #expect(code("a", to: "b", .noReplace) == .alreadyExists)
    }

    @Test("an exchange swaps files, directories, and one for the other")
    func exchange() throws {
        try bench.store([1], as: Name("file"))
        let directory = try bench.makeDirectory(Name("directory"))
        try bench.store([2], as: Name("inner"), in: directory.node)
        #expect(code("file", to: "inner", at: directory.node, .exchange) == nil)
        #expect(try bench.content(Name("file")) == [2])
        #expect(try bench.content(Name("inner"), in: directory.node) == [1])
        #expect(code("file", to: "directory", .exchange) == nil)
        #expect(try bench.content(Name("directory")) == [2])
        #expect(try bench.content(Name("inner"), in: try bench.lookup(Name("file")).node) == [1])
        try bench.remount()
        #expect(try bench.content(Name("directory")) == [2])
    }

    @Test("no rename puts a directory into itself", arguments: [RenameMode.replace, .noReplace, .exchange])
    func loops(mode: RenameMode) throws {
        let a = try bench.makeDirectory(Name("a")).node
        let b = try bench.makeDirectory(Name("b"), in: a).node
        let c = try bench.makeDirectory(Name("c"), in: b).node
        try bench.makeDirectory(Name("d"), in: c)
        let target = mode == .exchange ? "d" : "new"
        #expect(code("a", to: target, at: c, mode) == .invalid)
        #expect(code("b", in: a, to: target, at: c, mode) == .invalid)
        if mode != .exchange { #expect(code("a", to: target, at: a, mode) == .invalid) }
        if mode == .exchange { #expect(code("d", in: c, to: "a", .exchange) == .invalid) }
        // The same after the parents were committed and nobody remembers them.
        try bench.remount()
        let a2 = try bench.lookup(Name("a")).node
        let c2 = try bench.lookup(Name("c"), in: try bench.lookup(Name("b"), in: a2).node).node
        #expect(code("a", to: target, at: c2, mode) == .invalid)
        #expect(code("c", in: try bench.lookup(Name("b"), in: a2).node, to: "c", at: a2) == nil)
        #expect(code("b", in: a2, to: "b", at: c2) == nil)
        #expect(try bench.lookup(Name("b"), in: c2).status.links == 2)
    }

    @Test("a replaced file that is open stays readable and goes at its release")
    func replacedWhileOpen() throws {
        try bench.store([1, 1, 1], as: Name("old"))
        try bench.store([2, 2], as: Name("new"))
        let old = try bench.open(Name("old"), [.read, .write])
        #expect(code("new", to: "old") == nil)
        #expect(try bench.read(old, at: 0, count: 10) == [1, 1, 1])
        try bench.write([9], to: old, at: 3)
        #expect(try bench.read(old, at: 0, count: 10) == [1, 1, 1, 9])
        #expect(try bench.status(old.entry.node).links == 0)
        #expect(bench.store.vault.standing().files == 2)
        bench.release(old)
        #expect(bench.store.vault.standing().files == 1)
        #expect(try bench.content(Name("old")) == [2, 2])
    }

    /// How far a power cut comes into the writing of a file and the rename of it over another.
    @Test(
        "after a crash at any moment a file that was replaced has its old or its whole new content",
        arguments: [100, 70_000, 1_300_000])
    func replacingIsAtomic(size: Int) throws {
        let old = [UInt8](repeating: 1, count: 500)
        let new = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        var calls = 0
        var sawOld = false
        var sawNew = false
        while !sawNew || calls < 3 {
            let bench = try SessionBench()
            try bench.store(old, as: Name("file"))
            try bench.session.flushAll()
            bench.store.disk.cutPower(after: calls)
            try? bench.store(new, as: Name("file.new"))
            try? bench.rename(Name("file.new"), to: Name("file"))
            bench.wait(.seconds(1))
            let before = bench.store.disk.totalCalls
            if calls.isMultiple(of: 2) { try? bench.session.flushAll() }
            try bench.cutPower(seed: UInt64(calls &* 7 &+ before))
            let found = try bench.content(Name("file"))
            #expect(found == old || found == new, "\(found.count) bytes after \(calls) calls")
            sawOld = sawOld || found == old
            sawNew = sawNew || found == new
            try bench.close()
            calls += 1
            try #require(calls < 400)
        }
        #expect(sawOld)
    }
}
