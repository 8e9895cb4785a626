internal import CSodium

/// BLAKE2b without a key, with a digest of a length chosen before, piece by piece.
///
/// Digests of two lengths have nothing in common: a shorter one is not a part of a longer one. A value: copying it forks
/// the computation.
package struct BLAKE2b: Sendable {
    /// What RFC 7693 allows.
    package static let lengths = 1...64

    /// The bytes of the digest.
    package let length: Int
    private var words = blake2b_words()

    package init(length: Int) {
        precondition(Self.lengths.contains(length), "BLAKE2b gives 1 to 64 bytes")
        Sodium.prepare()
        self.length = length
        unsafe withState { state in unsafe crypto_generichash_blake2b_init(state, nil, 0, length) }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        unsafe withState { state in
            unsafe crypto_generichash_blake2b_update(state, bytes.byteAddress, UInt64(bytes.count))
        }
    }

    /// The digest of all that came so far; the computation can go on.
    package func finish() -> [UInt8] {
        var copy = self
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
            unsafe copy.withState { state in
                unsafe crypto_generichash_blake2b_final(
                    state, UnsafeMutableRawBufferPointer(output).byteAddress, length)
            }
            count = length
        }
    }

    /// Runs a step on a copy of the state that lies as the library asks, at a multiple of 64; copying it costs less than
    /// hashing one block.
    private mutating func withState(_ step: (OpaquePointer) -> Int32) {
        unsafe withUnsafeTemporaryAllocation(byteCount: MemoryLayout<blake2b_words>.size, alignment: 64) { memory in
            unsafe memory.storeBytes(of: words, as: blake2b_words.self)
            let result = unsafe step(OpaquePointer(memory.byteAddress))
            precondition(result == 0, "BLAKE2b refuses no input")
            unsafe words = memory.load(as: blake2b_words.self)
        }
    }
}
