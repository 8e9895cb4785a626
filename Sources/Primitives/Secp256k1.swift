/// The curve secp256k1 (SEC 2): key pairs, and what two of them share.
package enum Secp256k1 {
    package static let privateKeyLength = 32
    /// Uncompressed: 04, then both coordinates.
    package static let publicKeyLength = 65

    /// A new private key: a random number in 1 … order − 1, which all but one in 2¹²⁷ numbers of 256 bits are.
    package static func makePrivateKey() -> SecretBytes {
        while true {
            let key = SecretBytes(random: privateKeyLength)
            if (try? CurveScalar(key)) != nil { return key }
        }
    }

    /// The public key of a private one; throws `.badParameters` unless the number lies in 1 … order − 1.
    package static func publicKey(of privateKey: SecretBytes) throws(PrimitiveError) -> [UInt8] {
        try CurveScalar(privateKey).product(with: nil).copy()
    }

    /// The point that the holders of two key pairs come to, each from the other's public key: uncompressed, 65 bytes.
    ///
    /// Throws `.badParameters` for what is no public key in its uncompressed form: another length or first byte, a
    /// coordinate beyond the field, a point beside the curve. The curve has no small subgroup to fall into.
    package static func sharedPoint(
        _ privateKey: SecretBytes, with publicKey: [UInt8]
    ) throws(PrimitiveError) -> SecretBytes {
        try CurveScalar(privateKey).product(with: publicKey)
    }
}
