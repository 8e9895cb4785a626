import Core
import Primitives
import Sealing
import StorageSupport
import Vaults
import Volumes

/// A vault on the disk, opened as every verb opens it.
final class MeasuredVault {
    let vault: Vault
    var volume: NativeVolume { vault.volume }

    private static func folder(_ path: String) -> VaultFolder {
        VaultFolder(path: Array("\(path)/vault".utf8), name: .standard)
    }

    init(in path: String) throws(Failure) {
        let folder = Self.folder(path)
        vault = try Vault.open(folder, SealedKeys(of: folder).unlock(nil), time: SystemTime())
    }

    static func create(in path: String) throws(Failure) {
        _ = try Vault.create(folder(path), RecoveryPhrase(), passphrase: nil, time: SystemTime())
    }

    func make(_ changes: [Change]) throws(Failure) {
        if let need = volume.pressure() { try need.satisfy() }
        _ = try satisfying { () throws(VolumeError) in try volume.apply(changes) }
    }

    /// The file at a path, and the directory that holds its name.
    func find(_ path: [Name]) throws(Failure) -> (file: FileID, parent: FileID) {
        var (file, parent) = (FileID.root, FileID.root)
        for name in path {
            let child = try satisfying { () throws(VolumeError) in try volume.child(name, of: file) }
            guard let child else { throw Failure(.notFound, "\(name.escaped) is not there") }
            (file, parent) = (child.file, file)
        }
        return (file, parent)
    }

    func record(of file: FileID) throws(Failure) -> FileRecord? {
        try satisfying { () throws(VolumeError) in try volume.record(of: file) }
    }

    func chunk(_ random: inout SeededRandom) throws(Failure) -> WrittenBytes {
        .sealed(try volume.seal(random.bytes(Shape.chunkBytes)))
    }

    /// What objects a piece of work and the commit behind it leave in the store.
    func measure(_ work: () throws(Failure) -> Void) throws(Failure) -> (bytes: Double, objects: Double) {
        let before = vault.standing()
        try work()
        try vault.commit()
        let after = vault.standing()
        return (Double(after.storeBytes - before.storeBytes), Double(after.objects - before.objects))
    }
}
