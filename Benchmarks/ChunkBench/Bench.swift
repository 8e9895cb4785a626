import Core
import Primitives
import Trees

/// Measures how fast streams are cut, what a shifted stream shares, and what a writer meets: `bench-chunk [--json]`.
@main struct Bench {
    static func main() {
        let chunker = Chunker(key: Random.bytes(Chunker.keyBytes))
        let bytes = Random.bytes(256 << 20)
        let speed = CutBench.run(chunker, bytes)
        let writers = WriterBench.run(chunker, bytes)
        let shifts = ShiftBench.run(rounds: 8)
        if CommandLine.arguments.contains("--json") {
            print(json(speed, shifts, writers).text(.compact))
            return
        }
        print(
            "cut: \(gigabytes(speed.bytesPerSecond)), of bytes looked at \(gigabytes(speed.seenPerSecond));",
            "mean \(speed.mean >> 10) KiB")
        for row in shifts {
            print(
                "256 MiB, 1 MiB \(row.edit): new \(mebibytes(row.newBytes[row.newBytes.count / 2])) in the median,",
                "\(mebibytes(row.newBytes[row.newBytes.count - 1])) at most")
        }
        for row in writers {
            print(
                "write 1 GiB by \(row.writeBytes >> 10) KiB\(row.isSealed ? ", sealed" : ""):",
                "\(gigabytes(row.bytesPerSecond)), \(Int(row.processorSeconds * 1000)) ms of processor,",
                "\(row.chunks) chunks")
        }
    }

    private static func json(
        _ speed: CutBench.Result, _ shifts: [ShiftBench.Row], _ writers: [WriterBench.Row]
    ) -> JSON {
        .object([
            JSON.Member("cut_bytes_per_s", JSON(speed.bytesPerSecond)),
            JSON.Member("seen_bytes_per_s", JSON(speed.seenPerSecond)),
            JSON.Member("mean_bytes", JSON(speed.mean)),
            JSON.Member(
                "shifts",
                .array(
                    shifts.map { row in
                        .object([
                            JSON.Member("edit", JSON(row.edit)),
                            JSON.Member("new_bytes", .array(row.newBytes.map { JSON($0) })),
                        ])
                    })),
            JSON.Member(
                "writers",
                .array(
                    writers.map { row in
                        .object([
                            JSON.Member("write_bytes", JSON(row.writeBytes)),
                            JSON.Member("is_sealed", JSON(row.isSealed)),
                            JSON.Member("bytes_per_s", JSON(row.bytesPerSecond)),
                            JSON.Member("processor_s", JSON(row.processorSeconds)),
                            JSON.Member("chunks", JSON(row.chunks)),
                        ])
                    })),
        ])
    }

    private static func gigabytes(_ rate: Double) -> String { "\(Double(Int(rate / 1e7)) / 100) GB/s" }
    private static func mebibytes(_ count: Int) -> String { "\(Double((count * 100) >> 20) / 100) MiB" }
}
