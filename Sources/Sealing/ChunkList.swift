package import Core

/// What covers a content that is not one chunk, in order and without gaps: the content of a chunk list object.
///
/// A list of depth 0 has chunks, parts of chunks and holes; one of depth n has lists of depth n − 1 and nothing else.
package struct ChunkList: Equatable, Sendable {
    package enum Entry: Equatable, Sendable {
        case hole(UInt64)
        case chunk(ObjectReference)
        /// `count` bytes of a chunk's content behind its first `skip`: less than the chunk.
        case part(ObjectReference, skip: UInt64, count: UInt64)
        /// A list that covers `count` bytes, of which `allocated` are not in holes.
        case list(ObjectReference, count: UInt64, allocated: UInt64)

        /// How many bytes of content it covers.
        package var count: UInt64 {
            switch self {
            case .hole(let count), .part(_, _, let count), .list(_, let count, _): count
            case .chunk(let reference): reference.contentLength
            }
        }

        /// How many of them are not in holes.
        package var allocated: UInt64 {
            switch self {
            case .hole: 0
            case .chunk, .part: count
            case .list(_, _, let allocated): allocated
            }
        }

        /// What holds the content: the chunk or the list.
        package var reference: ObjectReference? {
            switch self {
            case .hole: nil
            case .chunk(let reference), .part(let reference, _, _), .list(let reference, _, _): reference
            }
        }

        var isList: Bool {
            if case .list = self { return true }
            return false
        }

        private func check() throws(MalformedBytes) {
            guard count > 0 else { throw MalformedBytes("a chunk list has an entry that covers nothing") }
            switch self {
            case .hole, .chunk: break
            case .part(let chunk, let skip, let count):
                let (end, isTooMuch) = skip.addingReportingOverflow(count)
                guard !isTooMuch, end <= chunk.contentLength, count < chunk.contentLength else {
                    throw MalformedBytes("a chunk list has a part that is none of its chunk")
                }
            case .list(_, let count, let allocated):
                guard allocated <= count else { throw MalformedBytes("a chunk list has more data than content") }
            }
        }

        /// The sum of what stands before and this entry.
        fileprivate func end(after start: UInt64) throws(MalformedBytes) -> UInt64 {
            try check()
            let (end, isTooMuch) = start.addingReportingOverflow(count)
            guard !isTooMuch else { throw MalformedBytes("a chunk list covers more than a size can say") }
            return end
        }
    }

    /// The deepest list: what is nested like ours says more at that depth than any size can.
    package static let greatestDepth = 7

    /// At least one and at most 4,096; each covers something.
    package let entries: [Entry]
    /// Where each entry ends, counted from where the list begins.
    package let ends: [UInt64]
    /// How many bytes of content, of all that it covers, are not in holes.
    package let allocated: UInt64

    /// How many bytes of content all entries cover.
    package var count: UInt64 { ends[ends.count - 1] }
    /// The chunks that a list of depth 0 names, whole or in part; one that comes several times, several times.
    package var chunks: [ObjectReference] { isNested ? [] : entries.compactMap(\.reference) }
    /// Whether the entries are lists themselves.
    package var isNested: Bool { entries[0].isList }

    /// The list of these entries; throws when they can be none.
    package init(_ entries: [Entry]) throws(MalformedBytes) {
        guard (1...Limits.Content.listEntries).contains(entries.count) else {
            throw MalformedBytes("a chunk list of \(entries.count) entries")
        }
        let isNested = entries[0].isList
        var ends: [UInt64] = []
        ends.reserveCapacity(entries.count)
        var (end, allocated): (UInt64, UInt64) = (0, 0)
        for entry in entries {
            guard entry.isList == isNested else { throw MalformedBytes("a chunk list has lists beside chunks") }
            end = try entry.end(after: end)
            ends.append(end)
            // Never more than the count, which has just been found small enough.
            allocated += entry.allocated
        }
        self.entries = entries
        self.ends = ends
        self.allocated = allocated
    }

    /// The index of the entry that holds the byte at `position`, which must be below `count`.
    package func index(at position: UInt64) -> Int { ends.partitionPoint { $0 > position } }

    /// Where an entry begins.
    package func start(of index: Int) -> UInt64 { index == 0 ? 0 : ends[index - 1] }

    /// What a range of a list has of one entry.
    package struct Part: Sendable {
        package let entry: Entry
        /// Which of the bytes that the entry covers.
        package let inside: Range<UInt64>
        /// Where they are in the range, counted from where that begins.
        package let offset: UInt64
    }

    /// What the entries have of `range`, which must begin inside the list, in order.
    package func parts(in range: Range<UInt64>) -> [Part] {
        var parts: [Part] = []
        var index = index(at: range.lowerBound)
        while index < entries.count, case let start = start(of: index), start < range.upperBound {
            let common = range.clamped(to: start..<ends[index])
            let inside = common.lowerBound - start..<common.upperBound - start
            parts.append(Part(entry: entries[index], inside: inside, offset: common.lowerBound - range.lowerBound))
            index += 1
        }
        return parts
    }
}

extension ChunkList {
    private enum Tag {
        static let hole: UInt8 = 0
        static let chunk: UInt8 = 1
        static let list: UInt8 = 2
        static let part: UInt8 = 3
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
            case .list(let reference, let count, let allocated):
                writer.append(Tag.list)
                writer.append(varint: count)
                writer.append(varint: allocated)
                writer.append(lengthPrefixed: reference.bytes)
            case .part(let reference, let skip, let count):
                writer.append(Tag.part)
                writer.append(varint: skip)
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
            entries.append(try Self.entry(&reader))
        }
        try self.init(entries)
    }

    private static func entry(_ reader: inout ByteReader) throws(MalformedBytes) -> Entry {
        switch try reader.byte() {
        case Tag.hole: return .hole(try reader.varint())
        case Tag.chunk: return .chunk(try reference(&reader))
        case Tag.list:
            let (count, allocated) = (try reader.varint(), try reader.varint())
            return .list(try reference(&reader), count: count, allocated: allocated)
        case Tag.part:
            let (skip, count) = (try reader.varint(), try reader.varint())
            return .part(try reference(&reader), skip: skip, count: count)
        default: throw MalformedBytes("a chunk list holds something this version does not know")
        }
    }

    private static func reference(_ reader: inout ByteReader) throws(MalformedBytes) -> ObjectReference {
        try ObjectReference(bytes: Array(try reader.lengthPrefixed()))
    }
}
