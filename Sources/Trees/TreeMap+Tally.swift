internal import Core
package import Volumes

extension TreeMap {
    /// What the whole map comes to; costs the root.
    package func tally(in store: some NodeSource) throws(VolumeError) -> Tally {
        try top(in: store)?.node.tally ?? Tally()
    }

    /// What the records of a range come to; costs at most two nodes per level.
    package func tally(of range: KeyRange, in store: some NodeSource) throws(VolumeError) -> Tally {
        guard let top = try top(in: store) else { return Tally() }
        return try tally(of: top, from: range.lower, to: range.upper, in: store)
    }

    /// nil bounds: everything in the node is on that side's inside.
    private func tally(
        of place: PlacedNode, from lower: [UInt8]?, to upper: [UInt8]?, in store: some NodeSource
    ) throws(VolumeError) -> Tally {
        let entries = place.node.entries
        if lower == nil, upper == nil { return place.node.tally }
        var tally = Tally()
        let first = lower.map(place.node.index) ?? 0
        let last = upper.map(place.node.index) ?? entries.count
        if place.node.level == 0 {
            for entry in entries[first..<max(first, last)] {
                try Self.add(to: &tally) { () throws(MalformedBytes) in try Tally(of: entry) }
            }
            return tally
        }
        for index in first..<min(max(first, last) + 1, entries.count) {
            // Only the outermost two reach beyond the range.
            let (from, to) = (index == first ? lower : nil, index == last ? upper : nil)
            let part: Tally
            if from == nil, to == nil {
                part = entries[index].tally
            } else {
                part = try self.tally(of: try place.child(at: index, in: store), from: from, to: to, in: store)
            }
            try Self.add(to: &tally) { part }
        }
        return tally
    }

    private static func add(
        to tally: inout Tally, _ part: () throws(MalformedBytes) -> Tally
    ) throws(VolumeError) {
        do throws(MalformedBytes) {
            try tally.add(try part())
        } catch {
            throw .failed(Failure(.integrity, "the records of a range cannot be counted", cause: error))
        }
    }
}
