internal import ContentAddressing
internal import Core
internal import LocalStore
internal import Sealing
internal import Storage
internal import Synchronization

/// Content in, content out: the local store with the sealer in front of it. Blocks on the disk.
final class SealedObjects: Sendable {
    let store: LocalStore
    private let ring: Mutex<SealerRing>
    private let source = Mutex<(any ObjectSource)?>(nil)
    /// nil: whatever was stored stays.
    let cache = Mutex<Eviction?>(nil)

    init(store: LocalStore, sealers: SealerRing) {
        self.store = store
        ring = Mutex(sealers)
    }

    var sealers: SealerRing { ring.withLock { $0 } }

    /// Seals and opens with the secrets of a newer keyring from now on; what was sealed before opens as it did.
    func use(_ sealers: SealerRing) { ring.withLock { $0 = sealers } }

    /// Asks `source` from now on for what is not in the store.
    func setSource(_ source: (any ObjectSource)?) { self.source.withLock { $0 = source } }

    /// Whether the object can be read without the network.
    func isHere(_ reference: ObjectReference) -> Bool { store.contains(reference.digest) }

    /// Seals content and stores the object, which is durable with the next sync of the journal.
    ///
    /// `isOwed` says of a chunk that its bytes have been taken already, so that a full disk is no reason to refuse it.
    func put(_ content: [UInt8], as kind: ObjectKind, isOwed: Bool = false) throws(Failure) -> ObjectReference {
        let object = sealers.newest.seal(content, as: kind)
        try enter(object, isOwed: isOwed)
        return object.reference
    }

    /// Stores an object that was sealed here.
    func enter(_ object: SealedObject, isOwed: Bool = false) throws(Failure) {
        let isNew = try store.put(
            object.reference.digest, kind: object.kind.rawValue, object.bytes, isOwed: isOwed)
        if isNew, object.kind == .chunk { cache.withLock { $0 }?.noteStored(object.bytes.count) }
    }

    /// Stores what came from the remote, if there is room; without, it comes again when it is read again.
    ///
    /// With `mustStay`, a full disk is refused: what the journal will be replayed with has to be here.
    func keep(_ digest: Digest, kind: UInt8, _ bytes: [UInt8], mustStay: Bool = false) throws(Failure) {
        let isChunk = kind == ObjectKind.chunk.rawValue
        let cache = isChunk ? cache.withLock { $0 } : nil
        if let cache, !cache.hasRoom(for: bytes.count) { return }
        do throws(Failure) {
            let isNew = try store.put(digest, kind: kind, bytes)
            cache?.noteProven(digest)
            if isNew { cache?.noteStored(bytes.count) }
        } catch {
            if error.code == .readOnly || !mustStay && [.noSpace, .overLimit].contains(error.code) { return }
            throw error
        }
    }

    func content(of reference: ObjectReference, as kind: ObjectKind) throws(Failure) -> [UInt8] {
        try mending(reference) { () throws(Failure) in
            try Opener.open(try stored(reference, nil, kind), reference, kind: kind)
        }
    }

    /// A part of the content; reads and opens only the frames it takes.
    func part(_ range: Range<Int>, of reference: ObjectReference, as kind: ObjectKind) throws(Failure) -> [UInt8] {
        try mending(reference) { () throws(Failure) in
            try Opener.openRange(range, of: reference, kind: kind) { sealed throws(Failure) in
                try stored(reference, sealed, kind)
            }
        }
    }

    /// Reads once more, from the store's second copy, what does not open.
    private func mending(
        _ reference: ObjectReference, _ read: () throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        do throws(Failure) {
            return try read()
        } catch {
            guard error.code == .integrity, store.repair(reference.digest) else { throw error }
            return try read()
        }
    }

    /// What a reference leads to must be there, or come from the remote: that it does not is damage, and no file that
    /// somebody misspelt.
    private func stored(
        _ reference: ObjectReference, _ range: Range<Int>?, _ kind: ObjectKind
    ) throws(Failure) -> [UInt8] {
        if kind == .chunk { cache.withLock { $0 }?.recency.note(reference.digest) }
        do throws(Failure) {
            return try store.get(reference.digest, range: range)
        } catch {
            guard error.code == .notFound else { throw error }
        }
        do throws(Failure) {
            if let source = source.withLock({ $0 }) {
                let bytes = try source.bring(reference, kind)
                return range.map { Array(bytes[$0.clamped(to: bytes.indices)]) } ?? bytes
            }
            throw Failure.objectNotFound(reference.cid, in: "the local store")
        } catch {
            guard error.code == .notFound else { throw error }
            throw MissingObject(cid: reference.cid).failure
        }
    }
}

/// What a reference leads to is not in the store, nor anywhere else.
struct MissingObject: Error, CustomStringConvertible {
    let cid: CID

    var description: String { "object \(cid) is missing from the store" }
    var failure: Failure {
        Failure(.damaged, "the store is not whole", advice: "restore the store's folder from a copy", cause: self)
    }
}
