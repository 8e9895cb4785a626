internal import ContentAddressing
internal import Core
internal import Primitives

/// A public key as names and records carry it: a message of its kind and its bytes.
enum PublicKey: Equatable {
    case ed25519([UInt8])
    case rsa(RSA.PublicKey)
    case secp256k1(Secp256k1.PublicKey)
    /// A kind that the specification knows and nobody publishes with; not verified here, and its content not looked at.
    case ecdsa

    /// The numbers of the kinds in the message.
    enum Kind: UInt64 {
        case rsa = 0
        case ed25519 = 1
        case secp256k1 = 2
        case ecdsa = 3
    }

    /// The longest message that a name holds itself; the names of longer ones hold their SHA-256.
    private static let inlineBytes = 42

    /// Refuses every form but the one that libp2p writes: kind, then content, and nothing else.
    ///
    /// A key in two forms would have two names.
    init(message: [UInt8]) throws(MalformedBytes) {
        let (kind, content) = try Self.parts(of: message, "a key")
        switch kind {
        case .ed25519:
            guard content.count == Ed25519.publicKeyLength else { throw MalformedBytes("an Ed25519 key has 32 bytes") }
            self = .ed25519(Array(content))
        case .rsa: self = .rsa(try RSA.PublicKey(encoded: Array(content)))
        case .secp256k1: self = .secp256k1(try Secp256k1.PublicKey(compressed: Array(content)))
        case .ecdsa: self = .ecdsa
        }
    }

    /// Kind and content of a message of a key, public or private.
    static func parts(
        of message: [UInt8], _ what: String
    ) throws(MalformedBytes) -> (kind: Kind, content: ArraySlice<UInt8>) {
        var reader = FieldReader(message)
        guard let (kindField, kind) = try reader.next(), kindField == 1, case .number(let number) = kind,
            let (contentField, content) = try reader.next(), contentField == 2, case .bytes(let bytes) = content
        else { throw MalformedBytes("\(what) does not consist of a kind and a content") }
        guard try reader.next() == nil else { throw MalformedBytes("\(what) has more than a kind and a content") }
        guard let kind = Kind(rawValue: number) else { throw MalformedBytes("there is no key of kind \(number)") }
        return (kind, bytes)
    }

    /// The message around an Ed25519 key.
    static func message(ed25519 key: [UInt8]) -> [UInt8] {
        var writer = FieldWriter()
        writer.number(1, Kind.ed25519.rawValue)
        writer.bytes(2, key)
        return writer.bytes
    }

    /// What a name made of a key's message consists of.
    static func multihash(ofMessage message: [UInt8]) -> Multihash? {
        if message.count > inlineBytes { return Multihash(SHA256.digest(of: message)) }
        return try? Multihash(code: Multihash.identity, digest: message)
    }

    var kind: Kind {
        switch self {
        case .ed25519: .ed25519
        case .rsa: .rsa
        case .secp256k1: .secp256k1
        case .ecdsa: .ecdsa
        }
    }

    /// How long every signature of the key's holder is; nil when that differs from one to the next.
    var signatureLength: Int? {
        switch self {
        case .ed25519: Ed25519.signatureLength
        case .rsa(let key): key.signatureLength
        case .secp256k1, .ecdsa: nil
        }
    }

    /// Whether `signature` is the holder's over exactly `message`; never, for a kind that is not verified here.
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch self {
        case .ed25519(let key): Ed25519.verify(signature, of: message, publicKey: key)
        case .rsa(let key): key.verifies(signature, of: message)
        case .secp256k1(let key): key.verifies(signature, of: message)
        case .ecdsa: false
        }
    }
}

extension PublicKey.Kind: CustomStringConvertible {
    var description: String {
        switch self {
        case .rsa: "RSA"
        case .ed25519: "Ed25519"
        case .secp256k1: "secp256k1"
        case .ecdsa: "ECDSA"
        }
    }
}
