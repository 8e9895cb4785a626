internal import ContentAddressing
internal import Core
internal import Primitives

/// A public key as names and records carry it: a message of its kind and its bytes.
enum PublicKey: Equatable {
    case ed25519([UInt8])
    /// A kind that others publish with and that is not verified here.
    case other(kind: String)

    /// The longest message that a name holds itself; the names of longer ones hold their SHA-256.
    private static let inlineBytes = 42

    init(message: [UInt8]) throws(MalformedBytes) {
        var reader = FieldReader(message)
        var kind: UInt64?
        var data: [UInt8]?
        while let (field, value) = try reader.next() {
            switch field {
            case 1 where kind == nil: kind = try value.number("the kind of a key")
            case 2 where data == nil: data = try value.bytes("a key")
            default: throw MalformedBytes("a key has the field \(field) too often")
            }
        }
        guard let kind, let data else { throw MalformedBytes("a key has no kind or no content") }
        switch kind {
        case 0: self = .other(kind: "RSA")
        case 1:
            guard data.count == Ed25519.publicKeyLength else { throw MalformedBytes("an Ed25519 key has 32 bytes") }
            self = .ed25519(data)
        case 2: self = .other(kind: "secp256k1")
        case 3: self = .other(kind: "ECDSA")
        default: throw MalformedBytes("there is no key of kind \(kind)")
        }
    }

    /// The message around an Ed25519 key.
    static func message(ed25519 key: [UInt8]) -> [UInt8] {
        var writer = FieldWriter()
        writer.number(1, 1)
        writer.bytes(2, key)
        return writer.bytes
    }

    /// What a name made of a key's message consists of.
    static func multihash(ofMessage message: [UInt8]) -> Multihash? {
        if message.count > inlineBytes { return Multihash(SHA256.digest(of: message)) }
        return try? Multihash(code: Multihash.identity, digest: message)
    }
}
