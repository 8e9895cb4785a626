import Core
import Primitives
import StorageSupport
import Testing
import VaultSupport
import Vaults

/// The file that says what a device knows of a remote.
@Suite(.ownThread) struct RemoteStateTests {
    let bench: TestVault
    let remote: TestRemote
    private var path: [UInt8] { Files.join(bench.remotePath, "state") }

    init() throws {
        bench = try TestVault()
        remote = TestRemote(time: bench.time)
        try bench.attach(remote).publish()
        try bench.closeAndOpen()
    }

    @Test(
        "one of another version keeps the vault from its remote, and is left alone",
        arguments: [0, 2, .max] as [UInt64])
    func versions(version: UInt64) throws {
        var first = FieldWriter()
        first.number(1, version)
        let state = first.bytes + Array(try Files.readWhole(path, limit: 1 << 20).dropFirst(2).dropLast(8))
        let bytes = state + Array(SHA256.digest(of: state).bytes.prefix(8))
        try Files.writeAtomically(path, bytes)
        do throws(Failure) {
            _ = try bench.attach(remote)
            Issue.record("it was read")
        } catch {
            #expect(error.code == .unknownFormat)
            #expect(error.message.contains("state") && error.advice != nil)
        }
        #expect(try Files.readWhole(path, limit: 1 << 20) == bytes)
    }

    @Test("a damaged one counts as nothing: the remote says the same", arguments: [0, 1, 2, 40])
    func damage(index: Int) throws {
        var bytes = try Files.readWhole(path, limit: 1 << 20)
        bytes[index] ^= 0x10
        try Files.writeAtomically(path, bytes)
        let link = try bench.attach(remote)
        remote.forgetCalls()
        #expect(try !link.publish())
        #expect(link.isPublished)
        #expect(remote.calls.allSatisfy { !$0.isWrite })
    }
}
