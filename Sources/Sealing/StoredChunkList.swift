package import Core

/// A chunk list as what refers to it knows it: its object, and what must be in there.
package struct StoredChunkList: Equatable, Sendable {
    package let reference: ObjectReference
    /// 0 lists chunks, 1 lists such lists, and so on.
    package let depth: Int
    /// How many bytes of content it covers.
    package let count: UInt64
    /// How many of them are not in holes.
    package let allocated: UInt64

    /// Whether it lists lists.
    package var isNested: Bool { depth > 0 }

    package init(_ reference: ObjectReference, depth: Int, count: UInt64, allocated: UInt64) {
        self.reference = reference
        self.depth = depth
        self.count = count
        self.allocated = allocated
    }

    /// The list that the content of its object is. Throws `.integrity` when it cannot be read, or is another than was
    /// said where it was named.
    package func decode(_ content: [UInt8]) throws(Failure) -> ChunkList {
        let list = try ChunkList(content: content, of: reference)
        try check(list)
        return list
    }

    /// Throws `.integrity` when the list that its object holds is another than was said where it was named.
    package func check(_ list: ChunkList) throws(Failure) {
        let wrong: MalformedBytes
        if depth > ChunkList.greatestDepth {
            wrong = MalformedBytes("it is nested too deep")
        } else if list.isNested != (depth > 0) {
            wrong = MalformedBytes("it is not of its depth, \(depth)")
        } else if list.count != count {
            wrong = MalformedBytes("it covers \(list.count) bytes, not \(count)")
        } else if list.allocated != allocated {
            wrong = MalformedBytes("it has \(list.allocated) bytes of data, not \(allocated)")
        } else {
            return
        }
        throw Failure(.integrity, "the chunk list \(reference.cid) is not the one that was named", cause: wrong)
    }

    /// The list that an entry of this one names; nil for an entry that is none.
    package func inner(_ entry: ChunkList.Entry) -> StoredChunkList? {
        guard case .list(let reference, let count, let allocated) = entry else { return nil }
        return StoredChunkList(reference, depth: depth - 1, count: count, allocated: allocated)
    }

    /// Calls `visit` with this list and all below it, each behind those that it names, until it returns false; returns
    /// whether it never did.
    ///
    /// `open` gives the content of a list's object, or nil to pass it over with all below it: who does not pass over
    /// what was visited may be led to the same list over and over. Throws `.integrity` for a list that cannot be read or is
    /// another than the one above it says, so that none is deeper than this one's depth.
    @discardableResult
    package func walk(
        open: (ObjectReference) throws(Failure) -> [UInt8]?,
        visit: (StoredChunkList, ChunkList) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        guard let content = try open(reference) else { return true }
        let list = try decode(content)
        for entry in list.entries {
            if let inner = inner(entry), try !inner.walk(open: open, visit: visit) { return false }
        }
        return try visit(self, list)
    }
}

extension ChunkList {
    /// The list that the content of an object is; throws `.integrity` when it is none.
    package init(content: [UInt8], of reference: ObjectReference) throws(Failure) {
        do throws(MalformedBytes) {
            try self.init(decoding: content)
        } catch {
            throw Failure(.integrity, "the chunk list \(reference.cid) cannot be read", cause: error)
        }
    }
}
