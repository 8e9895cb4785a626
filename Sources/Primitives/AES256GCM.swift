internal import CCrypto

/// AES-256-GCM with a key that stays set from call to call.
///
/// The caller owes a fresh nonce for each message under one key. For one thread at a time: whoever shares it guards it.
/// Making one costs about a microsecond and setting a key a quarter of that, so owners keep them.
@safe package final class AES256GCM {
    package static let keyLength = 32
    package static let nonceLength = 12
    package static let tagLength = 16

    private let context: OpaquePointer
    private let nonceLength: Int
    /// libcrypto takes lengths as 32-bit numbers; a multiple of the block keeps the pieces aligned.
    private static let pieceLength = 1 << 30

    /// A cipher without a key; `setKey` comes before anything else.
    ///
    /// Nonces of another length than 12 bytes are hashed to a first counter block: for the formats of others only.
    package init(nonceLength: Int = AES256GCM.nonceLength) {
        unsafe context = CipherCatalog.aes256GCM.makeContext()
        self.nonceLength = nonceLength
        if nonceLength != Self.nonceLength {
            unsafe check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(nonceLength), nil))
        }
    }

    package convenience init(key: SecretBytes, nonceLength: Int = AES256GCM.nonceLength) {
        self.init(nonceLength: nonceLength)
        setKey(key)
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    package func setKey(_ key: SecretBytes) { unsafe key.withBytes { unsafe setKey($0) } }

    package func setKey(_ key: UnsafeRawBufferPointer) {
        precondition(key.count == Self.keyLength, "an AES-256 key has 32 bytes")
        unsafe check(EVP_CipherInit_ex2(context, nil, key.byteAddress, nil, 1, nil))
    }

    /// Encrypts `plaintext` into `output`, which holds exactly 16 bytes more: the tag, behind the ciphertext.
    ///
    /// `output` may begin where `plaintext` begins, or lie elsewhere without overlap.
    package func seal(
        nonce: UnsafeRawBufferPointer, aad: UnsafeRawBufferPointer, plaintext: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(output.count == plaintext.count + Self.tagLength, "sealed bytes are 16 longer")
        unsafe begin(nonce: nonce, aad: aad, encrypts: true)
        unsafe run(plaintext, into: output)
        var written: Int32 = 0
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.tagLength, alignment: 1) { rest in
            unsafe check(EVP_CipherFinal_ex(context, rest.byteAddress, &written))
        }
        let tag = unsafe output.baseAddress?.advanced(by: plaintext.count)
        unsafe check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagLength), tag))
    }

    /// Decrypts `sealed` (ciphertext and tag) into `output`, exactly 16 bytes shorter; throws `.notAuthentic`.
    ///
    /// When it throws, `output` is wiped: nothing that was not authenticated is left to read.
    package func open(
        nonce: UnsafeRawBufferPointer, aad: UnsafeRawBufferPointer, sealed: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(PrimitiveError) {
        guard sealed.count >= Self.tagLength else { throw .notAuthentic }
        let count = sealed.count - Self.tagLength
        precondition(output.count == count, "opened bytes are 16 shorter")
        unsafe begin(nonce: nonce, aad: aad, encrypts: false)
        // libcrypto only reads the tag, though its signature does not say so.
        let tag = unsafe UnsafeMutableRawPointer(mutating: sealed.baseAddress?.advanced(by: count))
        unsafe check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), tag))
        unsafe run(UnsafeRawBufferPointer(rebasing: sealed[..<count]), into: output)
        var written: Int32 = 0
        let verdict = unsafe withUnsafeTemporaryAllocation(byteCount: Self.tagLength, alignment: 1) { rest in
            unsafe EVP_CipherFinal_ex(context, rest.byteAddress, &written)
        }
        guard verdict == 1 else {
            unsafe Wipe.bytes(output)
            throw .notAuthentic
        }
    }

    private func begin(nonce: UnsafeRawBufferPointer, aad: UnsafeRawBufferPointer, encrypts: Bool) {
        precondition(nonce.count == nonceLength, "a nonce has \(nonceLength) bytes")
        let start = unsafe nonce.byteAddress
        unsafe check(EVP_CipherInit_ex2(context, nil, nil, start, encrypts ? 1 : 0, nil))
        guard aad.count > 0 else { return }
        precondition(aad.count <= Self.pieceLength, "associated data fits one piece")
        var written: Int32 = 0
        let bytes = unsafe aad.byteAddress
        unsafe check(EVP_CipherUpdate(context, nil, &written, bytes, Int32(aad.count)))
    }

    private func run(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        var start = 0
        while start < input.count {
            let count = min(Self.pieceLength, input.count - start)
            var written: Int32 = 0
            let source = unsafe input.byteAddress.advanced(by: start)
            let target = unsafe output.byteAddress.advanced(by: start)
            unsafe check(EVP_CipherUpdate(context, target, &written, source, Int32(count)))
            start += count
        }
    }

    /// Only a broken library or a forgotten key gets here; going on would write plaintext or nothing.
    private func check(_ result: Int32) {
        precondition(result == 1, "libcrypto refused a step of AES-256-GCM")
    }
}

extension AES256GCM {
    /// The sealed form of `plaintext`: ciphertext, then tag.
    package func seal(_ plaintext: [UInt8], nonce: [UInt8], aad: [UInt8] = []) -> [UInt8] {
        let count = plaintext.count + Self.tagLength
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            let output = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
            unsafe nonce.withUnsafeBytes { nonce in
                unsafe aad.withUnsafeBytes { aad in
                    unsafe plaintext.withUnsafeBytes {
                        unsafe seal(nonce: nonce, aad: aad, plaintext: $0, into: output)
                    }
                }
            }
            written = count
        }
    }

    /// What `seal` was given, or `.notAuthentic`.
    package func open(_ sealed: [UInt8], nonce: [UInt8], aad: [UInt8] = []) throws(PrimitiveError) -> [UInt8] {
        guard sealed.count >= Self.tagLength else { throw .notAuthentic }
        var opened = [UInt8](repeating: 0, count: sealed.count - Self.tagLength)
        let problem = unsafe opened.withUnsafeMutableBytes { output -> PrimitiveError? in
            unsafe nonce.withUnsafeBytes { nonce in
                unsafe aad.withUnsafeBytes { aad in
                    unsafe sealed.withUnsafeBytes { sealed in
                        do throws(PrimitiveError) {
                            unsafe try open(nonce: nonce, aad: aad, sealed: sealed, into: output)
                            return nil
                        } catch { return error }
                    }
                }
            }
        }
        if let problem { throw problem }
        return opened
    }
}
