import Core
import Primitives
import Trees

/// What a stream shares with itself after a piece came in or went.
enum ShiftBench {
    private static let total = 256 << 20
    private static let piece = 1 << 20

    struct Row {
        let edit: String
        /// Bytes in chunks that the stream did not have before, of each round, ascending.
        let newBytes: [Int]
    }

    static func run(rounds: Int) -> [Row] {
        var results: [[Int]] = [[], [], []]
        for _ in 0..<rounds {
            let chunker = Chunker(key: Random.bytes(Chunker.keyBytes))
            let bytes = Random.bytes(total)
            let known = Set(Cuts.lengths(of: bytes, chunker).map(\.key))
            let middle = total / 2 + Int(Random.number() % 1_000_003)
            let edits = [
                Random.bytes(piece) + bytes,
                bytes[..<middle] + Random.bytes(piece) + bytes[middle...],
                Array(bytes[..<middle] + bytes[(middle + piece)...]),
            ]
            for (index, edited) in edits.enumerated() {
                results[index].append(
                    Cuts.lengths(of: edited, chunker).reduce(0) { $0 + (known.contains($1.key) ? 0 : $1.length) })
            }
        }
        return zip(["front", "middle", "delete"], results).map { Row(edit: $0, newBytes: $1.sorted()) }
    }
}

/// The chunks of a stream.
enum Cuts {
    struct Piece {
        let length: Int
        let key: Digest
    }

    static func lengths(of bytes: [UInt8], _ chunker: Chunker) -> [Piece] {
        var pieces: [Piece] = []
        var position = 0
        while position < bytes.count {
            let length = unsafe chunker.firstChunk(of: bytes.span.bytes.extracting(droppingFirst: position))
            pieces.append(Piece(length: length, key: SHA256.digest(of: bytes[position..<position + length])))
            position += length
        }
        return pieces
    }
}
