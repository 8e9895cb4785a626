internal import CCrypto
package import Core

/// SHA-256, in one call or piece by piece.
///
/// It calls libcrypto's block code directly: no heap context, no fetch, so a digest of 64 bytes costs about what its
/// compression costs, and the processor's SHA instructions do the rest. A value: copying it forks the computation.
package struct SHA256: Sendable, BitwiseCopyable {
    package static let length = 32

    var context = SHA256_CTX()

    package init() { unsafe SHA256_Init(&context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        unsafe SHA256_Update(&context, base, bytes.count)
    }

    package mutating func update(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }
    package mutating func update(_ bytes: ArraySlice<UInt8>) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }

    /// The digest of all that came so far; the computation can go on.
    package func finish() -> Digest {
        var copy = self
        return copy.end()
    }

    /// Ends the computation in place.
    mutating func end() -> Digest {
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.length, alignment: 8) { output in
            unsafe end(into: output)
            return unsafe Digest(output)
        }
    }

    mutating func end(into output: UnsafeMutableRawBufferPointer) {
        precondition(output.count >= Self.length, "a digest has 32 bytes")
        unsafe SHA256_Final(output.assumingMemoryBound(to: UInt8.self).baseAddress, &context)
    }

    package static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var hash = SHA256()
        unsafe hash.update(bytes)
        return hash.end()
    }

    package static func digest(of bytes: [UInt8]) -> Digest {
        unsafe bytes.withUnsafeBytes { unsafe digest(of: $0) }
    }

    package static func digest(of bytes: ArraySlice<UInt8>) -> Digest {
        unsafe bytes.withUnsafeBytes { unsafe digest(of: $0) }
    }
}
