internal import Core
internal import Primitives

/// The keys of one store, all derived from the secret its owner gives.
final class StoreKeys: Sendable {
    private let secret: SecretBytes
    /// Begins every checksum of headers, so that no stored byte string can be taken for a header by design.
    let headerSeed: UInt64

    init(_ secret: SecretBytes) {
        self.secret = secret
        var seed: UInt64 = 0
        let bytes = HKDF.derive(secret, info: Array("cbstore/local/headers/1".utf8), count: 8)
        for byte in bytes.copy() { seed = seed << 8 | UInt64(byte) }
        headerSeed = seed
    }

    /// The cipher of the journal blocks that carry this salt.
    func journalCipher(salt: [UInt8]) -> BlockCipher { cipher("cbstore/local/journal/1", salt) }

    /// The cipher of the one checkpoint that carries this salt.
    func checkpointCipher(salt: [UInt8]) -> BlockCipher { cipher("cbstore/local/checkpoint/1", salt) }

    private func cipher(_ purpose: String, _ salt: [UInt8]) -> BlockCipher {
        BlockCipher(AES256GCM(key: HKDF.derive(secret, salt: salt, info: Array(purpose.utf8))))
    }

    static let saltLength = 32
    static func freshSalt() -> [UInt8] { Random.bytes(saltLength) }
}

/// AES-256-GCM under one salt; for one thread.
final class BlockCipher {
    static let tagLength = AES256GCM.tagLength
    private let cipher: AES256GCM

    init(_ cipher: AES256GCM) { self.cipher = cipher }

    /// Encrypts in place all that stands behind the first `headerCount` bytes and appends the tag; the header is
    /// authenticated and stays readable. A number may serve once.
    func seal(_ block: inout [UInt8], headerCount: Int, number: UInt64) {
        block.append(contentsOf: repeatElement(0, count: Self.tagLength))
        let nonce = Self.nonce(number)
        unsafe block.withUnsafeMutableBytes { bytes in
            let body = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[headerCount...])
            unsafe nonce.withUnsafeBytes { nonce in
                unsafe cipher.seal(
                    nonce: nonce, aad: UnsafeRawBufferPointer(rebasing: bytes[..<headerCount]),
                    plaintext: UnsafeRawBufferPointer(rebasing: body.dropLast(Self.tagLength)), into: body)
            }
        }
    }

    /// The plaintext, or nil when header, number, ciphertext and tag do not belong together.
    func open(_ sealed: [UInt8], header: [UInt8], number: UInt64) -> [UInt8]? {
        try? cipher.open(sealed, nonce: Self.nonce(number), aad: header)
    }

    private static func nonce(_ number: UInt64) -> [UInt8] { [0, 0, 0, 0] + [UInt8](bigEndian: number) }
}
