package import Core
package import Sealing
package import Vaults
package import Volumes

extension TestVault {
    /// Ties the vault to a remote, as opening it does.
    package func attach(_ remote: TestRemote, bundles: Bool = true) throws(Failure) -> RemoteLink {
        try vault.attach(remote.remote(bundles: bundles), folder: folder)
    }

    /// Where it keeps what it knows of the remote.
    package var remotePath: [UInt8] { folder.remotePath("test") }

    /// Enters a file into the root directory; a name that is there leads to the new file.
    @discardableResult
    package func add(_ name: String, _ bytes: [UInt8]) throws(Failure) -> FileID {
        try volume.add(Name(name), bytes, time.wallClock)
    }

    package func remove(_ name: String) throws(Failure) {
        try make([.removeChild(directory: .root, name: Name(name), time: time.wallClock)])
    }
}

extension NativeVolume {
    /// Enters a new file into the root directory.
    @discardableResult
    package func add(_ name: Name, _ bytes: [UInt8], _ now: Timestamp) throws(Failure) -> FileID {
        let file = makeFileID()
        var changes: [Change] = [
            .setAttributes(file, Attributes(kind: .regular, permissions: 0o600, owner: 1, group: 1, now: now)),
            .setChild(directory: .root, name: name, child: Child(file: file, kind: .regular), time: now),
        ]
        for start in stride(from: 0, to: bytes.count, by: Limits.Content.pieceBytes) {
            let part = Array(bytes[start..<min(bytes.count, start + Limits.Content.pieceBytes)])
            let written: WrittenBytes =
                part.count < Limits.Content.inlineWrite ? .inline(part) : .sealed(try seal(part))
            changes.append(.write(file, offset: UInt64(start), written, time: now))
        }
        try satisfying { () throws(VolumeError) in _ = try apply(changes) }
        return file
    }

    /// The bytes of a file in the root directory; nil when there is none of that name.
    package func bytes(named name: String) throws(Failure) -> [UInt8]? {
        guard let child = try satisfying({ () throws(VolumeError) in try child(Name(name), of: .root) }),
            let record = try satisfying({ () throws(VolumeError) in try record(of: child.file) })
        else { return nil }
        return try bytes(of: child.file, in: 0..<record.size)
    }
}

/// Another device of a vault, rebuilt from phrase and remote in a folder of its own.
package final class TestDevice {
    package let time: any TimeSource
    package let folder: VaultFolder
    package private(set) var vault: Vault
    package private(set) var link: RemoteLink
    private let home: TemporaryFolder
    private let remote: TestRemote
    private let bundles: Bool

    package var volume: NativeVolume { vault.volume }

    package init(_ phrase: RecoveryPhrase, _ remote: TestRemote, bundles: Bool = true, time: any TimeSource) throws {
        home = try TemporaryFolder(inMemory: true)
        folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        (self.remote, self.bundles, self.time) = (remote, bundles, time)
        try Self.complete(folder, phrase, remote, bundles: bundles, time: time)
        (vault, link) = try Self.open(folder, remote, bundles: bundles, time: time)
    }

    /// Fetches the vault into `folder`, which may hold what an earlier try left.
    @discardableResult
    package static func complete(
        _ folder: VaultFolder, _ phrase: RecoveryPhrase, _ remote: TestRemote, bundles: Bool = true,
        time: any TimeSource
    ) throws(Failure) -> Vault.Recovered {
        if !Files.exists(folder.keyPath) { _ = try Vault.prepareRecovery(folder, phrase, passphrase: nil) }
        return try Vault.complete(
            folder, try SealedKeys(of: folder).unlock(nil), passphrase: nil, from: remote.remote(bundles: bundles),
            time: time)
    }

    private static func open(
        _ folder: VaultFolder, _ remote: TestRemote, bundles: Bool, time: any TimeSource
    ) throws -> (Vault, RemoteLink) {
        let vault = try Vault.open(folder, try SealedKeys(of: folder).unlock(nil), time: time)
        return (vault, try vault.attach(remote.remote(bundles: bundles), folder: folder))
    }

    package func closeAndOpen() throws {
        try vault.close()
        (vault, link) = try Self.open(folder, remote, bundles: bundles, time: time)
    }

    @discardableResult
    package func make(_ changes: [Change]) throws(Failure) -> ChangePosition {
        try satisfying { () throws(VolumeError) in try volume.apply(changes) }
    }

    @discardableResult
    package func add(_ name: String, _ bytes: [UInt8]) throws(Failure) -> FileID {
        try volume.add(Name(name), bytes, time.wallClock)
    }
}
