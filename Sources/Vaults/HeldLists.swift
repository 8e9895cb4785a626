internal import Core
internal import Sealing

/// The chunk lists on the way to some places in a content, so that it can be cut there without asking anybody.
struct HeldLists: Sendable {
    private var lists: [ObjectReference: ChunkList] = [:]

    /// Holds the lists that lead to `position` in a content, as far as one is cut by cutting there.
    ///
    /// `open` gives a list that has been compared with what was said of it; what it throws ends the search.
    mutating func hold<Refusal: Error>(
        _ position: UInt64, in content: ExtentMap, open: (StoredChunkList) throws(Refusal) -> ChunkList
    ) throws(Refusal) {
        guard let extent = content.extent(across: position), case .list(let stretch) = extent.source else { return }
        var place = stretch.skip + (position - extent.offset)
        var next: StoredChunkList? = stretch.list
        while let stored = next {
            let list = try open(stored)
            lists[stored.reference] = list
            let index = list.index(at: place)
            place -= list.start(of: index)
            next = place > 0 ? stored.inner(list.entries[index]) : nil
        }
    }

    /// How many of the first `position` bytes that a list covers are not in holes. The lists that lead there must be
    /// held.
    func allocated(of stored: StoredChunkList, before position: UInt64) -> UInt64 {
        var (place, total): (UInt64, UInt64) = (position, 0)
        var next = stored
        while true {
            guard let list = lists[next.reference] else { preconditionFailure("content is cut where nobody looked") }
            let index = list.index(at: place)
            place -= list.start(of: index)
            for entry in list.entries[..<index] { total += entry.allocated }
            guard place > 0 else { return total }
            guard let inner = next.inner(list.entries[index]) else {
                return total + (list.entries[index].allocated > 0 ? place : 0)
            }
            next = inner
        }
    }
}
