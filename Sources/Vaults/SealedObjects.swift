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
        let object = try sealer.seal(body, as: kind)
        _ = try store.put(object.reference.digest, kind: kind.rawValue, object.bytes)
        return object.reference
    }

    func body(of reference: ObjectReference, as kind: ObjectKind) throws(Failure) -> [UInt8] {
        try sealer.open(try store.get(reference.digest), reference: reference, as: kind)
    }

    /// Fills `buffer` with the body from `offset` on; reads and opens only the frames it touches.
    func read(
        _ reference: ObjectReference, as kind: ObjectKind, from offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(Failure) {
        try unsafe sealer.openRange(
            of: reference, as: kind, bodyRange: offset..<offset + buffer.count, into: buffer
        ) { range throws(Failure) in try store.get(reference.digest, range: range) }
    }
}
