import Core
import Sealing
import StorageSupport
import Testing

/// Where lists end, and which of those that were there stay.
@Suite struct ChunkListBuilderTests {
    private typealias Entry = ChunkList.Entry
    private typealias Cuts = ChunkListBuilder.Cuts

    private static let cuts = Cuts(least: 4, spacing: 8, greatest: 24)
    private let store = ListStore()

    /// Chunks of one byte, so that places in a content count them.
    private func chunks(_ count: Int, salt: Int = 0) -> [Entry] {
        (0..<count).map { .chunk(ListStore.reference(1, salt: salt + $0)) }
    }

    /// The list over what is left of another when the entries in `range` give way to `new`, looked into no more than
    /// that takes.
    private func replacing(
        _ range: Range<UInt64>, of list: StoredChunkList, with new: [Entry]
    ) throws -> ChunkListOutcome {
        var builder = store.builder(Self.cuts)
        try append(0..<range.lowerBound, of: list, to: &builder)
        for entry in new { try builder.append(entry) }
        try append(range.upperBound..<list.count, of: list, to: &builder)
        return try builder.finish()
    }

    private func append(
        _ range: Range<UInt64>, of list: StoredChunkList, to builder: inout ChunkListBuilder
    ) throws {
        if range.isEmpty { return }
        if range == 0..<list.count { return try builder.append(list) }
        let content = try list.decode(try store.open(list.reference))
        for (index, entry) in content.entries.enumerated() {
            let (start, end) = (content.start(of: index), content.ends[index])
            let part = range.clamped(to: start..<end)
            if part.isEmpty { continue }
            if let inner = list.inner(entry) {
                try append(part.lowerBound - start..<part.upperBound - start, of: inner, to: &builder)
            } else {
                try builder.append(entry)
            }
        }
    }

    @Test("lists have as many entries as they may, and end by what they name", arguments: [1, 2, 3] as [Int])
    func lengths(salt: Int) throws {
        let entries = chunks(5000, salt: salt * 1_000_000)
        let list = try store.list(entries, cuts: Self.cuts)
        let found = try store.walk(list)
        #expect(found.entries == entries)
        #expect(found.lengths.allSatisfy { $0 <= 24 })
        // The last ones of each depth end with the content.
        #expect(found.lengths.count { $0 < 4 } <= list.depth + 1)
        let flat = zip(found.lists, found.lengths).filter { $0.0.depth == 0 }.map { Double($0.1) }
        let mean = flat.reduce(0, +) / Double(flat.count)
        #expect((9...13).contains(mean), "entries of a list in the mean: \(mean)")
    }

    @Test("one entry is its own content, and a hole or a part is not")
    func single() throws {
        let chunk = ListStore.reference(9)
        for (entry, isChunk) in [
            (.chunk(chunk), true), (.hole(9), false), (.part(chunk, skip: 1, count: 3), false),
        ] as [(Entry, Bool)] {
            var builder = store.builder(Self.cuts)
            try builder.append(entry)
            switch try builder.finish() {
            case .chunk(let found): #expect(isChunk && found == chunk)
            case .list(let list):
                #expect(!isChunk && list.depth == 0 && list.count == entry.count && list.allocated == entry.allocated)
            }
        }
    }

    @Test("holes side by side become one")
    func holes() throws {
        let list = try store.list([.hole(3), .hole(4), .chunk(ListStore.reference(1)), .hole(1)], cuts: Self.cuts)
        #expect(try store.walk(list).entries == [.hole(7), .chunk(ListStore.reference(1)), .hole(1)])
        #expect(list.allocated == 1)
    }

    @Test("a list that nothing was done to stays as it is and is not opened")
    func untouched() throws {
        let list = try store.list(chunks(3000), cuts: Self.cuts)
        let (before, opened) = (store.contents.count, store.opened)
        #expect(try replacing(0..<0, of: list, with: []) == .list(list))
        #expect(store.contents.count == before && store.opened == opened)
    }

    @Test("what stood in a stream comes to the same lists behind what was put before it")
    func insertion() throws {
        let entries = chunks(20_000)
        let old = try store.list(entries, cuts: Self.cuts)
        let known = Set(store.contents.keys)
        for inserted in [1, 3, 17, 100] {
            let list = try store.list(chunks(inserted, salt: 5_000_000) + entries, cuts: Self.cuts)
            #expect(try store.walk(list).entries.count == entries.count + inserted)
            let new = Set(try store.walk(list).lists.map(\.reference)).subtracting(known)
            #expect(new.count <= 3 * (old.depth + 2) + inserted / 4, "\(inserted) in front: \(new.count) new lists")
        }
    }

    @Test(
        "changes anywhere leave what an array holds, and cost a few lists of each depth",
        arguments: [11, 12, 13, 14] as [UInt64])
    func changes(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var model = chunks(Int.random(in: 1...6000, using: &random))
        var list = try store.list(model + chunks(1, salt: 77), cuts: Self.cuts)
        model += chunks(1, salt: 77)
        for step in 0..<120 {
            let start = Int.random(in: 0...model.count, using: &random)
            let longest = step % 10 == 0 ? model.count - start : min(12, model.count - start)
            let removed = start..<start + Int.random(in: 0...longest, using: &random)
            let added = chunks(Int.random(in: 0...20, using: &random), salt: 10_000_000 + step * 1000)
            if model.count - removed.count + added.count < 2 { continue }
            let known = Set(store.contents.keys)
            let range = UInt64(removed.lowerBound)..<UInt64(removed.upperBound)
            guard case .list(let next) = try replacing(range, of: list, with: added) else {
                Issue.record("\(model.count) entries are no list")
                return
            }
            model.replaceSubrange(removed, with: added)
            let found = try store.walk(next)
            #expect(found.entries == model, "step \(step)")
            #expect(found.lengths.allSatisfy { $0 <= 24 })
            let new = Set(found.lists.map(\.reference)).subtracting(known).count
            // On either side of a change a list is filled from a neighbour, and the change itself has up to 20 entries.
            #expect(new <= 6 * (next.depth + 1) + 8, "step \(step): \(new) new lists, depth \(next.depth)")
            list = next
        }
    }

    @Test("what is added at the end, one by one, comes to lists of the usual lengths")
    func appending() throws {
        var list = try store.list(chunks(2), cuts: Self.cuts)
        for number in 2..<600 {
            let end = list.count
            let next = try replacing(end..<end, of: list, with: chunks(1, salt: number))
            if case .list(let next) = next { list = next }
        }
        let found = try store.walk(list)
        #expect(found.entries == chunks(600))
        #expect(list == (try store.list(chunks(600), cuts: Self.cuts)), "as if it had come at once")
    }
}
