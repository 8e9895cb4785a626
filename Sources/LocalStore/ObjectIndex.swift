internal import Core
internal import Primitives
internal import Synchronization

/// Where each object stands, in memory: 40 to 60 bytes an object and no allocation for each, so ten million take 400 to
/// 600 MB.
///
/// A slot keeps the first 128 bits of the digest. Two stored digests that agree in them would take 2^64 hashes to
/// make; whole reads compare the full digest in the header all the same. Any thread may use it; a call holds the lock
/// of one shard for well below a microsecond, or a few milliseconds when the shard grows.
final class ObjectIndex: Sendable {
    private final class Shard: Sendable {
        let table: Mutex<IndexTable>
        init(_ secret: IndexTable.Secret) {
            table = Mutex(IndexTable(secret: secret, usedBits: ObjectIndex.shardBits))
        }
    }

    private static let shardBits: UInt64 = 6
    private let shards: [Shard]
    private let secret: IndexTable.Secret

    init() {
        let secret = IndexTable.Secret(first: Random.number(), second: Random.number())
        self.secret = secret
        shards = (0..<(1 << Self.shardBits)).map { _ in Shard(secret) }
    }

    private func shard(of key: IndexTable.Key) -> Int { Int(key.hash(secret) >> (64 - Self.shardBits)) }

    private func locate(_ digest: Digest) -> (shard: Shard, key: IndexTable.Key) {
        let key = IndexTable.Key(digest)
        return (shards[shard(of: key)], key)
    }

    func find(_ digest: Digest) -> ObjectLocation? {
        let (shard, key) = locate(digest)
        return shard.table.withLock { $0.find(key) }
    }

    /// Enters a location in place of any before.
    func set(_ digest: Digest, _ location: ObjectLocation) {
        let (shard, key) = locate(digest)
        let slot = IndexSlot(key, location.place.packed, location.length, kind: location.kind, isRemoval: false)
        shard.table.withLock { $0.set(slot) }
    }

    @discardableResult
    func remove(_ digest: Digest) -> ObjectLocation? {
        let (shard, key) = locate(digest)
        return shard.table.withLock { $0.remove(key) }
    }

    /// Makes room for `count` entries before they come.
    func reserve(_ count: Int) {
        // Shards differ by chance, by less than this in a hundred thousand.
        let share = count / shards.count
        for shard in shards { shard.table.withLock { $0.reserve(entries: share + share / 50) } }
    }

    /// Enters what was read from `segment`, in any order of segments, and notes in `tally` which bytes count.
    ///
    /// Sorted by shard first: a shard's table then stays in the processor's cache for all its entries.
    func merge(_ entries: [PlacedEntry], of segment: UInt64, _ tally: inout SegmentTally) {
        let batch = entries.map { IndexSlot($0, in: segment) }
        var starts = [Int](repeating: 0, count: shards.count + 1)
        let homes = batch.map { UInt8(truncatingIfNeeded: shard(of: $0.key)) }
        for home in homes { starts[Int(home) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var order = [Int32](repeating: 0, count: batch.count)
        var next = starts
        for (index, home) in homes.enumerated() {
            order[next[Int(home)]] = Int32(index)
            next[Int(home)] += 1
        }
        var own = SegmentTally.Use()
        for (number, shard) in shards.enumerated() where starts[number] < starts[number + 1] {
            shard.table.withLock { table in
                for index in order[starts[number]..<starts[number + 1]] {
                    let slot = batch[Int(index)]
                    tally.note(slot, table.merge(slot), &own)
                }
            }
        }
        tally.add(own, in: segment)
    }

    /// To be called when all segments have been read.
    func dropRemovals() {
        for shard in shards { shard.table.withLock { $0.dropRemovals() } }
    }

    func removeAll() {
        for shard in shards {
            shard.table.withLock { $0 = IndexTable(secret: secret, usedBits: Self.shardBits) }
        }
    }

    var count: Int { shards.reduce(0) { $0 + $1.table.withLock { $0.count } } }
    var byteCount: UInt64 { shards.reduce(0) { $0 + $1.table.withLock { $0.byteCount } } }
}
