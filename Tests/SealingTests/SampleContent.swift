import Core
import Primitives
import Sealing

/// Content of a kind, the same at every call.
enum SampleContent: String, CaseIterable, Sendable {
    case random, text, zeros
    /// Text first, then random bytes.
    case halves

    func bytes(_ count: Int, seed: UInt8 = 0) -> [UInt8] {
        switch self {
        case .random: Self.random(count, seed)
        case .text: Self.text(count, seed)
        case .zeros: [UInt8](repeating: 0, count: count)
        case .halves: Self.text(count / 2, seed) + Self.random(count - count / 2, seed)
        }
    }

    private static func random(_ count: Int, _ seed: UInt8) -> [UInt8] {
        AES256GCM.stream(seed: [seed], count: count)
    }

    /// Words in an order that follows from random bytes.
    private static func text(_ count: Int, _ seed: UInt8) -> [UInt8] {
        let words = [
            "the ", "vault ", "of ", "many ", "devices ", "keeps ", "content ", "sealed ", "and, ", "so ", "\n",
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 16)
        for choice in random(count, seed &+ 100) {
            if bytes.count >= count { break }
            bytes += words[Int(choice) % words.count].utf8
            if choice > 250 { bytes += "\(bytes.count)".utf8 }
        }
        return Array(bytes.prefix(count))
    }
}

extension AES256GCM {
    /// Bytes without any pattern, that the seed tells.
    fileprivate static func stream(seed: [UInt8], count: Int) -> [UInt8] {
        let key = SHA256.digest(of: seed).bytes
        let cipher = AES256GCM(key: SecretBytes(copying: key))
        let nonce = [UInt8](repeating: 0, count: AES256GCM.nonceLength)
        return Array(cipher.seal([UInt8](repeating: 0, count: count), nonce: nonce).prefix(count))
    }
}

extension Packing {
    static let all = [false, true].flatMap { compresses in
        [false, true].map { Packing(compresses: compresses, pads: $0) }
    }
}
