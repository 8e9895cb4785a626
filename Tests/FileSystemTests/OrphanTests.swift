import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

@Suite struct OrphanTests {
    let bench: SessionBench

    init() throws { bench = try SessionBench() }

    private func makeOrphan(_ size: Int) throws -> (file: OpenedNode, bytes: [UInt8]) {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let file = try bench.create(Name("gone"))
        try bench.write(bytes, to: file, at: 0)
        try bench.unlink(Name("gone"))
        return (file, bytes)
    }

    @Test(
        "an unlinked file that is open is read and written as before, also across commits",
        arguments: [0, 10, 70_000, 1_100_000])
    func readable(size: Int) throws {
        let (file, bytes) = try makeOrphan(size)
        #expect(try bench.read(file, at: 0, count: size + 1) == bytes)
        try bench.store.vault.commit()
        try bench.write([1, 2, 3], to: file, at: UInt64(size))
        try bench.synchronize(file)
        try bench.store.vault.commit()
        #expect(try bench.read(file, at: 0, count: size + 10) == bytes + [1, 2, 3])
        try bench.truncate(file.entry.node, to: 2)
        #expect(try bench.status(file.entry.node).size == 2)
        #expect(try bench.status(file.entry.node).links == 0)
        #expect(bench.store.vault.standing().files == 1)
        bench.release(file)
        #expect(bench.store.vault.standing().files == 0)
        #expect(bench.store.vault.standing().contentBytes == 0)
        try bench.remount()
        #expect(bench.store.vault.standing().files == 0)
    }

    @Test(
        "after a crash a file that was open without a name is gone, whether it was committed or not",
        arguments: [false, true])
    func goneAfterCrash(isCommitted: Bool) throws {
        let (file, _) = try makeOrphan(5000)
        try bench.synchronize(file)
        if isCommitted { try bench.store.vault.commit() }
        try bench.kill()
        #expect(bench.store.vault.standing().files == 0)
        try bench.remount()
        #expect(bench.store.vault.standing().files == 0)
        #expect(bench.store.vault.standing().contentBytes == 0)
    }

    @Test("an orphan that is open twice stays until the second release")
    func openTwice() throws {
        let (file, bytes) = try makeOrphan(100)
        let second = try bench.open(file.entry.node, .read)
        bench.session.release(file.handle, of: file.entry.node)
        #expect(try bench.session.read(second, of: file.entry.node, at: 0, count: 1000).wait() == bytes)
        #expect(bench.store.vault.standing().files == 1)
        bench.session.release(second, of: file.entry.node)
        #expect(bench.store.vault.standing().files == 0)
    }

    @Test("an open directory that is removed lists nothing and goes at its release")
    func directory() throws {
        let made = try bench.makeDirectory(Name("directory"))
        let handle = try bench.session.openDirectory(made.node).wait()
        try bench.removeDirectory(Name("directory"))
        #expect(try bench.list(made.node).isEmpty)
        bench.session.releaseDirectory(handle, of: made.node)
        #expect(bench.store.vault.standing().files == 0)
    }

    @Test("a draft is invisible until it is published, and gone when it is discarded or the process dies")
    func drafts() throws {
        func draft(_ bytes: [UInt8]) throws -> OpenedNode {
            let draft = try bench.session.makeDraft(permissions: 0o640, caller: bench.caller)
            try bench.write(bytes, to: draft, at: 0)
            return draft
        }
        let content = [UInt8](repeating: 5, count: 90_000)
        let first = try draft(content)
        #expect(try bench.list().isEmpty)
        let entry = try bench.session.publish(
            first, as: Name("file"), in: .root, permissions: nil, modified: Timestamp(seconds: 77))
        bench.session.discardDraft(first)
        bench.session.forget(entry.node, lookups: 1)
        #expect(try bench.content(Name("file")) == content)
        let status = try bench.lookup(Name("file")).status
        #expect(status.attributes.permissions == 0o640)
        #expect(status.attributes.modified == Timestamp(seconds: 77))
        #expect(status.links == 1)

        // The second replaces the content, and whoever has the file open sees it.
        let open = try bench.open(Name("file"), .read)
        let second = try draft([1, 2, 3])
        let replaced = try bench.session.publish(second, as: Name("file"), in: .root, permissions: 0o600, modified: nil)
        bench.session.discardDraft(second)
        #expect(replaced.node == open.entry.node)
        #expect(replaced.status.size == 3)
        #expect(try bench.read(open, at: 0, count: 10) == [1, 2, 3])
        #expect(replaced.status.attributes.permissions == 0o600)

        bench.session.discardDraft(try draft(content))
        #expect(bench.store.vault.standing().files == 1)
        _ = try draft(content)
        try bench.session.flushAll()
        try bench.kill()
        #expect(bench.store.vault.standing().files == 1)
        #expect(bench.store.vault.standing().contentBytes == 3)
        #expect(try bench.content(Name("file")) == [1, 2, 3])
    }

    @Test("a draft is not published over a directory, nor into one that is gone")
    func refusedDrafts() throws {
        let directory = try bench.makeDirectory(Name("directory")).node
        let draft = try bench.session.makeDraft(permissions: 0o600, caller: bench.caller)
        func publish(_ name: String, _ parent: NodeID) -> FailureCode? {
            do throws(Failure) {
                _ = try bench.session.publish(draft, as: Name(name), in: parent, permissions: nil, modified: nil)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(publish("directory", .root) == .isDirectory)
        #expect(publish("..", .root) == .invalid)
        try bench.removeDirectory(Name("directory"))
        #expect(publish("x", directory) == .notFound)
        bench.session.discardDraft(draft)
        #expect(bench.store.vault.standing().files == 0)
    }
}
