package import Core

extension Secp256k1 {
    /// A public key in its short form: 02 or 03 for the sign of the second coordinate, then the first one.
    package struct PublicKey: Sendable, Equatable {
        package static let length = 33
        /// What stands before the short form in DER: the algorithm, the curve, and the head of a string of 33 bytes.
        private static let head: [UInt8] = [
            0x30, 0x36, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
            0x00, 0x0a, 0x03, 0x22, 0x00,
        ]

        package let compressed: [UInt8]

        /// Refuses every other form, and what is no point of the curve.
        package init(compressed: [UInt8]) throws(MalformedBytes) {
            guard compressed.count == Self.length, [2, 3].contains(compressed[0]) else {
                throw MalformedBytes("a secp256k1 key has 33 bytes, the first of them 2 or 3")
            }
            guard VerifyingKey("EC", encoded: Self.head + compressed) != nil else {
                throw MalformedBytes("a secp256k1 key is no point of the curve")
            }
            self.compressed = compressed
        }

        /// Whether `signature`, two numbers in DER, is the holder's over the SHA-256 of exactly `message`.
        ///
        /// Both of the two signatures that belong together count, as they do for most implementations.
        package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            VerifyingKey("EC", encoded: Self.head + compressed)?.verifies(signature, of: message) ?? false
        }
    }
}
