package import Core

/// A hash function that digests can be computed with here, under its number and name of the multicodec table.
package enum HashFunction: Hashable, Sendable {
    /// No function: the content itself stands for its digest.
    case identity
    case sha1
    case sha256
    case sha512
    /// SHA-256 of a SHA-256, as Bitcoin names blocks.
    case doubleSHA256
    /// BLAKE2b with a digest of so many bytes, in `blake2bLengths`.
    case blake2b(length: Int)

    /// Lengths of digests that may name content; below 20 bytes collisions are within reach.
    package static let blake2bLengths = Multihash.shortest...64

    /// BLAKE2b has a number for each length in bytes, from the one behind this on.
    private static let blake2bBase: UInt64 = 0xb200

    package var code: UInt64 {
        switch self {
        case .identity: 0x00
        case .sha1: 0x11
        case .sha256: 0x12
        case .sha512: 0x13
        case .doubleSHA256: 0x56
        case .blake2b(let length): Self.blake2bBase + UInt64(length)
        }
    }

    /// The function with a number; nil when digests cannot be computed with it here.
    package init?(code: UInt64) {
        switch code {
        case 0x00: self = .identity
        case 0x11: self = .sha1
        case 0x12: self = .sha256
        case 0x13: self = .sha512
        case 0x56: self = .doubleSHA256
        case Self.blake2bBase...Self.blake2bBase + 64:
            let length = Int(code - Self.blake2bBase)
            guard Self.blake2bLengths.contains(length) else { return nil }
            self = .blake2b(length: length)
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .identity: "identity"
        case .sha1: "sha1"
        case .sha256: "sha2-256"
        case .sha512: "sha2-512"
        case .doubleSHA256: "dbl-sha2-256"
        case .blake2b(let length): "blake2b-\(length * 8)"
        }
    }

    /// Every function, for messages and for finding one by its name.
    package static let all: [HashFunction] =
        [.identity, .sha1, .sha256, .sha512, .doubleSHA256] + blake2bLengths.map { .blake2b(length: $0) }

    /// The function that the multicodec table calls so, such as `sha2-256` or `blake2b-256`; nil when it is not here.
    package init?(named name: String) {
        guard let function = Self.all.first(where: { $0.name == name }) else { return nil }
        self = function
    }

    /// The bytes of a whole digest; the identity has as many as its content.
    package var digestLength: Int? {
        switch self {
        case .identity: nil
        case .sha1: 20
        case .sha256, .doubleSHA256: 32
        case .sha512: 64
        case .blake2b(let length): length
        }
    }
}

extension HashFunction {
    /// The multihash of `bytes`, read where they lie; the identity refuses more than a digest may have.
    package func hash(of bytes: UnsafeRawBufferPointer) throws(MalformedBytes) -> Multihash {
        var running = RunningHash(self)
        unsafe running.update(bytes)
        return try running.finish()
    }

    package func hash(of bytes: [UInt8]) throws(MalformedBytes) -> Multihash { try hash(of: bytes[...]) }

    package func hash(of bytes: ArraySlice<UInt8>) throws(MalformedBytes) -> Multihash {
        var running = RunningHash(self)
        running.update(bytes)
        return try running.finish()
    }
}
