import CSealBaseline
import Core
import Primitives
import Sealing

/// Measures sealing and opening, and the same primitives called from C: `bench-seal`.
@main struct Bench {
    static func main() {
        let sealer = Sealer(EpochSecret(number: 1))
        for length in [0, 4096, 16384, 65536, 1 << 20, 4 << 20] {
            let body = Random.bytes(length)
            // By turns, so that both meet the same clock and the same neighbours.
            let rounds = (0..<5).map { _ in
                (rate { baseline(body) }, rate { consume(sealer.seal(body, as: .chunk).bytes.count) })
            }
            let c = median(rounds.map(\.0))
            let swift = median(rounds.map(\.1))
            print(
                "seal \(length) B: \(speed(swift, length)); from C \(speed(c, length));",
                "ratio \(Int((swift / c * 100).rounded())) %")
        }
        let body = Random.bytes(1 << 20)
        let pair = twoThreads { consume(sealer.seal(body, as: .chunk).bytes.count) }
        let pairFromC = twoThreads { baseline(body) }
        print("seal 1 MiB on two threads: \(speed(pair, 1 << 20)); from C \(speed(pairFromC, 1 << 20))")
        open(sealer, body)
        PackingBench.run()
    }

    private static func open(_ sealer: Sealer, _ body: [UInt8]) {
        let object = sealer.seal(body, as: .chunk)
        print("open 4 KiB out of 1 MiB: \(Int(pages(of: object))) /s")
        let whole = rate { consume((try? Opener.open(object.bytes, object.reference, kind: .chunk))?.count ?? 0) }
        print("open 1 MiB by reference: \(speed(whole, 1 << 20))")
        let alone = rate { consume((try? sealer.open(object.bytes))?.content.count ?? 0) }
        print("open 1 MiB by the epoch's secret, digest and id checked: \(speed(alone, 1 << 20))")
        let check = rate { consume((try? Opener.checkDigest(object.bytes, object.reference.digest)) == nil ? 0 : 1) }
        print("check the digest of 1 MiB: \(speed(check, 1 << 20))")
    }

    /// Random pages of 4 KiB that one thread opens in a second.
    static func pages(of object: SealedObject) -> Double {
        var page = 0
        return rate {
            page = (page + 97) % 256
            let range = page * 4096..<(page + 1) * 4096
            let bytes = try? Opener.openRange(range, of: object.reference, kind: .chunk) { Array(object.bytes[$0]) }
            consume(bytes?.count ?? 0)
        }
    }

    @inline(never) static func consume(_ count: Int) { precondition(count >= 0) }

    static func baseline(_ body: [UInt8]) {
        let count = SealedLayout(bodyLength: body.count).sealedLength
        var digest = [UInt8](repeating: 0, count: 32)
        let sealed = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            precondition(unsafe seal_baseline(body, body.count, buffer.baseAddress, &digest) == 1, "libcrypto failed")
            written = count
        }
        consume(sealed.count)
    }

    /// Calls per second of `work`.
    static func rate(_ work: () -> Void) -> Double {
        let start = SystemTime.monotonic()
        var calls = 0
        while SystemTime.monotonic() - start < .milliseconds(200) {
            for _ in 0..<4 { work() }
            calls += 4
        }
        return Double(calls) / (SystemTime.monotonic() - start).inSeconds
    }

    private static func twoThreads(_ work: @escaping @Sendable () -> Void) -> Double {
        let rates = Gate<[Double]>([])
        for _ in 0..<2 {
            Threads.start("bench") {
                let rate = rate(work)
                rates.withLock { $0.append(rate) }
                rates.wakeAll()
            }
        }
        return rates.wait { $0.count == 2 ? .done($0[0] + $0[1]) : .wait(until: nil) }
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    static func speed(_ rate: Double, _ length: Int) -> String {
        "\(Int(rate)) /s, \(Int(rate * Double(length) / 1e6)) MB/s"
    }
}
