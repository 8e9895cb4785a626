import Core
import Primitives
import Sealing
import Testing

@Suite struct CipherBoxMediaTests {
    private typealias Vectors = CipherBoxVectors
    private let plaintext = (0..<64).map { UInt8($0) }
    private let ciphertext = CipherBoxVectors.hex(
        "40b98a35dfda8112511c5a4e8a65b0d974bc7f10d3de18a87fd0ca9a19ac26bea28bd7991aaa276637515b976eac0394"
            + "bc3d86ceafb1b3984d7dd7c6935a867d")

    private func media(_ iv: String) throws -> CipherBoxMedia {
        try CipherBoxMedia(key: Vectors.key, iv: Vectors.hex(iv))
    }

    @Test("a message has the ciphertext that an independent implementation computes, and a range opens from its middle")
    func vector() throws {
        let media = try media("00112233445566770000000000000000")
        #expect(media.apply(to: plaintext, at: 0) == ciphertext)
        #expect(media.apply(to: ciphertext, at: 0) == plaintext)
        let range = Vectors.hex("1415161718191a1b1c1d1e1f202122232425262728")
        #expect(try media.open(20, through: 40, of: ciphertext) == range)
        // The blocks around the range, and nothing else of the ciphertext, are enough.
        #expect(Array(media.apply(to: Array(ciphertext[16..<48]), at: 16)[4...24]) == range)
        #expect(media.apply(to: Array(ciphertext[20...40]), at: 20) == range)
    }

    @Test("the counter wraps at 64 bits, with no carry into the random half of the IV")
    func wrap() throws {
        let media = try media("0011223344556677ffffffffffffffff")
        let zeros = [UInt8](repeating: 0, count: 32)
        let stream = Vectors.hex("38733d20a0ceaa0b8f871181c218270a40b88836dbdf8715591550458668bed6")
        #expect(media.apply(to: zeros, at: 0) == stream)
        #expect(try media.open(16, through: 31, of: stream) == Array(zeros[16...]))
    }

    @Test("every range of a small message opens, from its first byte to its last and beyond")
    func ranges() throws {
        let media = try CipherBoxMedia(key: SecretBytes(random: 32))
        let message = Random.bytes(50)
        let sealed = media.apply(to: message, at: 0)
        for first in 0..<55 {
            for last in first..<60 {
                let expected = first < 50 ? Array(message[first...min(last, 49)]) : []
                #expect(try media.open(first, through: last, of: sealed) == expected)
            }
        }
        #expect(try media.open(0, through: .max, of: sealed) == message)
        #expect(try media.open(.max, through: .max, of: sealed) == [])
        for (first, last) in [(1, 0), (-1, 5), (-5, -1), (100, 99)] {
            let failure = #expect(throws: Failure.self) { try media.open(first, through: last, of: sealed) }
            #expect(failure?.code == .invalid)
        }
    }

    @Test(
        "content written in pieces of a MiB is the content written at once, also across the pieces",
        arguments: [0, 1, 15, 16, 17, 1 << 20, 2_500_001])
    func pieces(count: Int) throws {
        let media = try CipherBoxMedia(key: SecretBytes(random: 32))
        let message = Random.bytes(count)
        var written: [UInt8] = []
        for start in stride(from: 0, to: count, by: 1 << 20) {
            written += media.apply(to: Array(message[start..<min(start + 1 << 20, count)]), at: UInt64(start))
        }
        #expect(written == media.apply(to: message, at: 0) && written.count == count)
        if count > 1 << 20 {
            let across = (1 << 20) - 7...(1 << 20) + 8
            #expect(
                try media.open(across.lowerBound, through: across.upperBound, of: written) == Array(message[across]))
        }
    }

    @Test("new content has a fresh random half and counts from zero; other lengths of key and IV are refused")
    func ivs() throws {
        let key = SecretBytes(random: 32)
        let ivs = try (0..<20).map { _ in try CipherBoxMedia(key: key).iv }
        #expect(ivs.allSatisfy { $0.count == 16 && $0[8...].allSatisfy { $0 == 0 } } && Set(ivs).count == 20)
        for (key, iv) in [(31, 16), (33, 16), (0, 16), (32, 12), (32, 15), (32, 17), (32, 0)] {
            #expect(throws: Failure.self) {
                try CipherBoxMedia(key: SecretBytes(random: key), iv: Random.bytes(iv))
            }
        }
    }
}
