package import Core
package import Primitives

/// A private key as it is written outside of here.
///
/// Only Ed25519 keys sign here. Other kinds are told apart and called unsupported.
package enum PrivateKeyFile {
    package enum Format: String, CaseIterable, Sendable {
        /// The message of libp2p: kind, seed and public key. Kubo's keystore holds these bytes.
        case libp2p
        /// PKCS #8 as lines of text, which OpenSSL and others read and write.
        case pem
    }

    /// The longest file that is read: many times an Ed25519 key, and enough to tell the longest RSA key for what it is.
    package static let greatestLength = 16 << 10

    /// The key in `bytes`, whichever of the formats they have; throws `.invalid`, and `.unsupported` for other kinds of
    /// key.
    ///
    /// The public key beside the private one must be its own: nothing would verify that is signed with such a pair.
    package static func read(_ bytes: [UInt8]) throws(Failure) -> (key: Ed25519.SigningKey, format: Format) {
        do throws(Refusal) {
            if PEM.isBegun(by: bytes) { return (try readPEM(bytes), .pem) }
            return (try readMessage(bytes), .libp2p)
        } catch {
            switch error {
            case .malformed(let problem):
                throw Failure(
                    .invalid, "these bytes are no private key", advice: "give a libp2p key or PKCS #8 in PEM",
                    cause: problem)
            case .kind(let kind):
                throw Failure(
                    .unsupported, "the key is of the kind \(kind), and only Ed25519 keys sign here",
                    advice: "names of other kinds can be resolved and verified, not published")
            case .sealed:
                throw Failure(
                    .unsupported, "the key is sealed with a passphrase",
                    advice: "open it first, for instance with 'openssl pkey -in FILE'")
            }
        }
    }

    /// The bytes of a file that holds the key.
    package static func write(_ key: Ed25519.SigningKey, as format: Format) -> SecretBytes {
        switch format {
        case .libp2p: return secret(messageHead, key, tail: key.publicKey)
        case .pem:
            var content = secret(pkcs8Head, key, tail: []).copy()
            defer { Wipe.array(&content) }
            var text = PEM.encode(pkcs8Label, content)
            defer { Wipe.array(&text) }
            return SecretBytes(copying: text)
        }
    }

    /// `head`, the key's seed, and `tail`.
    private static func secret(_ head: [UInt8], _ key: Ed25519.SigningKey, tail: [UInt8]) -> SecretBytes {
        let seed = key.seed
        return unsafe SecretBytes(count: head.count + seed.count + tail.count) { bytes in
            unsafe bytes.copyBytes(from: head)
            unsafe seed.withBytes { seed in
                unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[head.count...]).copyMemory(from: seed)
            }
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[(head.count + seed.count)...]).copyBytes(from: tail)
        }
    }
}

extension PrivateKeyFile {
    /// Kind Ed25519, then 64 bytes of content.
    private static let messageHead: [UInt8] = [0x08, 0x01, 0x12, 0x40]
    /// Version 0, the algorithm 1.3.101.112 and the heads of two strings, the inner one of 32 bytes.
    private static let pkcs8Head: [UInt8] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    private static let pkcs8Label = "PRIVATE KEY"
    private static let ed25519Algorithm: [UInt8] = [0x2b, 0x65, 0x70]
    private static let curveAlgorithm: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]

    private enum Refusal: Error {
        case malformed(MalformedBytes)
        /// A key of a kind that does not sign here.
        case kind(String)
        case sealed
    }

    private static func readMessage(_ bytes: [UInt8]) throws(Refusal) -> Ed25519.SigningKey {
        let (kind, content) = try wellFormed { () throws(MalformedBytes) in
            try PublicKey.parts(of: bytes, "a private key")
        }
        guard kind == .ed25519 else { throw .kind(kind.description) }
        let (seedLength, keyLength) = (Ed25519.seedLength, Ed25519.publicKeyLength)
        let seed = content.prefix(seedLength)
        let publicKey = content.dropFirst(seedLength).prefix(keyLength)
        // Older writers put the public key there twice.
        let again = content.dropFirst(seedLength + keyLength)
        guard seed.count == seedLength, publicKey.count == keyLength, again.isEmpty || again == publicKey else {
            throw .malformed(MalformedBytes("an Ed25519 key has 64 bytes, or 96 with the public key twice"))
        }
        return try pair(seed, publicKey)
    }

    private static func readPEM(_ text: [UInt8]) throws(Refusal) -> Ed25519.SigningKey {
        var (label, content) = try wellFormed { () throws(MalformedBytes) in try PEM.decode(text) }
        defer { Wipe.array(&content) }
        switch label {
        case pkcs8Label: return try readPKCS8(content)
        case "ENCRYPTED PRIVATE KEY": throw .sealed
        case "RSA PRIVATE KEY": throw .kind("RSA")
        case "EC PRIVATE KEY": throw .kind("ECDSA or secp256k1")
        default: throw .malformed(MalformedBytes("they say that they are \(label), not \(pkcs8Label)"))
        }
    }

    /// PKCS #8 in its first version, or in the second one, which has the public key besides (RFC 5958, RFC 8410).
    private static func readPKCS8(_ bytes: [UInt8]) throws(Refusal) -> Ed25519.SigningKey {
        var (key, version) = try wellFormed { () throws(MalformedBytes) in
            var outer = DERReader(bytes[...])
            var key = try outer.inside(DERReader.Tag.sequence, "a private key")
            try outer.expectEnd("a private key")
            let version = try key.number("the version of a key")
            return (key, version)
        }
        let algorithm = try wellFormed { () throws(MalformedBytes) in
            var algorithm = try key.inside(DERReader.Tag.sequence, "the algorithm of a key")
            let identifier = Array(try algorithm.content(DERReader.Tag.objectIdentifier, "an algorithm"))
            if identifier == ed25519Algorithm { try algorithm.expectEnd("the algorithm of a key") }
            return identifier
        }
        switch algorithm {
        case ed25519Algorithm: break
        case RSA.PublicKey.algorithm: throw .kind("RSA")
        case curveAlgorithm: throw .kind("ECDSA or secp256k1")
        default: throw .malformed(MalformedBytes("the algorithm of the key is not Ed25519"))
        }
        let (seed, publicKey) = try wellFormed { () throws(MalformedBytes) in
            var inner = try key.inside(DERReader.Tag.octetString, "the content of a key")
            let seed = try inner.content(DERReader.Tag.octetString, "the seed of a key")
            try inner.expectEnd("the seed of a key")
            // Attributes, such as a name that somebody gave the key, say nothing of it.
            if key.nextTag == 0xa0 { _ = try key.content(0xa0, "attributes") }
            let publicKey = key.isAtEnd ? nil : try key.bits("the public key", tag: 0x81)
            try key.expectEnd("a private key")
            guard version.elementsEqual(publicKey == nil ? [] : [1]) else {
                throw MalformedBytes("the version of a key does not fit its parts")
            }
            guard seed.count == Ed25519.seedLength else { throw MalformedBytes("an Ed25519 seed has 32 bytes") }
            return (seed, publicKey)
        }
        return try pair(seed, publicKey)
    }

    private static func pair(
        _ seed: ArraySlice<UInt8>, _ publicKey: ArraySlice<UInt8>?
    ) throws(Refusal) -> Ed25519.SigningKey {
        let key = Ed25519.SigningKey(seed: SecretBytes(copying: seed))
        if let publicKey, !publicKey.elementsEqual(key.publicKey) {
            throw .malformed(MalformedBytes("the public key beside the private one is not its own"))
        }
        return key
    }

    private static func wellFormed<Value>(_ body: () throws(MalformedBytes) -> Value) throws(Refusal) -> Value {
        do throws(MalformedBytes) { return try body() } catch { throw .malformed(error) }
    }
}
