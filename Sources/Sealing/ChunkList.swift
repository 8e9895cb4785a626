package import Core

/// What covers a content that is not one chunk, in order and without gaps: the body of a chunk list object.
///
/// A list of depth 0 has chunks and holes; one of depth n has lists of depth n − 1 and nothing else.
package struct ChunkList: Equatable, Sendable {
    package enum Entry: Equatable, Sendable {
        case hole(UInt64)
        case chunk(ObjectReference)
        /// A list that covers `count` bytes.
        case list(ObjectReference, count: UInt64)

        /// How many bytes of content it covers.
        package var count: UInt64 {
            switch self {
            case .hole(let count): count
            case .chunk(let reference): reference.contentLength
            case .list(_, let count): count
            }
        }

        var isList: Bool {
            if case .list = self { return true }
            return false
        }
    }

    /// The deepest list: lists of this depth hold 4,096^8 entries, more than any size can say.
    package static let greatestDepth = 7

    /// At least one and at most 4,096; each covers something.
    package let entries: [Entry]
    /// How many bytes of content all of them cover.
    package let count: UInt64

    /// Whether the entries are lists themselves.
    package var isNested: Bool { entries[0].isList }

    /// The list of these entries; throws when they can be none.
    package init(_ entries: [Entry]) throws(MalformedBytes) {
        guard (1...Limits.Content.listEntries).contains(entries.count) else {
            throw MalformedBytes("a chunk list of \(entries.count) entries")
        }
        let isNested = entries[0].isList
        var sum: UInt64 = 0
        for entry in entries {
            guard entry.count > 0 else { throw MalformedBytes("a chunk list has an entry that covers nothing") }
            guard entry.isList == isNested else { throw MalformedBytes("a chunk list has lists beside chunks") }
            let (next, isTooMuch) = sum.addingReportingOverflow(entry.count)
            guard !isTooMuch else { throw MalformedBytes("a chunk list covers more than a size can say") }
            sum = next
        }
        self.entries = entries
        count = sum
    }
}

extension ChunkList {
    private enum Tag {
        static let hole: UInt8 = 0
        static let chunk: UInt8 = 1
        static let list: UInt8 = 2
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: entries.count * 90)
        for entry in entries {
            switch entry {
            case .hole(let count):
                writer.append(Tag.hole)
                writer.append(varint: count)
            case .chunk(let reference):
                writer.append(Tag.chunk)
                writer.append(lengthPrefixed: reference.bytes)
            case .list(let reference, let count):
                writer.append(Tag.list)
                writer.append(varint: count)
                writer.append(lengthPrefixed: reference.bytes)
            }
        }
        return writer.bytes
    }

    /// The list that is all of `body`; what is not how a list is written is refused.
    package init(decoding body: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(body)
        var entries: [Entry] = []
        while !reader.isAtEnd {
            guard entries.count < Limits.Content.listEntries else { throw MalformedBytes("a chunk list is too long") }
            switch try reader.byte() {
            case Tag.hole: entries.append(.hole(try reader.varint()))
            case Tag.chunk: entries.append(.chunk(try ObjectReference(bytes: Array(try reader.lengthPrefixed()))))
            case Tag.list:
                let count = try reader.varint()
                entries.append(.list(try ObjectReference(bytes: Array(try reader.lengthPrefixed())), count: count))
            default: throw MalformedBytes("a chunk list holds something this version does not know")
            }
        }
        try self.init(entries)
    }
}

extension ChunkList {
    /// The one list over any number of chunks and holes, and its depth; `put` stores each list, the outermost last.
    ///
    /// Throws `.invalid` where the entries are none, or cover nothing or more than a size can say.
    package static func nest(
        _ entries: [Entry], perList length: Int = Limits.Content.listEntries,
        put: (ChunkList) throws(Failure) -> ObjectReference
    ) throws(Failure) -> (reference: ObjectReference, depth: Int) {
        var entries = entries
        var depth = 0
        while true {
            var lists: [Entry] = []
            for start in stride(from: 0, to: max(entries.count, 1), by: length) {
                let end = min(start + length, entries.count)
                let list: ChunkList
                do throws(MalformedBytes) {
                    list = try ChunkList(Array(entries[start..<end]))
                } catch {
                    throw Failure(.invalid, "content cannot be listed", cause: error)
                }
                lists.append(.list(try put(list), count: list.count))
            }
            if lists.count == 1, case .list(let reference, _) = lists[0] { return (reference, depth) }
            entries = lists
            depth += 1
        }
    }

    /// Calls `visit` with all that a list and those in it name: chunks and holes in their order, and each list behind
    /// its entries, the outermost last.
    ///
    /// `open` gives the content of a list's object, or nil to pass it over. `depth` is the outermost list's; where
    /// nobody told, the first branch does. Throws `.integrity` for a list that cannot be read, is of another depth than
    /// its place, or covers other than the list above it says.
    package static func walk(
        _ reference: ObjectReference, depth: Int?, open: (ObjectReference) throws(Failure) -> [UInt8]?,
        visit: (Entry) throws(Failure) -> Void
    ) throws(Failure) {
        _ = try walk(reference, depth: depth, count: nil, level: 0, open, visit)
    }

    /// Returns the list's depth, if it was not passed over.
    private static func walk(
        _ reference: ObjectReference, depth: Int?, count: UInt64?, level: Int,
        _ open: (ObjectReference) throws(Failure) -> [UInt8]?, _ visit: (Entry) throws(Failure) -> Void
    ) throws(Failure) -> Int? {
        guard level <= greatestDepth else {
            throw Failure(.integrity, "the chunk list \(reference.cid) is nested too deep")
        }
        guard let content = try open(reference) else { return depth }
        let list: ChunkList
        do throws(MalformedBytes) {
            list = try ChunkList(decoding: content)
            if let depth, list.isNested != (depth > 0) { throw MalformedBytes("it is not of its depth, \(depth)") }
            if let count, list.count != count {
                throw MalformedBytes("it covers \(list.count) bytes, not \(count)")
            }
        } catch {
            throw Failure(.integrity, "the chunk list \(reference.cid) cannot be read", cause: error)
        }
        var inner = depth.map { $0 - 1 }
        for entry in list.entries {
            if case .list(let reference, let count) = entry {
                inner = try walk(reference, depth: inner, count: count, level: level + 1, open, visit)
            } else {
                try visit(entry)
            }
        }
        try visit(.list(reference, count: list.count))
        return list.isNested ? inner.map { $0 + 1 } : 0
    }
}
