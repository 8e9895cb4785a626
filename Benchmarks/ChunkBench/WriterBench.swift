import Core
import FileSystem
import Glibc
import Sealing
import Trees
import Volumes

/// What a program that writes a file front to back meets: the session over a volume that keeps nothing.
enum WriterBench {
    private static let total = 1 << 30

    struct Row {
        let writeBytes: Int
        let isSealed: Bool
        let bytesPerSecond: Double
        /// Of all threads together: what neighbours on the machine change least.
        let processorSeconds: Double
        let chunks: Int
    }

    static func run(_ chunker: Chunker, _ source: [UInt8]) -> [Row] {
        var rows: [Row] = []
        for isSealed in [false, true] {
            for writeBytes in [128 << 10, 1 << 20] {
                let rounds = (0..<3).map { _ in once(chunker, source, writeBytes, isSealed) }
                    .sorted { $0.bytesPerSecond < $1.bytesPerSecond }
                rows.append(rounds[1])
            }
        }
        return rows
    }

    private static func once(_ chunker: Chunker, _ source: [UInt8], _ writeBytes: Int, _ isSealed: Bool) -> Row {
        let volume = CountingVolume(chunker: chunker, sealer: isSealed ? Sealer(EpochSecret(number: 1)) : nil)
        do {
            let session = try Session(volume: volume, time: SystemTime(), sealingThreads: Processors.count)
            let draft = try session.makeDraft(permissions: 0o644, caller: Caller(owner: 0, group: 0))
            let start = SystemTime.monotonic()
            let used = processorSeconds()
            for offset in stride(from: 0, to: total, by: writeBytes) {
                let place = offset % source.count
                _ = try unsafe source.withUnsafeBytes { bytes in
                    try unsafe session.write(
                        UnsafeRawBufferPointer(rebasing: bytes[place..<place + writeBytes]), to: draft.handle,
                        of: draft.entry.node, at: UInt64(offset), isCacheWriteOut: false)
                }.wait()
            }
            try session.flushAll()
            let seconds = (SystemTime.monotonic() - start).inSeconds
            try session.close()
            return Row(
                writeBytes: writeBytes, isSealed: isSealed, bytesPerSecond: Double(total) / seconds,
                processorSeconds: processorSeconds() - used, chunks: volume.chunks)
        } catch {
            preconditionFailure("the session failed: \(error)")
        }
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        unsafe _ = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
