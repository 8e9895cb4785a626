import Core
import Primitives
import Testing

@Suite struct RSATests {
    /// Made with another implementation: a key of 2048 bits, and its signatures over "hello".
    static let encoded =
        "30820122300d06092a864886f70d01010105000382010f003082010a0282010100af16ca8be2b8f7cd1eaf423f76"
        + "2af74bd23468851396973016d1cc82b359d9fc2f6a6436d65ea97ef10038d162cc39a8212e2926e9100247c1c2b4"
        + "f87a24a621601c36b3f293fd45f5a977cc952ea547d510ba8a4552b65ba5119e9c8f3b68f77c733ea177a762e5a0"
        + "fd06656fcfac8bd293189411a0a7fb0321f8b43a43cf7a7722a62ab391d5933b47997a927db3720bfac37c1696f0"
        + "bca4adf00b0cedf0d99605b537b63f10eacb8ebf26ef94a69af5147e3871380ba3613f15d78f7eadc2b7c6e0fa10"
        + "12a3970c34f3040d9b8f9be6c7f9809e47a4d5286be61e1be8e62a3424fec216e3f1bbc501dafbaa5cf94a8307e1"
        + "04642989214ad6f80f6a96a9ff0203010001"
    static let signature =
        "9930edd3ee5a74db02dd640694c2fa878a57372a560faa8afadb80841cf57f6e38bc9f40a132ec5aa323ce0294a6"
        + "6df562b564d2db89cf4774a91358991d83508c94c8b21e4827f59f0a3f91213113eb83fc206625da991ad6c30520"
        + "049f4d1ed94e2422dfcc786af79f114244993209c3b73037876dffb63f84048a51eab8e6095c64fe5ee55111d643"
        + "cc23b0cbaa39a4dbf343711ad31ea2afa14a2a1359e84e44ad6d031bb1c726a8fc245847f890115ed09a8f490ccd"
        + "b5bd4f1a69486b598dc300ef761213c4d8c438926111fb403ca63d41ca86aab9362871987a9b0e83ec3bf1204c53"
        + "3252ef2f1cb9b8e8a663bd885f1892a11d729b2d243f2a4ec838"
    /// With the other padding, and over another hash.
    static let otherSignatures = [
        "3d96115801fbfe8aa6db0684d2d3132e16f1dc90cae621b4a287a7f23f97ac32025231a4f0b7bcde9da46486494f"
            + "7d23fd17f199d210f579e7eac6beb0b516aabc5c75da91638ec7bf91c9747a46b315a4af1e8fe86c5a0a64fd9f55"
            + "52b88fa5b57cc55c41f9219220202cd9158ccb4a3b54d765dbf0c2c7557b85eb99f17045986e84d4f65f719dc696"
            + "eb8a467a3e0f6d0a41199304bb90e6ddf8c609e51c2fc3cdc599ce3734a8e95303113586aea443074ec6f3ee26aa"
            + "be42ae616a79f70c20b9c85ff2554807f4092a3da33fc1ae6adf490563ddfbf63d43e9e9f4da3c9fcecb51f42b8a"
            + "581a29e3a5a227df30113aadc63940a48c8b210ebc6d2e572b33",
        "3b907f7963fe8e65f950f5853cc2f8f6799ecc2127687513f8978be459e851c280bb4fd53f7d3bea8be76db56fd7"
            + "e6a0e8a1d9a6339a0094b870c86d5c50ee6d7596ee87d5920eb06531b0111b8046775eca9f09204c12e5bd6d1420"
            + "a144c5c22d106b3fb555c6cae2c711593996c92573a53e0b6453e0caa1f3e0f7b75c93f1000789876bd61fa7400f"
            + "d5a937e3671a29a3046097a43c084a338eb64b5a11fc15b274d82f74156c502ac4caab8152e9992cbb9a2520c446"
            + "ba385705b101038e4a368bd781a4e0aa751edad0bb1bfad75f70503df91a9a0cdc251d14b76bcbda53a0d7ab5d6e"
            + "329542b4b818440ff336d3755c209f078e2e188afbcb6d68bf89",
    ]
    static let message = Array("hello".utf8)

    /// A key in DER of any two numbers.
    static func key(modulus: [UInt8], exponent: [UInt8] = [1, 0, 1]) -> [UInt8] {
        func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
            switch content.count {
            case ..<0x80: [tag, UInt8(content.count)] + content
            case ..<0x100: [tag, 0x81, UInt8(content.count)] + content
            default: [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
            }
        }
        func number(_ bytes: [UInt8]) -> [UInt8] { value(0x02, (bytes.first ?? 0 >= 0x80 ? [0] : []) + bytes) }
        let algorithm = hex("300d06092a864886f70d0101010500")
        return value(
            0x30, algorithm + value(0x03, [0] + value(0x30, number(modulus) + number(exponent))))
    }

    /// An odd number of so many bits.
    static func modulus(bits: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (bits + 7) / 8)
        bytes[0] = 1 << UInt8((bits - 1) % 8)
        bytes[bytes.count - 1] |= 1
        return bytes
    }

    @Test("a signature that others made verifies, over its message alone")
    func known() throws {
        let key = try RSA.PublicKey(encoded: hex(Self.encoded))
        #expect(key.bitCount == 2048 && key.signatureLength == 256)
        #expect(key.verifies(hex(Self.signature), of: Self.message))
        #expect(!key.verifies(hex(Self.signature), of: Self.message + [0]))
        #expect(!key.verifies(hex(Self.signature), of: []))
        for other in Self.otherSignatures { #expect(!key.verifies(hex(other), of: Self.message)) }
    }

    @Test("no bit of a signature can change, and no other length is one")
    func damage() throws {
        let key = try RSA.PublicKey(encoded: hex(Self.encoded))
        let signature = hex(Self.signature)
        for bit in 0..<signature.count * 8 {
            var damaged = signature
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifies(damaged, of: Self.message), "bit \(bit)")
        }
        for other in [[], Array(signature.dropLast()), signature + [0], [0] + signature] {
            #expect(!key.verifies(other, of: Self.message))
        }
    }

    @Test(
        "keys of 2048 to 8192 bits are taken, shorter and longer ones are not",
        arguments: [1024, 2047, 2048, 8192, 8193])
    func lengths(bits: Int) throws {
        let encoded = Self.key(modulus: Self.modulus(bits: bits))
        if (2048...8192).contains(bits) {
            #expect(try RSA.PublicKey(encoded: encoded).bitCount == bits)
        } else {
            let refusal = #expect(throws: MalformedBytes.self) { try RSA.PublicKey(encoded: encoded) }
            #expect(refusal?.what.contains("\(bits) bits") == true)
        }
    }

    @Test(
        "numbers that no key has are refused",
        arguments: [[], [0], [1], [2], [1, 0, 0], [1, 0, 0, 0, 1]] as [[UInt8]])
    func exponents(exponent: [UInt8]) {
        #expect(throws: MalformedBytes.self) {
            try RSA.PublicKey(encoded: Self.key(modulus: Self.modulus(bits: 2048), exponent: exponent))
        }
        #expect(throws: Never.self) {
            try RSA.PublicKey(encoded: Self.key(modulus: Self.modulus(bits: 2048), exponent: [3]))
        }
        var even = Self.modulus(bits: 2048)
        even[255] = 0
        #expect(throws: MalformedBytes.self) { try RSA.PublicKey(encoded: Self.key(modulus: even)) }
    }

    @Test("a key has one form: each change of a byte of its frame is refused")
    func frame() throws {
        let encoded = hex(Self.encoded)
        // All before the modulus; then the head of the exponent.
        for place in Array(0..<32) + [289, 290] {
            for value in UInt8.min ... .max where value != encoded[place] {
                var changed = encoded
                changed[place] = value
                #expect(throws: MalformedBytes.self, "byte \(place) as \(value)") {
                    try RSA.PublicKey(encoded: changed)
                }
            }
        }
        for count in encoded.indices {
            #expect(throws: MalformedBytes.self) { try RSA.PublicKey(encoded: Array(encoded[..<count])) }
        }
        #expect(throws: MalformedBytes.self) { try RSA.PublicKey(encoded: encoded + [0]) }
    }
}
