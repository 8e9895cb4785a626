import Core
import Testing
import Trees

private let least = Limits.Content.chunkLeast
private let greatest = Limits.Content.chunkGreatest
private let mebibyte = 1 << 20

@Suite struct ChunkerTests {
    private let chunker = ChunkerTests.chunker(key: 1)

    private static func chunker(key seed: UInt64) -> Chunker { Chunker(key: bytes(Chunker.keyBytes, seed: seed)) }

    private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(state: seed)
        var bytes = [UInt8](repeating: 0, count: count)
        for start in stride(from: 0, to: count, by: 8) {
            let word = random.next()
            for index in start..<min(start + 8, count) {
                bytes[index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * (index - start)))
            }
        }
        return bytes
    }

    private func first(_ bytes: ArraySlice<UInt8>) -> Int { unsafe chunker.firstChunk(of: bytes.span.bytes) }

    private static func chunks(of bytes: [UInt8], _ chunker: Chunker) -> [ArraySlice<UInt8>] {
        var chunks: [ArraySlice<UInt8>] = []
        var position = 0
        while position < bytes.count {
            let rest = bytes[position...]
            let length = unsafe chunker.firstChunk(of: rest.span.bytes)
            chunks.append(bytes[position..<position + length])
            position += length
        }
        return chunks
    }

    @Test(
        "chunks have their bounds, but for the last, and are the stream when put together",
        arguments: [0, 1, least - 1, least, least + 1, greatest - 1, greatest, greatest + 1, 9 * mebibyte + 123])
    func bounds(count: Int) {
        let bytes = Self.bytes(count, seed: UInt64(count))
        let chunks = Self.chunks(of: bytes, chunker)
        #expect(Array(chunks.joined()) == bytes)
        for chunk in chunks.dropLast() { #expect(chunk.count >= least && chunk.count <= greatest) }
        if let last = chunks.last { #expect(last.count > 0 && last.count <= greatest) }
        if count == 0 { #expect(first([]) == 0) }
    }

    @Test("a cut is where the format says", arguments: 1...3 as ClosedRange<UInt64>)
    func definition(seed: UInt64) {
        let key = Self.bytes(Chunker.keyBytes, seed: seed)
        let gear = (0..<256).map { entry in key[entry * 8..<entry * 8 + 8].reduce(UInt64(0)) { $0 * 256 + UInt64($1) } }
        let bytes = Self.bytes(greatest, seed: seed + 100)
        // Each place by itself, from the 64 bytes before it, and the smallest number looked for afterwards.
        let numbers = (least...greatest).map { place in
            (0..<64).reduce(UInt64(0)) { $0 &+ (gear[Int(bytes[place - 1 - $1])] << UInt64($1)) }
        }
        let found = numbers.firstIndex { $0 >> 45 == 0 } ?? numbers.lastIndex(of: numbers.min() ?? 0) ?? 0
        #expect(unsafe Chunker(key: key).firstChunk(of: bytes.span.bytes) == least + found)
    }

    @Test("what lies behind the greatest length decides nothing", arguments: 1...8 as ClosedRange<UInt64>)
    func lookAhead(seed: UInt64) {
        let bytes = Self.bytes(greatest + 5000, seed: seed)
        #expect(first(bytes[...]) == first(bytes[..<greatest]))
        // And a cut that comes before the end is the same whatever follows.
        let length = first(bytes[...])
        for count in [length + 1, length + 77_777] where count < greatest {
            let shorter = first(bytes[..<count])
            #expect(shorter == length || shorter == count)
        }
    }

    @Test("a MiB that comes in or goes makes few new chunks")
    func shifts() {
        var costs: [Int] = []
        for seed in 1...8 as ClosedRange<UInt64> {
            let bytes = Self.bytes(24 * mebibyte, seed: seed)
            let new = Self.bytes(mebibyte, seed: seed + 1000)
            let middle = 9 * mebibyte + Int(seed) * 77_777
            let known = Set(Self.chunks(of: bytes, chunker).map { Array($0) })
            for edited in [
                new + bytes, bytes[..<middle] + new + bytes[middle...],
                Array(bytes[..<middle] + bytes[(middle + mebibyte)...]),
            ] {
                let cost = Self.chunks(of: edited, chunker).reduce(0) {
                    $0 + (known.contains(Array($1)) ? 0 : $1.count)
                }
                costs.append(cost)
            }
        }
        costs.sort()
        // One case in a hundred costs more than 4 MiB, and one in some thousands more than 6.
        #expect(costs[costs.count / 2] <= 5 * mebibyte / 2, "\(costs)")
        #expect(costs.count { $0 > 4 * mebibyte } <= 2, "\(costs)")
        #expect(costs[costs.count - 1] <= 8 * mebibyte, "\(costs)")
    }

    @Test("zeros make chunks of the greatest length")
    func zeros() {
        let chunks = Self.chunks(of: [UInt8](repeating: 0, count: 10 * mebibyte), chunker)
        #expect(chunks.map(\.count) == [Int](repeating: greatest, count: 5))
    }

    @Test(
        "what repeats is found again in every chunk but the first and the last", arguments: [2, 3, 255, 4096, 100_003])
    func periods(length: Int) {
        let period = Self.bytes(length, seed: UInt64(length))
        var bytes: [UInt8] = []
        while bytes.count < 16 * mebibyte { bytes += period }
        let chunks = Self.chunks(of: bytes, chunker)
        #expect(Set(chunks.map { Array($0) }).count <= 3)
        for chunk in chunks.dropLast() { #expect(chunk.count >= least && chunk.count <= greatest) }
    }

    @Test("chunks have the length in the mean that the limits promise")
    func mean() {
        let chunks = Self.chunks(of: Self.bytes(160 * mebibyte, seed: 4), chunker).dropLast()
        let mean = chunks.reduce(0) { $0 + $1.count } / chunks.count
        // 860 KiB; the deviation of one is 430 KiB, so that of the mean of 190 is 31.
        #expect(mean > 735 << 10 && mean < 985 << 10, "\(mean >> 10) KiB")
    }

    @Test("another key cuts elsewhere")
    func keys() {
        let bytes = Self.bytes(32 * mebibyte, seed: 5)
        let mine = Set(Self.chunks(of: bytes, chunker).map(\.endIndex))
        let others = Set(Self.chunks(of: bytes, Self.chunker(key: 2)).map(\.endIndex))
        #expect(mine.intersection(others) == [bytes.count])
    }
}
