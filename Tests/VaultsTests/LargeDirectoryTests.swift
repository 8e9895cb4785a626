import Core
import Testing
import VaultSupport
import Vaults
import Volumes

@Suite struct LargeDirectoryTests {
    /// A little more than the cache of nodes holds.
    @Test("a directory larger than the cache of nodes is opened, counted, listed and changed", .timeLimit(.minutes(1)))
    func large() throws {
        let bench = try TestVault()
        let now = bench.time.wallClock
        let file = bench.volume.makeFileID()
        try bench.make([.setAttributes(file, Attributes(kind: .regular, permissions: 0, owner: 0, group: 0, now: now))])
        let total = 160_000
        let long = String(repeating: "long ", count: 20)
        for start in stride(from: 0, to: total, by: 5000) {
            // One file with all the names: what counts here is the directory.
            try bench.make(
                (start..<start + 5000).map {
                    .setChild(
                        directory: .root, name: Name(long + "\($0)"), child: Child(file: file, kind: .regular),
                        time: now)
                })
        }
        let directory = bench.volume.makeFileID()
        try bench.make([
            .setAttributes(directory, TestVault.directory(now)),
            .setChild(
                directory: .root, name: Name("directory"), child: Child(file: directory, kind: .directory), time: now),
        ])
        try bench.closeAndOpen()
        func subdirectories() throws -> UInt32? {
            try satisfying { () throws(VolumeError) in try bench.volume.record(of: .root) }?.subdirectories
        }
        #expect(try subdirectories() == 1)
        let page = try satisfying { () throws(VolumeError) in
            try bench.volume.children(of: .root, after: Name(long + "2"), limit: 3)
        }
        #expect(page.map(\.name) == ["20", "200", "2000"].map { Name(long + $0) })
        // The count follows what is changed and committed.
        let second = bench.volume.makeFileID()
        try bench.make([
            .setAttributes(second, TestVault.directory(now)),
            .setChild(directory: .root, name: Name("second"), child: Child(file: second, kind: .directory), time: now),
        ])
        #expect(try subdirectories() == 2)
        try bench.vault.commit()
        #expect(try subdirectories() == 2)
        try bench.make([.removeChild(directory: .root, name: Name("directory"), time: now), .forget(directory)])
        try bench.vault.commit()
        #expect(try subdirectories() == 1)
        try bench.closeAndOpen()
        #expect(try subdirectories() == 1)
        try bench.close()
    }
}
