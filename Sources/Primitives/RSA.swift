package import Core

/// RSA (RFC 8017), as far as checking of signatures goes.
package enum RSA {
    /// A public key in the form in which certificates and libp2p carry it.
    package struct PublicKey: Sendable, Equatable {
        /// What signers use, and what still is safe to believe: shorter keys can be broken, longer ones only cost time.
        package static let bitCounts = 2048...8192
        /// Exponents are small, in practice 65537; one as long as the modulus would make each check a thousand times
        /// dearer.
        private static let exponentBytes = 4
        /// 1.2.840.113549.1.1.1.
        package static let algorithm: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]

        /// `SubjectPublicKeyInfo` in DER.
        package let encoded: [UInt8]
        package let bitCount: Int

        /// The length of every signature the key's holder makes.
        package var signatureLength: Int { (bitCount + 7) / 8 }

        /// Refuses anything but DER, and lengths and exponents that nobody should use.
        package init(encoded: [UInt8]) throws(MalformedBytes) {
            var outer = DERReader(encoded[...])
            var info = try outer.inside(DERReader.Tag.sequence, "an RSA key")
            try outer.expectEnd("an RSA key")
            var algorithm = try info.inside(DERReader.Tag.sequence, "the algorithm of a key")
            guard try algorithm.content(DERReader.Tag.objectIdentifier, "an algorithm").elementsEqual(Self.algorithm),
                try algorithm.content(DERReader.Tag.null, "the parameter of RSA").isEmpty, algorithm.isAtEnd
            else { throw MalformedBytes("the algorithm of a key is not RSA") }
            var content = DERReader(try info.bits("the content of an RSA key"))
            try info.expectEnd("the content of an RSA key")
            var numbers = try content.inside(DERReader.Tag.sequence, "the numbers of an RSA key")
            try content.expectEnd("the numbers of an RSA key")
            let modulus = try numbers.number("an RSA modulus")
            let exponent = try numbers.number("an RSA exponent")
            try numbers.expectEnd("an RSA exponent")
            bitCount = 8 * modulus.count - (modulus.first?.leadingZeroBitCount ?? 0)
            guard Self.bitCounts.contains(bitCount) else {
                throw MalformedBytes(
                    "an RSA key has \(bitCount) bits, not \(Self.bitCounts.lowerBound) to \(Self.bitCounts.upperBound)")
            }
            guard let last = exponent.last, last & 1 == 1, exponent.count > 1 || last > 1,
                exponent.count <= Self.exponentBytes, modulus.last.map({ $0 & 1 }) == 1
            else { throw MalformedBytes("an RSA key has numbers that no key has") }
            self.encoded = encoded
        }

        /// Whether `signature` is the holder's over the SHA-256 of exactly `message`, in the form of PKCS #1 version
        /// 1.5.
        package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            VerifyingKey("RSA", encoded: encoded)?.verifies(signature, of: message) ?? false
        }
    }
}
