package import Core
package import Primitives

/// A message sealed to the holder of a secp256k1 key, in the layout of the ECIES libraries that CipherBox uses.
///
/// An ephemeral public key (65 bytes), a nonce (16), the tag (16), the ciphertext. The key of AES-256-GCM comes by HKDF
/// from the ephemeral key and the shared point. CipherBox wraps its 32-byte keys so, and its device registry whole.
package struct ECIESMessage: Sendable, Equatable {
    package static let nonceLength = 16
    /// By how much the sealed form is longer.
    package static let overhead = Secp256k1.publicKeyLength + nonceLength + AES256GCM.tagLength
    /// The longest registry worth reading: 5,000 devices of some 800 bytes.
    package static let maximumLength = 4 << 20

    package let bytes: [UInt8]

    /// A sealed message as it was found; what it holds is proved by opening it only.
    package init(bytes: [UInt8]) throws(MalformedBytes) {
        guard bytes.count >= Self.overhead else { throw MalformedBytes("\(bytes.count) bytes are no ECIES message") }
        guard bytes.count <= Self.maximumLength else { throw MalformedBytes("an ECIES message is too long") }
        guard bytes[0] == 4 else { throw MalformedBytes("an ECIES message begins with an uncompressed key") }
        self.bytes = bytes
    }

    package init(hex text: String) throws(MalformedBytes) {
        guard text.utf8.count <= Self.maximumLength * 2, let bytes = Hex.decode(text) else {
            throw MalformedBytes("an ECIES message is hexadecimal")
        }
        try self.init(bytes: bytes)
    }

    package var hex: String { Hex.encode(bytes) }

    /// Seals `message` to `publicKey` (uncompressed, 65 bytes); throws `.invalid` when that is no point of the curve.
    package init(
        sealing message: SecretBytes, to publicKey: [UInt8], once: Once = Once()
    ) throws(Failure) {
        guard message.count <= Self.maximumLength - Self.overhead else {
            throw Failure(.tooLarge, "\(message.count) bytes are too many for one ECIES message")
        }
        do throws(PrimitiveError) {
            let ephemeral = try Secp256k1.publicKey(of: once.privateKey)
            let point = try Secp256k1.sharedPoint(once.privateKey, with: publicKey)
            var plaintext = message.copy()
            defer { Wipe.array(&plaintext) }
            let sealed = Self.cipher(ephemeral, point).seal(plaintext, nonce: once.nonce)
            bytes = ephemeral + once.nonce + sealed.suffix(AES256GCM.tagLength) + sealed[..<message.count]
        } catch {
            throw Failure(.invalid, "a public key cannot be sealed to", cause: error)
        }
    }

    /// What was sealed; throws `.integrity` for a wrong key and for changed bytes, without telling which.
    package func open(with privateKey: SecretBytes) throws(Failure) -> SecretBytes {
        do throws(PrimitiveError) {
            let nonceStart = Secp256k1.publicKeyLength
            let tagStart = nonceStart + Self.nonceLength
            let ephemeral = Array(bytes[..<nonceStart])
            let point = try Secp256k1.sharedPoint(privateKey, with: ephemeral)
            let sealed = Array(bytes[Self.overhead...]) + bytes[tagStart..<Self.overhead]
            var plaintext = try Self.cipher(ephemeral, point).open(sealed, nonce: Array(bytes[nonceStart..<tagStart]))
            defer { Wipe.array(&plaintext) }
            return SecretBytes(copying: plaintext)
        } catch {
            throw Failure(.integrity, "an ECIES message does not open with this key", cause: error)
        }
    }

    /// The same secret for somebody else: opened with one's own key, sealed anew to `publicKey`.
    package func rewrapped(for publicKey: [UInt8], openedWith privateKey: SecretBytes) throws(Failure) -> ECIESMessage {
        try ECIESMessage(sealing: try open(with: privateKey), to: publicKey)
    }

    private static func cipher(_ ephemeral: [UInt8], _ point: SecretBytes) -> AES256GCM {
        let secret = unsafe SecretBytes(count: ephemeral.count + point.count) { output in
            unsafe output.copyBytes(from: ephemeral)
            unsafe point.withBytes {
                unsafe UnsafeMutableRawBufferPointer(rebasing: output[ephemeral.count...]).copyMemory(from: $0)
            }
        }
        return AES256GCM(key: HKDF.derive(secret, info: []), nonceLength: nonceLength)
    }
}

extension ECIESMessage {
    /// What no two messages may share: the ephemeral key and the nonce.
    package struct Once: Sendable {
        let privateKey: SecretBytes
        let nonce: [UInt8]

        /// Random ones.
        package init() {
            self.init(vectorKey: Secp256k1.makePrivateKey(), nonce: Random.bytes(nonceLength))
        }

        /// Those of a vector: a second message with them, to anybody, betrays both.
        package init(vectorKey: SecretBytes, nonce: [UInt8]) {
            precondition(nonce.count == nonceLength, "a nonce of ECIES has 16 bytes")
            privateKey = vectorKey
            self.nonce = nonce
        }
    }
}
