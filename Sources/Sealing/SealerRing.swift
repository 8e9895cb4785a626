package import Core

/// The sealers of every epoch that a device has the secret of: the newest seals, each opens what its epoch sealed.
package final class SealerRing: Sendable {
    package let newest: Sealer
    private let sealers: [UInt32: Sealer]

    /// Throws `.damaged` when there is no epoch at all.
    package init(_ epochs: [EpochSecret], packing: Packing) throws(Failure) {
        let sealers = epochs.map { Sealer($0, packing: packing) }
        guard let newest = sealers.max(by: { $0.epoch < $1.epoch }) else {
            throw Failure(
                .damaged, "the keyring has no epoch", advice: "restore the store's file 'keyring' from a copy")
        }
        self.newest = newest
        self.sealers = Dictionary(sealers.map { ($0.epoch, $0) }) { _, last in last }
    }

    /// Opens an object of any of the epochs, with nothing but its secret; `kind` is what it must be, if the caller knows.
    package func open(_ sealed: [UInt8], kind: ObjectKind? = nil) throws(Failure) -> OpenedObject {
        // Bytes that are no object, or of an epoch that this device has not, are refused with the reason by any sealer.
        let epoch = (try? SealedHeader(parsing: sealed))?.epoch
        return try (epoch.flatMap { sealers[$0] } ?? newest).open(sealed, kind: kind)
    }
}
