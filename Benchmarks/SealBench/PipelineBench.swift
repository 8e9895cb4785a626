import Core
import Primitives
import Sealing

/// What a pipeline makes of its workers: the same bodies through one and through two of them.
enum PipelineBench {
    private static let length = 1 << 20
    private static let count = 400
    private static let bytesInFlight = 16 << 20

    static func run(_ sealer: Sealer) {
        let bodies = (0..<8).map { _ in Random.bytes(length) }
        // By turns, so that both meet the same clock and the same neighbours.
        let rounds = (0..<5).map { _ in (seconds(1, bodies, sealer), seconds(2, bodies, sealer)) }
        let one = rounds.map(\.0).sorted()[2]
        let two = rounds.map(\.1).sorted()[2]
        let ratio = rounds.map { $0.0 / $0.1 }.sorted()[2]
        print(
            "pipeline of 1 MiB bodies: one worker \(speed(one)), two \(speed(two));",
            "\(Int((ratio * 100).rounded())) % of one")
    }

    private static func seconds(_ workers: Int, _ bodies: [[UInt8]], _ sealer: Sealer) -> Double {
        let pipeline = SealPipeline(workers: workers, bytesInFlight: bytesInFlight)
        var given = 0
        let start = SystemTime.monotonic()
        try? pipeline.run(with: sealer) { () throws(Failure) in
            guard given < count else { return nil }
            given += 1
            let body = bodies[given % bodies.count]
            return SealPipeline.Work(weight: body.count, kind: .chunk) { body }
        } take: { (object) throws(Failure) in
            precondition(object.bytes.count > length, "a sealed body is longer")
        }
        return (SystemTime.monotonic() - start).inSeconds
    }

    private static func speed(_ seconds: Double) -> String {
        "\(Int(Double(count * length) / seconds / 1e6)) MB/s"
    }
}
