package import Core

/// Four words that stand for a digest, for two people or two screens to compare.
package enum CheckWords {
    /// 11 bits of the digest's front for each word: 44 bits, so that nobody finds a second digest by trying.
    package static func of(_ digest: Digest) -> String {
        (0..<4).map { index in
            EnglishWords.all[Int(digest.prefix >> UInt64(64 - 11 * (index + 1))) & 0x7ff]
        }.joined(separator: " ")
    }
}
