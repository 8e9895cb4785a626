import Core
import Primitives
import Sealing
import Testing

@Suite struct ChunkListTests {
    private typealias Entry = ChunkList.Entry

    /// Lists by reference, as a store has them; references are as real as it takes to be written and read.
    private final class Store {
        private(set) var contents: [ObjectReference: [UInt8]] = [:]
        private let sealer = Sealer(EpochSecret(number: 1))

        func put(_ list: ChunkList) -> ObjectReference { put(list.encoded()) }

        func put(_ content: [UInt8]) -> ObjectReference {
            let reference = sealer.seal(content, as: .chunkList).reference
            contents[reference] = content
            return reference
        }

        func open(_ reference: ObjectReference) throws(Failure) -> [UInt8]? {
            guard let content = contents[reference] else { throw Failure(.notFound, "no such list") }
            return content
        }

        /// Chunks and holes below a list, and the lists in the order of their visit.
        func walk(
            _ reference: ObjectReference, depth: Int?
        ) throws(Failure) -> (entries: [Entry], lists: [Entry]) {
            var entries: [Entry] = []
            var lists: [Entry] = []
            try ChunkList.walk(reference, depth: depth, open: open) { entry throws(Failure) in
                if case .list = entry { lists.append(entry) } else { entries.append(entry) }
            }
            return (entries, lists)
        }
    }

    private let store = Store()

    private func reference(_ contentLength: UInt64, flags: ObjectFlags = []) -> ObjectReference {
        let bodyLength: UInt64 = flags.contains(.compressed) ? contentLength / 2 + 4 : contentLength
        return ObjectReference(
            digest: SHA256.digest(of: [UInt8](bigEndian: contentLength)), key: ObjectKey(Random.bytes(32)),
            bodyLength: flags.contains(.padded) ? bodyLength + 1 : bodyLength, contentLength: contentLength,
            flags: flags, epoch: 3)
    }

    /// Chunks of every packing, and holes.
    private func entries(_ count: Int) -> [Entry] {
        let packings: [ObjectFlags] = [[], .padded, .compressed, [.compressed, .padded]]
        var entries: [Entry] = []
        for number in 0..<count {
            if number % 5 == 4 {
                entries.append(.hole(UInt64(number) << 20))
            } else {
                entries.append(.chunk(reference(UInt64(number % 60_000 + 1), flags: packings[number % 5])))
            }
        }
        return entries
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
        let lists: [Entry] = flat.map { .list(reference($0.count % 1000), count: $0.count + 1) }
        for entries in [flat, lists] {
            let list = try ChunkList(entries)
            #expect(list.entries == entries)
            #expect(list.count == entries.reduce(0) { $0 + $1.count })
            #expect(try ChunkList(decoding: list.encoded()) == list)
        }
    }

    @Test(
        "any number of entries is found again under one list, of any depth",
        arguments: [(1, 0), (2, 0), (3, 0), (4, 1), (9, 1), (10, 2), (27, 2), (28, 3), (2187, 6), (6561, 7)])
    func nesting(count: Int, depth: Int) throws {
        let entries = entries(count)
        let nested = try ChunkList.nest(entries, perList: 3) { list in store.put(list) }
        #expect(nested.depth == depth)
        let total = entries.reduce(0) { $0 + $1.count }
        for told in [depth, nil] {
            let found = try store.walk(nested.reference, depth: told)
            #expect(found.entries == entries)
            #expect(found.lists.last == .list(nested.reference, count: total))
        }
        for wrong in 0...8 where wrong != depth {
            #expect(code { () throws(Failure) in _ = try store.walk(nested.reference, depth: wrong) } == .integrity)
        }
    }

    @Test("a list has up to 4,096 entries, and one more makes a list of lists")
    func lengths() throws {
        for (count, depth) in [(4096, 0), (4097, 1), (2 * 4096 + 1, 1)] {
            let entries = entries(count)
            let nested = try ChunkList.nest(entries) { list in store.put(list) }
            #expect(nested.depth == depth)
            #expect(try store.walk(nested.reference, depth: depth).entries == entries)
        }
    }

    @Test("lists deeper than any content needs are refused, even when they lead back to themselves")
    func tooDeep() throws {
        let entries = entries(6562)
        let nested = try ChunkList.nest(entries, perList: 3) { list in store.put(list) }
        #expect(nested.depth == 8)
        for depth in [8, nil] {
            #expect(code { () throws(Failure) in _ = try store.walk(nested.reference, depth: depth) } == .integrity)
        }
        let circle = try ChunkList([.list(nested.reference, count: 1)]).encoded()
        var opened = 0
        #expect(
            code { () throws(Failure) in
                try ChunkList.walk(nested.reference, depth: nil) { _ in
                    opened += 1
                    return circle
                } visit: { _ in
                }
            } == .integrity)
        #expect(opened == 8)
    }

    @Test("lists that are passed over are not opened, and what lies beside them is visited")
    func passedOver() throws {
        let entries = entries(9)
        let nested = try ChunkList.nest(entries, perList: 3) { list in store.put(list) }
        guard case .list(let second, _) = try ChunkList(decoding: #require(store.contents[nested.reference])).entries[1]
        else { return #expect(Bool(false), "no list of lists") }
        var found: [Entry] = []
        try ChunkList.walk(nested.reference, depth: 1) { reference throws(Failure) in
            reference == second ? nil : try store.open(reference)
        } visit: { entry throws(Failure) in
            if case .list = entry { return }
            found.append(entry)
        }
        #expect(found == Array(entries[..<3] + entries[6...]))
    }

    @Test("a list that covers other than the list above it says is refused, and so is one of another depth")
    func disagreement() throws {
        let inner = try ChunkList(entries(3))
        let deeper = try ChunkList([.list(store.put(inner), count: inner.count)])
        let good: Entry = .list(store.put(inner), count: inner.count)
        for (outer, isRight) in [
            ([good], true), ([good, good], true),
            ([.list(store.put(inner), count: inner.count - 1)], false),
            ([.list(store.put(inner), count: inner.count + 1)], false), ([.list(store.put(inner), count: .max)], false),
            ([good, .list(store.put(deeper), count: inner.count)], false),
            ([.list(store.put(deeper), count: inner.count), good], false),
        ] as [([Entry], Bool)] {
            let reference = store.put(try ChunkList(outer))
            for depth in [nil, 1] {
                let verdict = code { () throws(Failure) in _ = try store.walk(reference, depth: depth) }
                #expect(verdict == (isRight ? nil : .integrity), "\(outer)")
            }
        }
        let unreadable = store.put([9])
        #expect(code { () throws(Failure) in _ = try store.walk(unreadable, depth: 0) } == .integrity)
        #expect(code { () throws(Failure) in _ = try store.walk(reference(5), depth: 0) } == .notFound)
    }

    @Test("entries that make no list are refused, when they are written and when they are read")
    func noLists() throws {
        let chunk: Entry = .chunk(reference(10))
        for entries: [Entry] in [
            [], [.hole(0)], [chunk, .hole(0)], [.chunk(reference(0))], [.list(reference(10), count: 0)],
            [chunk, .list(reference(10), count: 10)], [.list(reference(10), count: 10), .hole(1)],
            [.hole(.max), .hole(1)], [.hole(.max), chunk],
            [.list(reference(10), count: .max), .list(reference(10), count: .max)],
            [Entry](repeating: chunk, count: 4097),
        ] {
            #expect(throws: MalformedBytes.self) { try ChunkList(entries) }
            #expect(throws: MalformedBytes.self) { try ChunkList(decoding: written(entries)) }
        }
        #expect(try ChunkList([.hole(.max)]).count == .max)
        #expect(code { () throws(Failure) in _ = try ChunkList.nest([]) { _ in reference(1) } } == .invalid)
        let tooMuch: [Entry] = [.hole(.max), .hole(.max)]
        #expect(
            code { () throws(Failure) in _ = try ChunkList.nest(tooMuch, perList: 1) { store.put($0) } } == .invalid)
    }

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
            case .list(let reference, let count):
                writer.append(2)
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
        for tag in 3...255 as ClosedRange<UInt8> {
            #expect(throws: MalformedBytes.self) { try ChunkList(decoding: [tag, 1]) }
            #expect(throws: MalformedBytes.self) { try ChunkList(decoding: bytes + [tag]) }
        }
        // A number in more bytes than it needs.
        #expect(throws: MalformedBytes.self) { try ChunkList(decoding: [0, 0x81, 0]) }
    }

    @Test("bytes that were flipped are refused, or read as a list that is written as these bytes")
    func flips() throws {
        for entries in [entries(10), [.list(reference(5), count: 9), .list(reference(6), count: 1 << 40)]] {
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
