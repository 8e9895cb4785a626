package import Core

/// Makes the lists over any number of chunks, parts, holes and lists that are there already, which come in their order.
///
/// A list ends behind an entry whose reference says so, so that the same entries come to the same lists wherever they
/// stand; and it ends where a list that was there before begins, so that a change leads to one new list of each depth.
/// Lists of few entries are filled from the lists behind them, where those can be opened. Holds one list of each depth.
package struct ChunkListBuilder {
    /// How many entries a list has.
    package struct Cuts: Sendable {
        let least: Int
        /// A list ends behind one of so many entries.
        let spacing: UInt64
        let greatest: Int

        package init(least: Int, spacing: UInt64, greatest: Int) {
            precondition(least > 1, "lists of one entry never come to one list")
            (self.least, self.spacing, self.greatest) = (least, spacing, greatest)
        }

        package static let standard = Cuts(
            least: Limits.Content.leastListEntries, spacing: Limits.Content.listSpacing,
            greatest: Limits.Content.greatestListEntries)
    }

    private let cuts: Cuts
    private let open: (StoredChunkList) throws(Failure) -> ChunkList?
    private let put: (ChunkList) throws(Failure) -> ObjectReference
    /// What stands behind the last complete list of each depth.
    private var levels: [[ChunkList.Entry]] = [[]]
    /// A list that waits for what comes behind it.
    private var waiting: StoredChunkList?

    /// `open` reads a list that was there, or gives nil for one that is to stay as it is; `put` stores a new one.
    package init(
        cuts: Cuts = .standard, open: @escaping (StoredChunkList) throws(Failure) -> ChunkList?,
        put: @escaping (ChunkList) throws(Failure) -> ObjectReference
    ) {
        (self.cuts, self.open, self.put) = (cuts, open, put)
    }

    /// Adds a chunk, a part or a hole.
    package mutating func append(_ entry: ChunkList.Entry) throws(Failure) {
        precondition(!entry.isList, "a list comes with its depth")
        try placeWaiting(before: 0)
        try push(entry, 0)
    }

    /// Adds all that a list covers. It is opened only if it cannot stay as it is.
    package mutating func append(_ list: StoredChunkList) throws(Failure) {
        try placeWaiting(before: list.depth + 1)
        waiting = list
    }

    /// What covers all that was added: its only chunk, or the outermost list. Throws `.invalid` where nothing was
    /// added, or more than a size can say.
    package mutating func finish() throws(Failure) -> ChunkListOutcome {
        try placeWaiting(before: nil)
        if levels.count == 1, levels[0].count == 1, case .chunk(let chunk) = levels[0][0] { return .chunk(chunk) }
        var level = 0
        while true {
            let isLast = level == levels.count - 1
            if isLast, level > 0, levels[level].count == 1,
                case .list(let reference, let count, let allocated) = levels[level][0]
            {
                return .list(StoredChunkList(reference, depth: level - 1, count: count, allocated: allocated))
            }
            if isLast || !levels[level].isEmpty { try close(level) }
            level += 1
        }
    }

    private mutating func placeWaiting(before next: Int?) throws(Failure) {
        guard let list = waiting else { return }
        waiting = nil
        try place(list, before: next)
    }

    /// Adds a list as one entry or by its entries; `next` is the level of what comes behind it.
    ///
    /// It is opened, if it can be, to fill the one before it, and where shallower things follow: then it may have ended
    /// only because the content did.
    private mutating func place(_ list: StoredChunkList, before next: Int?) throws(Failure) {
        let level = list.depth + 1
        let staysClosed = next ?? level >= level && mayClose(below: level)
        guard !staysClosed, let entries = try open(list)?.entries else {
            // Each gives its list to the level above, up to that where this one stands.
            for lower in 0..<level where lower < levels.count && !levels[lower].isEmpty { try close(lower) }
            return try push(.list(list.reference, count: list.count, allocated: list.allocated), level)
        }
        for (index, entry) in entries.enumerated() {
            if let inner = list.inner(entry) {
                try place(inner, before: index + 1 < entries.count ? list.depth : next)
            } else {
                try push(entry, 0)
            }
        }
    }

    /// Whether none of the open lists below a level is too short to end.
    private func mayClose(below level: Int) -> Bool {
        var carried = 0
        for lower in 0..<level {
            let count = (lower < levels.count ? levels[lower].count : 0) + carried
            if count > 0, count < cuts.least { return false }
            carried = count > 0 ? 1 : 0
        }
        return true
    }

    private mutating func push(_ entry: ChunkList.Entry, _ level: Int) throws(Failure) {
        while levels.count <= level { levels.append([]) }
        if case .hole(let count) = entry, case .hole(let before) = levels[level].last {
            let (sum, isTooMuch) = before.addingReportingOverflow(count)
            guard !isTooMuch else { throw Failure(.invalid, "content is longer than a size can say") }
            levels[level][levels[level].count - 1] = .hole(sum)
            return
        }
        levels[level].append(entry)
        let count = levels[level].count
        if count >= cuts.greatest || count >= cuts.least && isEnd(entry) { try close(level) }
    }

    /// Digests are those of sealed objects: nobody without the vault's keys can choose where lists end.
    private func isEnd(_ entry: ChunkList.Entry) -> Bool {
        entry.reference.map { $0.digest.prefix % cuts.spacing == 0 } ?? false
    }

    private mutating func close(_ level: Int) throws(Failure) {
        let list: ChunkList
        do throws(MalformedBytes) {
            list = try ChunkList(levels[level])
        } catch {
            throw Failure(.invalid, "content cannot be listed", cause: error)
        }
        guard level <= ChunkList.greatestDepth else { throw Failure(.invalid, "content has too many pieces") }
        levels[level] = []
        try push(.list(try put(list), count: list.count, allocated: list.allocated), level + 1)
    }
}

/// What covers a content.
package enum ChunkListOutcome: Equatable, Sendable {
    case chunk(ObjectReference)
    case list(StoredChunkList)
}
