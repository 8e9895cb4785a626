import Core
import Testing
import VaultSupport
import Vaults
import Volumes

/// Names in a tree that another device made.
@Suite struct HostileNameTests {
    @Test(
        "a directory with a name that no file can have is an error, and leads nobody elsewhere",
        arguments: ["", ".", "..", "../up", "a/b", "a\0b"])
    func names(_ name: String) throws {
        let bench = try TestVault()
        let now = Timestamp(seconds: 1)
        let file = bench.volume.makeFileID()
        try bench.make([
            .setAttributes(file, Attributes(kind: .regular, permissions: 0o600, owner: 1, group: 1, now: now)),
            .setChild(directory: .root, name: Name(name), child: Child(file: file, kind: .regular), time: now),
        ])
        try bench.vault.commit()
        try bench.closeAndOpen()
        #expect(throws: (any Error).self) { try bench.volume.listing() }
        try bench.close()
    }
}
