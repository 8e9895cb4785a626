internal import CCrypto
internal import Core

/// AES-256 in counter mode, whose counter is the last 8 of the 16 bytes of an IV and wraps without a carry.
///
/// Nothing is authenticated: who opens such bytes knows by other means that they are the right ones. libcrypto counts
/// with all 128 bits, so what lies behind a wrap is a run of its own here.
package enum AES256CTR {
    package static let keyLength = 32
    package static let ivLength = 16
    package static let blockLength = 16

    /// libcrypto takes lengths as 32-bit numbers.
    private static let pieceLength = 1 << 30

    /// Encrypts or decrypts `input`, which begins `offset` bytes into the message: any piece, without those before it.
    package static func apply(
        to input: UnsafeRawBufferPointer, at offset: UInt64, key: SecretBytes, iv: [UInt8],
        into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(key.count == keyLength && iv.count == ivLength, "a key has 32 bytes and an IV 16")
        precondition(output.count == input.count, "both sides have one length")
        let context = unsafe CipherCatalog.aes256CTR.makeContext()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        unsafe key.withBytes { unsafe check(EVP_CipherInit_ex2(context, nil, $0.byteAddress, nil, 1, nil)) }
        let first = iv[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var done = 0
        while done < input.count {
            let place = offset &+ UInt64(done)
            let counter = first &+ place / UInt64(blockLength)
            let skip = Int(place % UInt64(blockLength))
            let count = min(input.count - done, bytesBeforeWrap(of: counter) - skip)
            unsafe start(context, iv[..<8] + [UInt8](bigEndian: counter), skipping: skip)
            var written: Int32 = 0
            let source = unsafe input.byteAddress.advanced(by: done)
            let target = unsafe output.byteAddress.advanced(by: done)
            unsafe check(EVP_CipherUpdate(context, target, &written, source, Int32(count)))
            done += count
        }
    }

    package static func apply(to input: [UInt8], at offset: UInt64, key: SecretBytes, iv: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: input.count) { buffer, written in
            let output = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: input.count)
            unsafe input.withUnsafeBytes { unsafe apply(to: $0, at: offset, key: key, iv: iv, into: output) }
            written = input.count
        }
    }

    /// How much one run may encrypt from block `counter` on.
    private static func bytesBeforeWrap(of counter: UInt64) -> Int {
        let blocks = UInt64.max - counter
        return blocks < UInt64(pieceLength / blockLength) ? Int(blocks + 1) * blockLength : pieceLength
    }

    /// Sets the first counter block, and spends the part of its key stream that belongs to bytes before the piece.
    private static func start(_ context: OpaquePointer, _ block: [UInt8], skipping count: Int) {
        unsafe check(EVP_CipherInit_ex2(context, nil, nil, block, 1, nil))
        guard count > 0 else { return }
        var spent = [UInt8](repeating: 0, count: count)
        let zeros = spent
        var written: Int32 = 0
        unsafe check(EVP_CipherUpdate(context, &spent, &written, zeros, Int32(count)))
        Wipe.array(&spent)
    }

    /// Only a broken library gets here; going on would write plaintext or nothing.
    private static func check(_ result: Int32) {
        precondition(result == 1, "libcrypto refused a step of AES-256-CTR")
    }
}
