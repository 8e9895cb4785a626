internal import Core
internal import Primitives
internal import Synchronization

/// Where each object stands, in memory: 28 bytes a slot and no allocation per object, so ten million take half a GiB.
///
/// A slot keeps the first 128 bits of the digest. Two stored digests that agree in them would take 2^64 hashes to
/// make; whole reads compare the full digest in the header all the same. Any thread may use it; a call holds the lock
/// of one shard for well below a microsecond, or a few milliseconds when the shard grows.
final class ObjectIndex: Sendable {
    struct Location: Equatable {
        let place: Place
        let length: UInt32
    }

    private final class Shard: Sendable {
        let table: Mutex<IndexTable>
        init(spread: UInt64) { table = Mutex(IndexTable(spread: spread)) }
    }

    private static let shardBits: UInt64 = 6
    private let shards: [Shard]
    private let spread: UInt64

    init() {
        let spread = Random.number() | 1
        self.spread = spread
        shards = (0..<(1 << Self.shardBits)).map { _ in Shard(spread: spread) }
    }

    private func locate(_ digest: Digest) -> (shard: Shard, key: IndexTable.Key) {
        let key = IndexTable.Key(digest)
        return (shards[Int(key.hash(spread) >> (64 - Self.shardBits))], key)
    }

    func find(_ digest: Digest) -> Location? {
        let (shard, key) = locate(digest)
        return shard.table.withLock { $0.find(key) }
    }

    /// Enters a location unless the digest has one; what then stands there.
    func insertIfAbsent(_ digest: Digest, _ location: Location) -> Location {
        let (shard, key) = locate(digest)
        return shard.table.withLock { table in
            if let found = table.find(key) { return found }
            table.set(key, location)
            return location
        }
    }

    /// Enters a location in place of any before; what stood there.
    @discardableResult
    func replace(_ digest: Digest, _ location: Location) -> Location? {
        let (shard, key) = locate(digest)
        return shard.table.withLock { table in
            let before = table.find(key)
            table.set(key, location)
            return before
        }
    }

    @discardableResult
    func remove(_ digest: Digest) -> Location? {
        let (shard, key) = locate(digest)
        return shard.table.withLock { $0.remove(key) }
    }

    var count: Int { shards.reduce(0) { $0 + $1.table.withLock { $0.count } } }
    var byteCount: UInt64 { shards.reduce(0) { $0 + $1.table.withLock { $0.byteCount } } }
}
