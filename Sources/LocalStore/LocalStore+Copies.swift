package import Core
internal import Synchronization

/// Tree nodes, chunk lists and commits stand in the store twice: a vault hangs on each of them.
extension LocalStore {
    private static func isKeptTwice(_ kind: UInt8) -> Bool { StoreLimits.copiedKinds.contains(kind) }

    /// Writes an object's second copy, if it is to have one and has none. That it cannot be written is noted: the object
    /// itself is there.
    func keepCopy(_ digest: Digest, kind: UInt8, _ sealed: [UInt8]) {
        guard keepsCopies, let copies, Self.isKeptTwice(kind) else { return }
        do throws(Failure) {
            _ = try copies.put(digest, kind: kind, sealed)
            events.noteCopies(nil)
        } catch {
            events.noteCopies(error)
        }
    }

    /// Runs `read`; when the object is damaged or gone, gives it from its second copy and puts that in its place.
    func readMending<Value>(
        _ digest: Digest, _ read: () throws(Failure) -> Value, _ convert: ([UInt8]) -> Value
    ) throws(Failure) -> Value {
        if let copies, preferred.withLock({ $0.contains(digest) }) {
            return convert(try copies.get(digest, range: nil))
        }
        do throws(Failure) {
            return try read()
        } catch {
            guard [.damaged, .notFound, .io].contains(error.code), let copies, copies.index.find(digest) != nil else {
                throw error
            }
            // A failure here would hide the one that matters.
            guard let copy = try? copies.get(digest, range: nil) else { throw error }
            mend(digest, with: copy)
            return convert(copy)
        }
    }

    /// Puts an object's second copy in its place, for a reader to whom the object's own tags said that it is damaged;
    /// whether it is worth reading again.
    ///
    /// No when there is no second copy, or it is the same. Reads both.
    package func repair(_ digest: Digest) -> Bool {
        guard let copies, let copy = try? copies.get(digest, range: nil) else { return false }
        if preferred.withLock({ $0.contains(digest) }) { return false }
        if let here = try? objects.get(digest, range: nil), here == copy { return false }
        mend(digest, with: copy)
        if journal == nil { preferred.withLock { _ = $0.insert(digest) } }
        return true
    }

    func mend(_ digest: Digest, with copy: [UInt8]) {
        let old = objects.index.find(digest)
        let kind = copies?.index.find(digest)?.kind
        if journal != nil {
            // If it cannot be written now, the copy serves until it can. A removal takes the copy first, so an object
            // without one is not wanted.
            try? objects.replace(digest, at: old, kind: kind ?? 0, copy) { copies?.index.find(digest) != nil }
        }
        events.note(
            Finding(
                .mended, old.map { objects.name($0.place.segment) } ?? objects.folder, at: old?.place.offset,
                digest: digest, kind: kind, "object \(digest) could not be read; its second copy serves"))
    }

    /// What the store met with since it was opened: damage, second copies that had to serve, work that failed.
    package var standing: StoreStanding { events.standing }
}
