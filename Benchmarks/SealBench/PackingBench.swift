import Core
import Primitives
import Sealing

/// What packing costs and saves, for content of several kinds.
enum PackingBench {
    private static let length = 1 << 20

    static func run() {
        probe()
        let secret = EpochSecret(number: 1)
        for (name, content) in samples() {
            for level in [1, 3] as [Int32] {
                let sealer = Sealer(secret, packing: .standard, compressor: .zstd(level: level))
                let object = sealer.seal(content, as: .chunk)
                let seals = Bench.rate { Bench.consume(sealer.seal(content, as: .chunk).bytes.count) }
                let opens = Bench.rate {
                    Bench.consume((try? Opener.open(object.bytes, object.reference, kind: .chunk))?.count ?? 0)
                }
                print(
                    "\(name), level \(level): \(percent(object.reference.bodyLength)) % of its length;",
                    "seal \(Bench.speed(seals, length)); open \(Bench.speed(opens, length));",
                    "open 4 KiB: \(Int(Bench.pages(of: object))) /s")
            }
        }
        let padding = Sealer(secret, packing: Packing(compresses: true, pads: true))
        let content = Random.bytes(length)
        let padded = Bench.rate { Bench.consume(padding.seal(content, as: .chunk).bytes.count) }
        let body = padding.seal(content, as: .chunk).reference.bodyLength
        print("random, padded: \(percent(body)) % of its length; seal \(Bench.speed(padded, length))")
    }

    /// Sealing of what does not compress, with and without the look at whether it does.
    private static func probe() {
        let secret = EpochSecret(number: 1)
        let (plain, packing) = (Sealer(secret), Sealer(secret, packing: .standard))
        for length in [4096, 65_536, 1 << 20] {
            let content = Random.bytes(length)
            let rounds = (0..<9).map { _ in
                let without = Bench.rate { Bench.consume(plain.seal(content, as: .chunk).bytes.count) }
                let with = Bench.rate { Bench.consume(packing.seal(content, as: .chunk).bytes.count) }
                return without / with
            }
            let permille = Int((Bench.median(rounds) * 1000).rounded()) - 1000
            print("random, \(length) B: looking for compression costs \(permille) thousandths of sealing")
        }
    }

    private static func percent(_ bodyLength: UInt64) -> UInt64 { bodyLength * 100 / UInt64(length) }

    /// A MiB of each kind; this program is the executable.
    private static func samples() -> [(String, [UInt8])] {
        let all: [(String, [UInt8])] = [
            ("source", files(["/usr/include/openssl/evp.h", "/usr/include/openssl/ssl.h", "/usr/include/zstd.h"])),
            (
                "licences",
                files(["GPL-3", "GPL-2", "LGPL-3", "Apache-2.0", "MPL-2.0"].map { "/usr/share/common-licenses/" + $0 })
            ),
            ("executable", Array(files(["/proc/self/exe"]).dropFirst(length))),
            ("zeros", [UInt8](repeating: 0, count: length)), ("random", Random.bytes(length)),
        ]
        // Groups compress by themselves, so that repeating what is shorter than a MiB changes nothing.
        var samples = all.filter { !$0.1.isEmpty }.map { name, bytes in
            (name, (0..<length).map { bytes[$0 % bytes.count] })
        }
        samples.append(("half source, half random", samples[0].1.prefix(length / 2) + Random.bytes(length / 2)))
        return samples
    }

    private static func files(_ paths: [String]) -> [UInt8] {
        paths.flatMap { (try? Files.readWhole(Array($0.utf8), limit: 64 << 20)) ?? [] }
    }
}
