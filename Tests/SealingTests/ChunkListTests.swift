import Core
import Primitives
import Sealing
import Testing

@Suite struct ChunkListTests {
    private typealias Entry = ChunkList.Entry

    private let store = ListStore()

    private func reference(_ contentLength: UInt64) -> ObjectReference { ListStore.reference(contentLength) }

    /// Chunks of every packing, parts of them, and holes.
    private func entries(_ count: Int) -> [Entry] {
        let packings: [ObjectFlags] = [[], .padded, .compressed, [.compressed, .padded]]
        return (0..<count).map { number in
            switch number % 6 {
            case 4: return .hole(UInt64(number) << 20)
            case 5: return .part(reference(UInt64(number) + 2), skip: UInt64(number % 7), count: UInt64(number) / 2)
            default:
                return .chunk(
                    ListStore.reference(UInt64(number % 60_000 + 1), flags: packings[number % 4], salt: number))
            }
        }
    }

    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }

    @Test("every list comes back as it was written, with what it covers", arguments: [1, 2, 5, 100, 4095, 4096])
    func roundTrips(count: Int) throws {
        let flat = entries(count)
        let lists: [Entry] = flat.map {
            .list(reference($0.count % 1000), count: $0.count + 1, allocated: $0.allocated)
        }
        for entries in [flat, lists] {
            let list = try ChunkList(entries)
            #expect(list.entries == entries)
            #expect(list.count == entries.reduce(0) { $0 + $1.count })
            #expect(list.allocated == entries.reduce(0) { $0 + $1.allocated })
            for (index, entry) in entries.enumerated() {
                let start = list.start(of: index)
                #expect(list.index(at: start) == index && list.index(at: start + entry.count - 1) == index)
            }
            #expect(try ChunkList(decoding: list.encoded()) == list)
        }
    }

    @Test(
        "any number of entries is found again under one list, of any depth",
        arguments: [(2, 0), (3, 0), (4, 1), (9, 1), (10, 2), (27, 2), (28, 3), (2187, 6), (6561, 7)])
    func nesting(count: Int, depth: Int) throws {
        let entries = entries(count)
        let list = try store.list(entries, cuts: .three)
        #expect(list.depth == depth)
        #expect(list.count == entries.reduce(0) { $0 + $1.count })
        #expect(list.allocated == entries.reduce(0) { $0 + $1.allocated })
        let found = try store.walk(list)
        #expect(found.entries == entries)
        #expect(found.lists.last == list)
        for wrong in 0...8 where wrong != depth {
            let named = StoredChunkList(
                list.reference, depth: wrong, count: list.count, allocated: list.allocated)
            #expect(code { () throws(Failure) in _ = try store.walk(named) } == .integrity)
        }
    }

    @Test("lists deeper than any content needs are neither made nor read, even when they lead back to themselves")
    func tooDeep() throws {
        #expect(code { () throws(Failure) in _ = try store.list(entries(6562), cuts: .three) } == .invalid)
        let inner = try store.list(entries(6561), cuts: .three)
        let outer = try ChunkList([.list(inner.reference, count: inner.count, allocated: inner.allocated)])
        let deep = StoredChunkList(
            store.put(outer), depth: 8, count: outer.count, allocated: outer.allocated)
        #expect(code { () throws(Failure) in _ = try store.walk(deep) } == .integrity)
        let circle = try ChunkList([.list(inner.reference, count: 1, allocated: 1)]).encoded()
        var opened = 0
        #expect(
            code { () throws(Failure) in
                try StoredChunkList(inner.reference, depth: 7, count: 1, allocated: 1).walk { _ in
                    opened += 1
                    return circle
                } visit: { _, _ in
                    true
                }
            } == .integrity)
        #expect(opened == 8)
    }

    @Test("a walk ends where it is told to, and then opens nothing more")
    func earlyEnd() throws {
        let list = try store.list(entries(27), cuts: .three)
        for end in 1...13 {
            var (visited, opened) = (0, 0)
            let isWhole = try list.walk { reference throws(Failure) in
                opened += 1
                return try store.open(reference)
            } visit: { _, _ throws(Failure) in
                visited += 1
                return visited < end
            }
            #expect(!isWhole && visited == end)
            #expect(opened <= end + 2)
        }
    }

    @Test("lists that are passed over are not opened, and what lies beside them is visited")
    func passedOver() throws {
        let entries = entries(9)
        let nested = try store.list(entries, cuts: .three)
        let second = try ChunkList(decoding: #require(store.contents[nested.reference])).entries[1].reference
        var found: [Entry] = []
        try nested.walk { reference throws(Failure) in
            reference == second ? nil : try store.open(reference)
        } visit: { stored, list in
            if !stored.isNested { found += list.entries }
            return true
        }
        #expect(found == Array(entries[..<3] + entries[6...]))
    }

    @Test("a list that covers other than the list above it says is refused, and so is one of another depth")
    func disagreement() throws {
        let inner = try ChunkList(entries(5))
        let (count, data) = (inner.count, inner.allocated)
        #expect(data > 0 && data < count)
        let deeper = try ChunkList([.list(store.put(inner), count: count, allocated: data)])
        let good: Entry = .list(store.put(inner), count: count, allocated: data)
        for (outer, isRight) in [
            ([good], true), ([good, good], true),
            ([.list(store.put(inner), count: count - 1, allocated: data)], false),
            ([.list(store.put(inner), count: count + 1, allocated: data)], false),
            ([.list(store.put(inner), count: count, allocated: data - 1)], false),
            ([.list(store.put(inner), count: count, allocated: data + 1)], false),
            ([.list(store.put(inner), count: .max, allocated: data)], false),
            ([good, .list(store.put(deeper), count: count, allocated: data)], false),
            ([.list(store.put(deeper), count: count, allocated: data), good], false),
        ] as [([Entry], Bool)] {
            let list = try ChunkList(outer)
            let stored = StoredChunkList(store.put(list), depth: 1, count: list.count, allocated: list.allocated)
            let verdict = code { () throws(Failure) in _ = try store.walk(stored) }
            #expect(verdict == (isRight ? nil : .integrity), "\(outer)")
        }
        let unreadable = StoredChunkList(store.put([9]), depth: 0, count: 1, allocated: 1)
        #expect(code { () throws(Failure) in _ = try store.walk(unreadable) } == .integrity)
        let missing = StoredChunkList(reference(5), depth: 0, count: 1, allocated: 1)
        #expect(code { () throws(Failure) in _ = try store.walk(missing) } == .notFound)
    }

    @Test("entries that make no list are refused, when they are written and when they are read")
    func noLists() throws {
        let chunk: Entry = .chunk(reference(10))
        for entries: [Entry] in [
            [], [.hole(0)], [chunk, .hole(0)], [.chunk(reference(0))], [list(0)], [chunk, list(10)],
            [list(10), .hole(1)], [list(10, data: 11)], [.hole(.max), .hole(1)], [.hole(.max), chunk],
            [list(.max), list(.max)], [part(0, 0)], [part(0, 10)], [part(1, 10)], [part(10, 1)], [part(.max, 2)],
            [part(1, .max)], [Entry](repeating: chunk, count: 4097),
        ] {
            #expect(throws: MalformedBytes.self) { try ChunkList(entries) }
            #expect(throws: MalformedBytes.self) { try ChunkList(decoding: written(entries)) }
        }
        #expect(try ChunkList([.hole(.max)]).count == .max)
        #expect(try ChunkList([part(0, 9), part(1, 9), part(9, 1)]).count == 19)
        #expect(code { () throws(Failure) in _ = try store.list([], cuts: .three) } == .invalid)
        for tooMuch: [Entry] in [[.hole(.max), .hole(.max)], [.hole(.max), chunk]] {
            #expect(code { () throws(Failure) in _ = try store.list(tooMuch, cuts: .three) } == .invalid)
        }
    }

    private func list(_ count: UInt64, data: UInt64? = nil) -> Entry {
        .list(reference(10), count: count, allocated: data ?? count)
    }

    private func part(_ skip: UInt64, _ count: UInt64) -> Entry { .part(reference(10), skip: skip, count: count) }

    /// The entries as the format writes them, whether or not they make a list.
    private func written(_ entries: [Entry]) -> [UInt8] {
        var writer = ByteWriter()
        for entry in entries {
            switch entry {
            case .hole(let count):
                writer.append(0)
                writer.append(varint: count)
            case .chunk(let reference):
                writer.append(1)
                writer.append(lengthPrefixed: reference.bytes)
            case .list(let reference, let count, let allocated):
                writer.append(2)
                writer.append(varint: count)
                writer.append(varint: allocated)
                writer.append(lengthPrefixed: reference.bytes)
            case .part(let reference, let skip, let count):
                writer.append(3)
                writer.append(varint: skip)
                writer.append(varint: count)
                writer.append(lengthPrefixed: reference.bytes)
            }
        }
        return writer.bytes
    }

    @Test("a list that is cut inside an entry, or has an entry of no known sort, is refused")
    func truncations() throws {
        let entries = entries(10)
        let bytes = written(entries)
        #expect(try ChunkList(entries).encoded() == bytes)
        let ends = (0...entries.count).map { written(Array(entries[..<$0])).count }
        for count in bytes.indices {
            let list = try? ChunkList(decoding: Array(bytes[..<count]))
            #expect(list?.entries == ends.firstIndex(of: count).flatMap { $0 > 0 ? Array(entries[..<$0]) : nil })
        }
        for tag in 4...255 as ClosedRange<UInt8> {
            #expect(throws: MalformedBytes.self) { try ChunkList(decoding: [tag, 1]) }
            #expect(throws: MalformedBytes.self) { try ChunkList(decoding: bytes + [tag]) }
        }
        // A number in more bytes than it needs.
        #expect(throws: MalformedBytes.self) { try ChunkList(decoding: [0, 0x81, 0]) }
    }

    @Test("bytes that were flipped are refused, or read as a list that is written as these bytes")
    func flips() throws {
        for entries in [entries(10), [list(9), list(1 << 40, data: 3)]] {
            let bytes = written(entries)
            for bit in 0..<bytes.count * 8 {
                var flipped = bytes
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                guard let list = try? ChunkList(decoding: flipped) else { continue }
                #expect(list.encoded() == flipped)
            }
        }
    }
}
