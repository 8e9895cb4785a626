import Core
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

private let block = Limits.Content.block

/// Contents changed at random, against arrays of bytes.
@Suite(.ownThread) struct ContentModelTests {
    /// A content, byte for byte, and which bytes are in no hole.
    private struct Model {
        var bytes: [UInt8] = []
        var isData: [Bool] = []

        mutating func write(_ new: [UInt8], at offset: Int, isData: Bool) {
            if offset + new.count > bytes.count, !new.isEmpty { setSize(max(bytes.count, offset + new.count)) }
            bytes.replaceSubrange(offset..<offset + new.count, with: new)
            self.isData.replaceSubrange(
                offset..<offset + new.count, with: repeatElement(isData, count: new.count))
        }

        mutating func setSize(_ size: Int) {
            bytes.removeLast(max(0, bytes.count - size))
            bytes += [UInt8](repeating: 0, count: size - bytes.count)
            isData.removeLast(max(0, isData.count - size))
            isData += [Bool](repeating: false, count: size - isData.count)
        }

        var allocated: UInt64 { UInt64(isData.count { $0 }) }

        /// What a record does not keep of a small content.
        mutating func commit() {
            if bytes.count <= Limits.Content.inlineContent, allocated > 0 {
                isData = [Bool](repeating: true, count: bytes.count)
            }
        }
    }

    private final class Run {
        let bench: TestVault
        var random: SeededRandom
        let files: [FileID]
        var models: [Model]
        /// Blocks of each file that got bytes since the last commit.
        var touched: [Set<Int>] = [[], []]
        /// Chunks that each file has had since before that, with their lengths.
        var chunks: [[Digest: UInt64]] = [[:], [:]]
        /// What was made by a commit that failed is not counted, and the next one may give it up.
        var hasFailed = false

        init(seed: UInt64, packing: Packing) throws {
            let bench = try TestVault(packing: packing)
            files = try (0..<2).map { try bench.add("file \($0)", []) }
            random = SeededRandom(seed: seed)
            models = [Model(), Model()]
            self.bench = bench
        }

        func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

        /// Random bytes, or such as compress.
        func bytes(_ count: Int) -> [UInt8] {
            if below(2) == 0 { return random.bytes(count) }
            let first = below(200)
            return (0..<count).map { UInt8(first + $0 / 100 % 40) }
        }

        func change() throws {
            let number = below(2)
            let (file, size) = (files[number], models[number].bytes.count)
            let offset = below(8) == 0 ? size : below(size + 1 + (below(4) == 0 ? 100_000 : 0))
            let time = bench.time.wallClock
            switch below(24) {
            case 0..<11:
                let new = bytes(below(3) == 0 ? below(block) : below(5000))
                try bench.make([.write(file, offset: UInt64(offset), .inline(new), time: time)])
                models[number].write(new, at: offset, isData: true)
                if !new.isEmpty { touched[number].formUnion(offset / block...(offset + new.count - 1) / block) }
            case 11..<14:
                guard size < 4 << 20 else { return }
                let new = bytes(1 + below(700_000))
                let content = try bench.volume.seal(new)
                if let chunk = content as? SealedChunk { chunks[number][chunk.reference.digest] = UInt64(new.count) }
                try bench.make([.write(file, offset: UInt64(offset), .sealed(content), time: time)])
                models[number].write(new, at: offset, isData: true)
            case 14..<17:
                let count = below(below(2) == 0 ? 3000 : 500_000)
                try bench.make([.write(file, offset: UInt64(offset), .hole(UInt64(count)), time: time)])
                models[number].write([UInt8](repeating: 0, count: count), at: offset, isData: false)
            case 17..<19:
                let new = below(4) == 0 ? below(2000) : max(0, size + below(60_000) - 30_000)
                try bench.make([.setSize(file, UInt64(new), time: time)])
                models[number].setSize(new)
            case 19..<23: try copyRange(to: number, at: offset, time)
            default:
                try bench.make([
                    .copyContent(from: files[1 - number], to: file, time: time),
                    // In the same batch: what was copied is cut where the other was not.
                    .setSize(file, UInt64(models[1 - number].bytes.count / 2), time: time),
                ])
                models[number] = models[1 - number]
                models[number].setSize(models[1 - number].bytes.count / 2)
                touched[number].formUnion(touched[1 - number])
                chunks[number].merge(chunks[1 - number]) { one, _ in one }
            }
        }

        /// Copies a part of either file, and in the same batch cuts what was copied.
        private func copyRange(to number: Int, at offset: Int, _ time: Timestamp) throws {
            let source = below(2)
            let size = models[source].bytes.count
            let start = below(size + 1)
            let count = below(below(2) == 0 ? 3000 : 700_000)
            let cut = offset + below(count + 1)
            var changes: [Change] = [
                .copyRange(
                    from: files[source], UInt64(start)..<UInt64(start + count), to: files[number],
                    offset: UInt64(offset), time: time)
            ]
            let (bytes, isData) = (models[source].bytes, models[source].isData)
            let end = min(start + count, size)
            models[number].write([UInt8](repeating: 0, count: count), at: offset, isData: false)
            models[number].bytes.replaceSubrange(offset..<offset + end - start, with: bytes[start..<end])
            models[number].isData.replaceSubrange(offset..<offset + end - start, with: isData[start..<end])
            if count > 0 { touched[number].formUnion(offset / block...(offset + count - 1) / block) }
            switch below(4) {
            case 0:
                changes.append(.setSize(files[number], UInt64(cut), time: time))
                models[number].setSize(cut)
            case 1:
                changes.append(.write(files[number], offset: UInt64(cut), .inline([1, 2, 3]), time: time))
                models[number].write([1, 2, 3], at: cut, isData: true)
                touched[number].formUnion(cut / block...(cut + 2) / block)
            default: break
            }
            try bench.make(changes)
            chunks[number].merge(chunks[source]) { one, _ in one }
        }

        func check(_ what: String) throws {
            for (file, model) in zip(files, models) {
                let record = try satisfying { () throws(VolumeError) in try bench.volume.record(of: file) }
                let found = try bench.volume.bytes(of: file, in: 0..<UInt64(model.bytes.count + 5))
                try #require(found == model.bytes, "\(what): \(found.count) bytes, not \(model.bytes.count)")
                try #require(record?.size == UInt64(model.bytes.count), "\(what)")
                try #require(record?.allocated == model.allocated, "\(what)")
            }
        }

        /// Whether a commit failed that the disk did not let through.
        func failCommit() -> Bool {
            bench.disk.failAlways([.syncData])
            defer { bench.disk.failAlways([]) }
            hasFailed = (try? bench.vault.commit()) == nil
            return hasFailed
        }

        /// Commits, and looks how much was sealed.
        func commit(_ what: String) throws {
            try bench.vault.commit()
            for number in files.indices {
                models[number].commit()
                let (before, now) = (chunks[number], (try? StoredContent(files[number], bench))?.chunks ?? [:])
                let new = now.filter { before[$0.key] == nil }.values.reduce(0, +)
                // Small ones were sealed with their neighbours. Of a large one less than half was left, and what lies
                // beside that in its first and last block was sealed with it.
                let abandoned = before.filter { now[$0.key] == nil }.values.reduce(0) { sum, length in
                    sum + (length <= block ? length : length / 2 + 2 * UInt64(block))
                }
                let blocks = touched[number].count
                #expect(
                    hasFailed || new <= UInt64(blocks * block) + abandoned,
                    "\(what): \(new) bytes for \(blocks) blocks and \(abandoned) bytes of what was given up")
                chunks[number] = now
                // What stands in the record is sealed with the next bytes.
                touched[number] = models[number].bytes.count <= Limits.Content.inlineContent ? [0] : []
            }
            hasFailed = false
        }
    }

    @Test(
        "random changes, commits and reopenings leave what an array of bytes holds, and seal no more than they must",
        arguments: 1...8 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        let packing = PackedVaultTests.packings[Int(seed) % PackedVaultTests.packings.count]
        let run = try Run(seed: seed &* 7919, packing: packing)
        for step in 0..<240 {
            try run.change()
            let what = "seed \(seed), step \(step)"
            if run.below(4) == 0 { try run.check(what) }
            if run.below(6) == 0 {
                // What is changed while a commit waits to be made again goes on from what it froze.
                if run.below(3) == 0, run.failCommit() {
                    try run.change()
                    try run.check("\(what), a commit failed")
                }
                try run.commit(what)
            }
            if run.below(20) == 0 {
                try run.bench.sync()
                try run.bench.killAndOpen()
                try run.check("\(what), after a kill")
            }
            if run.below(20) == 0 {
                try run.commit(what)
                try run.bench.closeAndOpen()
                try run.check("\(what), opened anew")
            }
        }
        try run.commit("seed \(seed), at the end")
        try run.check("seed \(seed), at the end")
        try run.bench.close()
    }
}
