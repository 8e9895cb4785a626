package import Core
package import Primitives

/// Media content as CipherBox keeps it: AES-256 in counter mode, so that any part opens without the rest.
///
/// The IV is 8 random bytes and a block counter of 64 bits that begins at zero. Nothing is authenticated here: that the
/// bytes are the right ones rests on their CID, which the caller has checked before.
package struct CipherBoxMedia: Sendable {
    package static let ivLength = AES256CTR.ivLength

    package let iv: [UInt8]
    private let key: SecretBytes

    /// Content that is there already; throws `.invalid` for a key or an IV of another length.
    package init(key: SecretBytes, iv: [UInt8]) throws(Failure) {
        guard key.count == AES256CTR.keyLength, iv.count == Self.ivLength else {
            throw Failure(.invalid, "a CipherBox media key has 32 bytes and an IV 16")
        }
        self.key = key
        self.iv = iv
    }

    /// New content, under a fresh IV. A key meets one content only, as every file version has a key of its own.
    package init(key: SecretBytes) throws(Failure) {
        try self.init(key: key, iv: Random.bytes(8) + [UInt8](repeating: 0, count: 8))
    }

    /// Encrypts a piece of plaintext, or decrypts a piece of ciphertext, that begins at `offset`; of any length.
    package func apply(to piece: [UInt8], at offset: UInt64) -> [UInt8] {
        AES256CTR.apply(to: piece, at: offset, key: key, iv: iv)
    }

    /// The plaintext from byte `first` to byte `last`, both included, out of the whole ciphertext.
    ///
    /// The end is cut to what there is; a range behind the end is empty. Throws `.invalid` for a negative or reversed one.
    package func open(_ first: Int, through last: Int, of ciphertext: [UInt8]) throws(Failure) -> [UInt8] {
        guard first >= 0, first <= last else { throw Failure(.invalid, "bytes \(first) to \(last) are no range") }
        guard first < ciphertext.count else { return [] }
        return apply(to: Array(ciphertext[first...min(last, ciphertext.count - 1)]), at: UInt64(first))
    }
}
