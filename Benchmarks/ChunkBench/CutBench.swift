import Core
import Trees

/// How fast one thread cuts a stream.
enum CutBench {
    struct Result {
        /// Of the whole stream.
        let bytesPerSecond: Double
        /// Of the bytes that were looked at: the first of every chunk are not.
        let seenPerSecond: Double
        let mean: Int
    }

    static func run(_ chunker: Chunker, _ bytes: [UInt8]) -> Result {
        let rounds = (0..<7).map { _ in once(chunker, bytes) }
        return rounds.sorted { $0.bytesPerSecond < $1.bytesPerSecond }[rounds.count / 2]
    }

    private static func once(_ chunker: Chunker, _ bytes: [UInt8]) -> Result {
        let start = SystemTime.monotonic()
        var position = 0
        var chunks = 0
        while position < bytes.count {
            position += unsafe chunker.firstChunk(of: bytes.span.bytes.extracting(droppingFirst: position))
            chunks += 1
        }
        let seconds = (SystemTime.monotonic() - start).inSeconds
        return Result(
            bytesPerSecond: Double(bytes.count) / seconds,
            seenPerSecond: Double(bytes.count - chunks * Limits.Content.chunkLeast) / seconds,
            mean: bytes.count / chunks)
    }
}
