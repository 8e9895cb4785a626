package import Core
package import Primitives

/// The key pair that a test login gives an email address, always the same one.
package struct TestKeyPair {
    package let privateKey: [UInt8]
    package let publicKey: [UInt8]

    package init(email: String) throws(PrimitiveError) {
        let digest = SHA256.digest(of: Array("cipherbox-test-keypair:\(email)".utf8))
        privateKey = Self.scalar(digest)
        publicKey = try Secp256k1.publicKey(of: SecretBytes(copying: privateKey))
    }

    /// (digest mod (n − 1)) + 1 with n the order of the curve: n − 1 exceeds half of 2²⁵⁶, so one subtraction reduces.
    package static func scalar(_ digest: Digest) -> [UInt8] {
        let bound = Digest(
            words: (0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffe, 0xbaae_dce6_af48_a03b, 0xbfd2_5e8c_d036_4140))
        let reduced = digest < bound ? digest : subtract(bound, from: digest)
        var bytes = reduced.bytes
        for index in bytes.indices.reversed() {
            bytes[index] &+= 1
            if bytes[index] != 0 { break }
        }
        return bytes
    }

    private static func subtract(_ small: Digest, from large: Digest) -> Digest {
        var bytes = large.bytes
        var borrow = 0
        for (index, byte) in small.bytes.enumerated().reversed() {
            let difference = Int(bytes[index]) - Int(byte) - borrow
            bytes[index] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        return Digest(bytes)
    }
}
