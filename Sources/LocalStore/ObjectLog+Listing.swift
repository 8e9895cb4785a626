internal import Core
internal import Synchronization

extension ObjectLog {
    /// Calls `body` with every object that is there, segment by segment; objects put or removed meanwhile may be
    /// missed. One read of each table, or of each header where there is none.
    ///
    /// Objects are only ever moved to a later segment, so none is missed that is moved; it may come twice.
    func forEach(_ body: (ObjectEntry) throws(Failure) -> Void) throws(Failure) {
        var last: UInt64?
        while let number = known.withLock({ known in known.filter { last == nil || $0 > last ?? 0 }.min() }) {
            last = number
            guard let entries = try entries(of: number) else { continue }
            for entry in entries where entry.role == .object {
                let place = Place(segment: number, offset: entry.offset)
                guard index.find(entry.digest)?.place == place else { continue }
                try body(ObjectEntry(digest: entry.digest, kind: entry.kind, length: Int(entry.length)))
            }
        }
    }

    /// Every entry of a segment; nil when the segment went meanwhile.
    func entries(of number: UInt64) throws(Failure) -> [PlacedEntry]? {
        let recent = state.withLock { state in state.open[number].map { ($0.entries, $0.lastTable) } }
        do throws(SystemCallFailure) {
            var scan = try scan(number, try files.file(number), durableEnd: .max)
            var entries: [PlacedEntry] = []
            if let (loose, lastTable) = recent, let tables = try scan.chain(from: lastTable),
                try scan.read(tables, { entries += $0 })
            {
                return entries + loose
            }
            entries = []
            _ = try scan.contents(try scan.tables()) { entries += $0 }
            return entries
        } catch {
            if error.errno == .noEntry, !known.withLock({ $0.contains(number) }) { return nil }
            throw error.storeFailure("reading \(name(number))")
        }
    }
}
