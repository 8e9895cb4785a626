internal import CSodium

/// Argon2id (RFC 9106) with one lane: from a passphrase to a key, made costly for whoever guesses.
package enum Argon2id {
    package static let saltLength = 16

    /// What one derivation costs.
    package struct Cost: Sendable, Hashable {
        package let memoryKiB: UInt32
        package let passes: UInt32

        package init(memoryKiB: UInt32, passes: UInt32) {
            self.memoryKiB = memoryKiB
            self.passes = passes
        }

        /// 64 MiB and three passes: the second recommendation of RFC 9106, about a tenth of a second.
        package static let standard = Cost(memoryKiB: 64 * 1024, passes: 3)
        /// The most that a file may ask for: 1 GiB, 16 passes; beyond it a damaged header would stall the reader.
        package static let limit = Cost(memoryKiB: 1024 * 1024, passes: 16)
    }

    /// `count` bytes from a passphrase; takes the cost's time and memory on the calling thread.
    package static func derive(
        _ passphrase: SecretBytes, salt: [UInt8], cost: Cost = .standard, count: Int = 32
    ) throws(PrimitiveError) -> SecretBytes {
        guard salt.count == saltLength else { throw .badParameters("a salt has \(saltLength) bytes") }
        guard cost.memoryKiB >= 8, cost.memoryKiB <= Cost.limit.memoryKiB else { throw .badParameters("memory") }
        guard cost.passes >= 1, cost.passes <= Cost.limit.passes else { throw .badParameters("passes") }
        guard count >= 16, count <= 1024 else { throw .badParameters("length of the key") }
        return unsafe try SecretBytes(count: count) { (output) throws(PrimitiveError) in
            let result = unsafe passphrase.withBytes { passphrase in
                unsafe crypto_pwhash(
                    output.byteAddress, UInt64(count),
                    UnsafeRawPointer(passphrase.byteAddress).assumingMemoryBound(to: CChar.self),
                    UInt64(passphrase.count), salt,
                    UInt64(cost.passes), Int(cost.memoryKiB) * 1024, crypto_pwhash_alg_argon2id13())
            }
            guard result == 0 else { throw .outOfMemory }
        }
    }
}
