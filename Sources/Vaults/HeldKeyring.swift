internal import Core
internal import Sealing
internal import Synchronization

/// The keyring that an open vault goes by; a newer one may take its place at any moment, on any thread.
final class HeldKeyring: Sendable {
    private let keys: DeviceKeys
    private let objects: SealedObjects
    private let state: Mutex<Keyring>

    init(_ keyring: Keyring, _ keys: DeviceKeys, _ objects: SealedObjects) {
        self.keys = keys
        self.objects = objects
        state = Mutex(keyring)
    }

    var current: Keyring { state.withLock { $0 } }

    /// Puts a newer keyring in the place of this one: in its file, which is on the disk then, and for all that is opened
    /// and sealed from now on.
    ///
    /// Throws `.denied`, with nothing changed, when this device is not in it.
    func replace(with newer: Keyring, sealed: [UInt8], in folder: VaultFolder) throws(Failure) {
        let opened = try newer.open(with: keys)
        let ring = try SealerRing(opened.epochs, packing: opened.packing)
        try folder.writeKeyring(sealed)
        objects.use(ring)
        state.withLock { $0 = newer }
    }
}
