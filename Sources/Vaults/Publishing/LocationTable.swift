package import Core

/// Where objects stand on a remote: a part of the list that a commit carries, sorted by digest.
///
/// A commit names its newest bundles, which say for themselves what is in them; of older ones tables are made, which
/// are merged as they grow. So each entry is written again only when its table meets one of its own size.
package struct LocationTable: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let digest: Digest
        package let place: RemotePlace

        package init(digest: Digest, place: RemotePlace) {
            self.digest = digest
            self.place = place
        }
    }

    /// Ascending by digest.
    package let entries: [Entry]

    private static let version = FormatVersion.current

    /// Of several entries for one digest the first one stays.
    package init(_ entries: [Entry]) {
        var known: Set<Digest> = []
        self.entries = entries.filter { known.insert($0.digest).inserted }
            .sorted { $0.digest < $1.digest }
    }

    /// The table's body: version, the bundles that occur, and the entries.
    package func encoded() -> [UInt8] {
        var numbers: [RemoteObject: Int] = [:]
        var bundles: [RemoteObject] = []
        for entry in entries {
            guard case .bundled(let bundle, _) = entry.place, numbers[bundle] == nil else { continue }
            bundles.append(bundle)
            numbers[bundle] = bundles.count
        }
        var writer = ByteWriter(reserving: 16 + bundles.count * 36 + entries.count * 40)
        writer.append(Self.version)
        writer.append(varint: UInt64(bundles.count))
        for bundle in bundles { bundle.encode(to: &writer) }
        writer.append(varint: UInt64(entries.count))
        for entry in entries {
            writer.append(entry.digest.bytes)
            switch entry.place {
            case .alone(let length):
                writer.append(varint: 0)
                writer.append(varint: UInt64(length))
            case .bundled(let bundle, let range):
                writer.append(varint: UInt64(numbers[bundle] ?? 0))
                writer.append(varint: UInt64(range.lowerBound))
                writer.append(varint: UInt64(range.count))
            }
        }
        return writer.bytes
    }

    package init(decoding body: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(body)
        let version = try reader.byte()
        guard version == Self.version else { throw MalformedBytes("a location table of version \(version)") }
        let bundleCount = try reader.count()
        guard bundleCount <= reader.remaining / (Digest.length + 1) else {
            throw MalformedBytes("a location table claims too much")
        }
        var bundles: [RemoteObject] = []
        for _ in 0..<bundleCount { bundles.append(try RemoteObject.decode(&reader)) }
        let count = try reader.count()
        guard count <= reader.remaining / (Digest.length + 2) else {
            throw MalformedBytes("a location table claims too much")
        }
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let digest = Digest(try reader.slice(Digest.length))
            if let last = entries.last, !(last.digest < digest) {
                throw MalformedBytes("the entries of a location table do not ascend")
            }
            let number = try reader.count()
            guard number <= bundles.count else { throw MalformedBytes("a location table names a bundle it lacks") }
            if number == 0 {
                entries.append(Entry(digest: digest, place: .alone(sealedLength: try reader.count())))
            } else {
                entries.append(
                    Entry(digest: digest, place: .bundled(in: bundles[number - 1], range: try reader.range())))
            }
        }
        guard reader.isAtEnd else { throw MalformedBytes("bytes follow a location table") }
        self.entries = entries
    }
}

/// Where a commit says that everything on the remote stands.
package struct RemoteContents: Sendable, Equatable {
    /// A table and what decides when it is merged.
    package struct Table: Sendable, Equatable {
        package let object: RemoteObject
        package let entryCount: Int

        package init(object: RemoteObject, entryCount: Int) {
            self.object = object
            self.entryCount = entryCount
        }
    }

    /// The newest bundles, oldest first, which no table lists yet.
    package var bundles: [RemoteObject] = []
    package var tables: [Table] = []

    package init(bundles: [RemoteObject] = [], tables: [Table] = []) {
        self.bundles = bundles
        self.tables = tables
    }

    /// The tables to merge with `count` entries of bundles: from the smallest up, while they are not much larger than
    /// what is gathered already. Each entry then takes part in about log₂(n) merges, until its table is full: merging
    /// full tables would give as many again.
    package func tablesToMerge(withEntries count: Int) -> [Table] {
        var (gathered, merged) = (count, [Table]())
        let open = tables.filter { $0.entryCount < Limits.Remote.tableEntries }
        for table in open.sorted(by: { $0.entryCount < $1.entryCount }) where table.entryCount <= gathered * 2 {
            merged.append(table)
            gathered += table.entryCount
        }
        return merged
    }
}
