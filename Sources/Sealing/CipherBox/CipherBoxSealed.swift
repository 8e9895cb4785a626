package import Core
package import Primitives

/// Bytes that CipherBox sealed with AES-256-GCM: an IV of 12 bytes, and the ciphertext with its tag.
///
/// Three carriers hold the two: one run of bytes (`bytes`), the JSON envelope of metadata (`envelope`), and file
/// content, whose blob is `body` alone while the IV stands in the file's metadata. For interoperation only: no
/// associated data ties such bytes to a place.
package struct CipherBoxSealed: Sendable, Equatable {
    package static let keyLength = AES256GCM.keyLength
    package static let ivLength = AES256GCM.nonceLength
    /// The longest blob that CipherBox's server takes is a byte shorter, so nothing of its own is longer.
    package static let maximumLength = 100 << 20

    package let iv: [UInt8]
    /// Ciphertext and tag.
    package let body: [UInt8]

    /// Seals `plaintext` under a fresh IV; `iv` is for vectors, as a second message under one IV betrays both.
    ///
    /// Throws `.invalid` for a key of another length than 32 bytes.
    package init(
        sealing plaintext: [UInt8], key: SecretBytes, iv: [UInt8] = Random.bytes(CipherBoxSealed.ivLength)
    ) throws(Failure) {
        guard key.count == Self.keyLength, iv.count == Self.ivLength else {
            throw Failure(.invalid, "a CipherBox key has 32 bytes and an IV 12")
        }
        self.iv = iv
        body = AES256GCM(key: key).seal(plaintext, nonce: iv)
    }

    /// The content of a file: `body` as it lies on IPFS, and the IV from the file's metadata.
    package init(iv: [UInt8], body: [UInt8]) throws(MalformedBytes) {
        guard iv.count == Self.ivLength else { throw MalformedBytes("an IV of \(iv.count) bytes, not 12") }
        guard body.count >= AES256GCM.tagLength else { throw MalformedBytes("\(body.count) bytes hold no tag") }
        guard body.count <= Self.maximumLength else { throw MalformedBytes("more than CipherBox stores") }
        self.iv = iv
        self.body = body
    }

    /// IV, ciphertext and tag in one run.
    package init(bytes: [UInt8]) throws(MalformedBytes) {
        try self.init(iv: Array(bytes.prefix(Self.ivLength)), body: Array(bytes.dropFirst(Self.ivLength)))
    }

    package var bytes: [UInt8] { iv + body }

    /// What was sealed; throws `.integrity` for a wrong key and for changed bytes, without telling which.
    package func open(_ key: SecretBytes) throws(Failure) -> [UInt8] {
        do throws(PrimitiveError) {
            guard key.count == Self.keyLength else { throw .notAuthentic }
            return try AES256GCM(key: key).open(body, nonce: iv)
        } catch {
            throw Failure(.integrity, "what CipherBox sealed does not open with this key", cause: error)
        }
    }
}
