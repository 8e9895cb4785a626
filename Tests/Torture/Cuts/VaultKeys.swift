internal import Core
internal import Sealing
internal import StorageSupport
internal import VaultSupport
internal import Vaults
internal import Volumes

/// What it takes to open a vault that a power cut left on a disk.
struct VaultKeys: Sendable {
    private let device: DeviceKeys
    private let keyring: Keyring

    init(of store: TestVault) throws {
        device = store.keys
        keyring = try store.keyring
    }

    func open(_ disk: SimulatedDisk) throws(Failure) -> Vault {
        let time = ManualTime()
        return try Vault.open(on: disk, settings: TestVault.settings(time), device, keyring, time: time)
    }
}

extension NativeVolume {
    /// What stands in a directory.
    func entries(of directory: FileID) throws(Failure) -> [ChildEntry] {
        try satisfying { () throws(VolumeError) in try children(of: directory, after: nil, limit: .max) }
    }

    /// A file's whole content.
    func bytes(of file: FileID) throws(Failure) -> [UInt8] {
        let record = try satisfying { () throws(VolumeError) in try self.record(of: file) }
        return try bytes(of: file, in: 0..<(record?.size ?? 0))
    }
}
