package import Core
internal import Primitives

/// A multihash under way, for content that comes in pieces.
///
/// A value: copying it forks the computation. Nothing is kept of the content, but by the identity function, which holds
/// what a digest may have and no more.
package struct RunningHash: Sendable {
    package let function: HashFunction
    private var state: State

    private enum State: Sendable {
        case identity([UInt8])
        case sha1(SHA1)
        case sha256(SHA256)
        case sha512(SHA512)
        case blake2b(BLAKE2b)
    }

    package init(_ function: HashFunction) {
        self.function = function
        state =
            switch function {
            case .identity: .identity([])
            case .sha1: .sha1(SHA1())
            case .sha256, .doubleSHA256: .sha256(SHA256())
            case .sha512: .sha512(SHA512())
            case .blake2b(let length): .blake2b(BLAKE2b(length: length))
            }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .identity(var content):
            // One byte more than a digest may have is enough to be refused at the end.
            unsafe content.append(contentsOf: bytes.prefix(Multihash.longest + 1 - content.count))
            state = .identity(content)
        case .sha1(var hash):
            unsafe hash.update(bytes)
            state = .sha1(hash)
        case .sha256(var hash):
            unsafe hash.update(bytes)
            state = .sha256(hash)
        case .sha512(var hash):
            unsafe hash.update(bytes)
            state = .sha512(hash)
        case .blake2b(var hash):
            unsafe hash.update(bytes)
            state = .blake2b(hash)
        }
    }

    package mutating func update(_ bytes: ArraySlice<UInt8>) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }
    package mutating func update(_ bytes: [UInt8]) { update(bytes[...]) }

    /// The multihash of all that came so far; the identity refuses more than a digest may have.
    package func finish() throws(MalformedBytes) -> Multihash {
        try Multihash(code: function.code, digest: digest)
    }

    private var digest: [UInt8] {
        switch state {
        case .identity(let content): content
        case .sha1(let hash): hash.finish()
        case .sha256(let hash):
            function == .doubleSHA256 ? SHA256.digest(of: hash.finish().bytes).bytes : hash.finish().bytes
        case .sha512(let hash): hash.finish()
        case .blake2b(let hash): hash.finish()
        }
    }
}
