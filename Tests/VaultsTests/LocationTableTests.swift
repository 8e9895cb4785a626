import Core
import StorageSupport
import Testing
import Vaults

@Suite struct LocationTableTests {
    private static func entries(_ count: Int, bundles: Int, seed: UInt64 = 3) -> [LocationTable.Entry] {
        var random = SeededRandom(seed: seed)
        let bundles = BundleTests.companions(bundles, seed: seed &+ 1)
        return (0..<count).map { number in
            let digest = BundleTests.digest(&random)
            guard let bundle = bundles.randomElement(using: &random), number % 3 > 0 else {
                return LocationTable.Entry(digest: digest, place: .alone(sealedLength: number * 1000))
            }
            return LocationTable.Entry(digest: digest, place: .bundled(in: bundle, range: number..<number * 130))
        }
    }

    @Test("a table read again has the same entries in ascending order", arguments: [0, 1, 2, 3, 100], [0, 1, 5])
    func roundTrip(count: Int, bundles: Int) throws {
        let entries = Self.entries(count, bundles: bundles)
        let read = try LocationTable(decoding: LocationTable(entries).encoded())
        #expect(read.entries == entries.sorted { $0.digest < $1.digest })
    }

    @Test("of several entries for one digest the first stays")
    func duplicates() {
        let entries = Self.entries(3, bundles: 1)
        let later = entries.map { LocationTable.Entry(digest: $0.digest, place: .alone(sealedLength: 1)) }
        #expect(LocationTable(entries + later) == LocationTable(entries))
    }

    @Test("a table cut short anywhere is refused, and so is one with a byte more")
    func truncations() {
        let body = LocationTable(Self.entries(6, bundles: 2)).encoded()
        for length in body.indices {
            #expect(throws: MalformedBytes.self, "\(length) bytes") {
                try LocationTable(decoding: Array(body[..<length]))
            }
        }
        #expect(throws: MalformedBytes.self) { try LocationTable(decoding: body + [0]) }
    }

    @Test("a table with any bit flipped is refused, or is another table in order")
    func flips() throws {
        let table = LocationTable(Self.entries(6, bundles: 2))
        let body = table.encoded()
        for index in body.indices {
            for bit in 0..<8 {
                var flipped = body
                flipped[index] ^= 1 << bit
                guard let other = try? LocationTable(decoding: flipped) else { continue }
                #expect(other != table, "bit \(bit) of byte \(index)")
                let digests = other.entries.map(\.digest)
                #expect(zip(digests, digests.dropFirst()).allSatisfy { $0 < $1 })
            }
        }
    }

    private static func body(
        version: UInt8 = 1, bundles: [RemoteObject] = [], _ entries: [(digest: Digest, numbers: [UInt64])]
    ) -> [UInt8] {
        var writer = ByteWriter(reserving: 256)
        writer.append(version)
        writer.append(varint: UInt64(bundles.count))
        for bundle in bundles { bundle.encode(to: &writer) }
        writer.append(varint: UInt64(entries.count))
        for entry in entries {
            writer.append(entry.digest.bytes)
            for number in entry.numbers { writer.append(varint: number) }
        }
        return writer.bytes
    }

    @Test("tables out of order, of another version, or beyond what there is are refused")
    func refusals() throws {
        var random = SeededRandom(seed: 9)
        let digests = [BundleTests.digest(&random), BundleTests.digest(&random)].sorted()
        let bundle = BundleTests.companions(1)
        let good: [(Digest, [UInt64])] = [(digests[0], [0, 10]), (digests[1], [1, 5, 6])]
        #expect(try LocationTable(decoding: Self.body(bundles: bundle, good)).entries.count == 2)
        let bad: [(String, [UInt8])] = [
            ("an earlier version", Self.body(version: 0, bundles: bundle, good)),
            ("a later version", Self.body(version: 2, bundles: bundle, good)),
            ("descending", Self.body(bundles: bundle, good.reversed())),
            ("twice the same", Self.body(bundles: bundle, [good[0], good[0]])),
            ("a bundle it lacks", Self.body(bundles: bundle, [(digests[0], [2, 5, 6])])),
            ("a range beyond all", Self.body(bundles: bundle, [(digests[0], [1, UInt64(Int.max), 1])])),
            ("a start beyond all", Self.body(bundles: bundle, [(digests[0], [1, .max, 1])])),
            ("too many bundles", [1, 0xff, 0xff, 0x7f] + [UInt8](repeating: 1, count: 80)),
            ("too many entries", [1, 0, 0xff, 0xff, 0x7f] + [UInt8](repeating: 1, count: 80)),
        ]
        for (what, body) in bad {
            #expect(throws: MalformedBytes.self, "\(what)") { try LocationTable(decoding: body) }
        }
    }

    /// Tables as commits would make them, one digest per entry: what each round merges and writes.
    private static func simulate(rounds: Int, entriesEach: Int) -> (written: Int, tables: [RemoteContents.Table]) {
        var contents = RemoteContents()
        var random = SeededRandom(seed: 4)
        var written = 0
        for _ in 0..<rounds {
            let merged = contents.tablesToMerge(withEntries: entriesEach)
            var count = entriesEach + merged.reduce(0) { $0 + $1.entryCount }
            contents.tables.removeAll { merged.contains($0) }
            written += count
            while count > 0 {
                let part = min(count, Limits.Remote.tableEntries)
                let object = RemoteObject(digest: BundleTests.digest(&random), sealedLength: part)
                contents.tables.append(RemoteContents.Table(object: object, entryCount: part))
                count -= part
            }
        }
        return (written, contents.tables)
    }

    @Test(
        "each entry is written again about log n times, and tables stay few",
        arguments: [(1000, 40), (1000, 700), (300, 20_000), (200, 32 * 1024)])
    func amortised(rounds: Int, entriesEach: Int) {
        let (written, tables) = Self.simulate(rounds: rounds, entriesEach: entriesEach)
        let total = rounds * entriesEach
        #expect(tables.reduce(0) { $0 + $1.entryCount } == total)
        // Up to a full table every merge at least grows by half.
        let growth = Limits.Remote.tableEntries / min(entriesEach, Limits.Remote.tableEntries)
        let levels = 64 - growth.leadingZeroBitCount
        #expect(written <= total * (2 * levels + 2), "\(Double(written) / Double(total)) times")
        #expect(tables.count <= 2 * total / Limits.Remote.tableEntries + 16)
    }
}
