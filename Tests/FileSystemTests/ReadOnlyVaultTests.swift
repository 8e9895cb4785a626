import Core
import FileSystem
import Testing
import VaultSupport
import Vaults
import Volumes

/// A session over a vault that uses what only a later version can write.
@Suite struct ReadOnlyVaultTests {
    @Test("everything is read as ever, and each call that would change something is EROFS, a write at once")
    func refusals() throws {
        let bench = try SessionBench()
        let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 / 5) }
        try bench.store(bytes, as: Name("file"))
        try bench.makeDirectory(Name("folder"))
        try bench.remount(
            after: LaterProgram(features: try Commit.Features(neededToRead: [], neededToWrite: ["later-dots"])))
        #expect(try bench.content(Name("file")) == bytes)
        #expect(try bench.list().map(\.name) == [Name("file"), Name("folder")])
        let file = try bench.open(Name("file"), [.read, .write])
        let changes: [(String, () throws(FileError) -> Void)] = [
            ("write", { () throws(FileError) in try bench.write([1], to: file, at: 0) }),
            ("truncate", { () throws(FileError) in try bench.truncate(file.entry.node, to: 0) }),
            ("chmod", { () throws(FileError) in try bench.set(file.entry.node) { $0.permissions = 0o600 } }),
            ("create", { () throws(FileError) in _ = try bench.create(Name("new")) }),
            ("mkdir", { () throws(FileError) in try bench.makeDirectory(Name("new")) }),
            ("unlink", { () throws(FileError) in try bench.unlink(Name("file")) }),
            ("rmdir", { () throws(FileError) in try bench.removeDirectory(Name("folder")) }),
            ("rename", { () throws(FileError) in try bench.rename(Name("file"), to: Name("new")) }),
            ("link", { () throws(FileError) in try bench.link(file.entry.node, as: Name("new")) }),
        ]
        for (what, change) in changes { #expect(refusal(change) == .readOnly, "\(what)") }
        // Nothing was taken that could not be given back: the file is whole, and closing has nothing to lose.
        #expect(try bench.content(Name("file")) == bytes)
        try bench.synchronize(file)
        bench.release(file)
        try bench.close()
    }
}
