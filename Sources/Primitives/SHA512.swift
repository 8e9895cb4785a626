internal import CCrypto

/// SHA-512, piece by piece, through libcrypto's block code like `SHA256`.
///
/// A value: copying it forks the computation.
package struct SHA512: Sendable {
    package static let length = 64

    private var context = SHA512_CTX()

    package init() { unsafe SHA512_Init(&context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        unsafe SHA512_Update(&context, base, bytes.count)
    }

    /// The digest of all that came so far; the computation can go on.
    package func finish() -> [UInt8] {
        var copy = context
        return unsafe [UInt8](unsafeUninitializedCapacity: Self.length) { output, count in
            unsafe SHA512_Final(output.baseAddress, &copy)
            count = Self.length
        }
    }
}
