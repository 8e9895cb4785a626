package import Core
internal import Primitives
package import Sealing
internal import Synchronization

/// How far sealing anew is.
package struct RekeyProgress: Sendable, Equatable {
    /// The epoch that everything is sealed with.
    package let epoch: UInt32
    /// Of the files' sizes, holes included; modulo 2⁶⁴ like their total.
    package var doneBytes: UInt64 = 0
    package let totalBytes: UInt64
    /// Chunks and chunk lists that were of an older epoch; nodes are not counted.
    package var sealedObjects: UInt64 = 0
}

extension Vault {
    /// What `rekey` did.
    package struct Rekeyed: Sendable, Equatable {
        /// The newest epoch now.
        package let epoch: UInt32
        /// Whether it began just now; else an earlier one had begun it, and was not finished.
        package let isNewEpoch: Bool
        /// Chunks and chunk lists that were sealed anew; nil when that was not asked for.
        package let sealedObjects: UInt64?
    }

    /// Starts a new epoch, and seals everything that the newest commit reaches with it. Blocks, on the network too when
    /// the vault is attached to a remote, which must answer: another device may have changed the keyring.
    ///
    /// When something reachable is of an older epoch than the newest, that was begun before and not finished; then the
    /// newest is kept and the rest is sealed with it. With `newEpochOnly` an epoch always begins and nothing is sealed anew.
    /// It can be run again after any failure or crash. Old objects stay where they are.
    ///
    /// Throws `.denied` for another vault's phrase, `.conflict` when devices have diverged, `.busy` when files are in use,
    /// `.noSpace` before anything is changed when the disk has no room for the vault once more.
    @discardableResult
    package func rekey(
        _ phrase: RecoveryPhrase, in folder: VaultFolder, newEpochOnly: Bool = false,
        progress: @escaping (RekeyProgress) throws(Failure) -> Void = { _ in }
    ) throws(Failure) -> Rekeyed {
        let recovery = RecoveryKeys(phrase)
        guard recovery.signingKey.publicKey == keys.ownerKey else {
            throw Failure(.denied, "the recovery phrase is another vault's", advice: "check the words")
        }
        if let link { try Self.catchUp(link) }
        if let refusal = volume.refusalOfChanges { throw refusal }
        let isUnfinished = newEpochOnly ? false : try volume.reachesOlderEpochs()
        if !isUnfinished {
            if !newEpochOnly { try checkSpace() }
            try changeKeyring(in: folder) { (keyring) throws(Failure) in
                var next = keyring
                try next.startNextEpoch()
                return (next, try next.sealed(by: recovery))
            }
        }
        let epoch = volume.objects.sealers.newest.epoch
        let sealed = newEpochOnly ? nil : try volume.reseal(progress).sealedObjects
        return Rekeyed(epoch: epoch, isNewEpoch: !isUnfinished, sealedObjects: sealed)
    }

    /// Refuses what would fill the disk, as nothing gives the space back yet; a run that was begun may go on.
    private func checkSpace() throws(Failure) {
        let (standing, disk) = (standing(), volume.diskSpace.current)
        // Holes need nothing, and what nobody reaches is not sealed anew. Content that is still to be fetched may need more.
        let needed = min(standing.contentBytes, standing.storeBytes)
        guard disk.totalBytes > 0, disk.freeBytes < needed else { return }
        throw Failure(
            .noSpace,
            "sealing the vault anew takes up to \(ByteCount(needed)), and \(ByteCount(disk.freeBytes)) are free",
            advice: "make room, or begin with --new-epoch-only")
    }

    private var link: RemoteLink? { linked.withLock { $0 } }

    /// Takes in the newest keyring and the newest commit: an epoch begun on old ones would have to begin once more.
    private static func catchUp(_ link: RemoteLink) throws(Failure) {
        guard case .diverged(let devices) = try link.look() else { return }
        throw Failure(
            .conflict, "\(devices.map { "'\($0)'" }.joined(separator: ", ")) and this device have diverged",
            advice: "both states are whole; rekey when one includes the other")
    }

    /// Puts a keyring in the place of the newest one, on the remote before here.
    private func changeKeyring(
        in folder: VaultFolder, _ change: (Keyring) throws(Failure) -> (keyring: Keyring, object: SealedObject)
    ) throws(Failure) {
        if let link { return try link.changeKeyring(change) }
        let (next, object) = try change(keyring.current)
        try keyring.replace(with: next, sealed: object.bytes, in: folder)
    }
}
