internal import Core
internal import LocalStore
internal import Sealing

/// Bodies in, bodies out: the local store with the sealer in front of it. Blocks on the disk.
final class SealedObjects: Sendable {
    let store: LocalStore
    let sealer: Sealer

    init(store: LocalStore, sealer: Sealer) {
        self.store = store
        self.sealer = sealer
    }

    /// Seals a body and stores the object, which is durable with the next sync of the journal.
    func put(_ body: [UInt8], as kind: ObjectKind) throws(Failure) -> ObjectReference {
        let object = sealer.seal(body, as: kind)
        _ = try store.put(object.reference.digest, kind: kind.rawValue, object.bytes)
        return object.reference
    }

    func body(of reference: ObjectReference, as kind: ObjectKind) throws(Failure) -> [UInt8] {
        try Opener.open(try stored(reference, nil), reference, kind: kind)
    }

    /// A part of a body; reads and opens only the frames it touches.
    func part(_ range: Range<Int>, of reference: ObjectReference, as kind: ObjectKind) throws(Failure) -> [UInt8] {
        guard let layout = reference.layout else { throw Failure(.integrity, "object \(reference.cid) is too long") }
        let sealed = try stored(reference, layout.sealedRange(forBody: range))
        return try Opener.openRange(range, from: sealed[...], reference, kind: kind)
    }

    /// What a reference leads to must be there: that it is not is damage, and no file that somebody misspelt.
    private func stored(_ reference: ObjectReference, _ range: Range<Int>?) throws(Failure) -> [UInt8] {
        do throws(Failure) {
            return try store.get(reference.digest, range: range)
        } catch {
            guard error.code == .notFound else { throw error }
            throw Failure(
                .damaged, "object \(reference.cid) is missing from the store",
                advice: "restore the store's folder from a copy")
        }
    }
}
