import Core
import Primitives
import Sealing
import StorageSupport
import Testing
import Trees
import VaultSupport
import Vaults
import Volumes

/// A vault whose newest commit is of a device that is no longer one of its own.
@Suite(.ownThread) struct GoneDeviceTests {
    private static let note = "no longer one of the vault's"

    let bench: TestVault
    private let gone = CommitAuthor(device: DeviceID().bytes, incarnation: 77, key: Ed25519.SigningKey())

    init() throws {
        bench = try TestVault()
        try bench.add("file", [1, 2, 3])
        try bench.vault.commit()
    }

    @Test("it opens with a note, goes on, publishes, and has forgotten the note after its next commit")
    func opens() throws {
        let listing = try bench.volume.listing()
        try LaterProgram(author: gone).write(to: bench)
        try bench.open(on: bench.disk)
        #expect(try bench.volume.listing() == listing)
        #expect(bench.vault.recoveryNotes.contains { $0.contains(Self.note) })
        try bench.add("more", [4])
        try bench.vault.commit()
        let remote = TestRemote(time: bench.time)
        try bench.attach(remote).publish()
        let walk = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring)
        #expect(walk.missing.isEmpty)
        #expect(walk.commit.vector[gone.incarnation] != nil)
        try bench.closeAndOpen()
        #expect(bench.vault.recoveryNotes.isEmpty)
        #expect(try bench.volume.bytes(named: "more") == [4])
    }

    @Test("a signature of a device that is known must fit as ever")
    func known() throws {
        let forger = CommitAuthor(
            device: bench.keys.id.bytes, incarnation: bench.keys.incarnation, key: Ed25519.SigningKey())
        try LaterProgram(author: forger).write(to: bench)
        do {
            try bench.open(on: bench.disk)
            Issue.record("a forged commit was taken")
        } catch let error as Failure {
            #expect(error.code == .integrity)
        }
    }
}
