internal import CCrypto

/// SHA-1, piece by piece: to check what others named by it, never to name anything new.
///
/// Collisions can be made. A value: copying it forks the computation.
package struct SHA1: Sendable, BitwiseCopyable {
    package static let length = 20

    private var context = SHA_CTX()

    package init() { unsafe SHA1_Init(&context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        unsafe SHA1_Update(&context, base, bytes.count)
    }

    /// The digest of all that came so far; the computation can go on.
    package func finish() -> [UInt8] {
        var copy = context
        return unsafe [UInt8](unsafeUninitializedCapacity: Self.length) { output, count in
            unsafe SHA1_Final(output.baseAddress, &copy)
            count = Self.length
        }
    }
}
