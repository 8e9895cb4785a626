import Core
import Primitives
import Testing

@Suite struct Secp256k1VerifyingTests {
    struct Vector: Sendable {
        let publicKey: String
        let message: String
        let signature: String
    }

    /// Made with another implementation, for the private keys 1, 2, one in between, and the last one there is.
    static let vectors = [
        Vector(
            publicKey: "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            message: "",
            signature:
                "3044022051d5c4fe985586ef2494c2b902d1cd022ac8d84bd9379fb5e5743c71e3c3e24102201022fb337e6a60a3"
                + "ff078219badfa353b3aac5966cfc36fe7b9491a91cae0dd9"),
        Vector(
            publicKey: "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
            message: "68656c6c6f",
            signature:
                "3045022070116e97effa44d222924b1a2979679320b3cab7fec62f394f1e01b20e8f4495022100e87c915a757153"
                + "dad13bd723d2bb3191df0255986d067c489a5be637eca4ae35"),
        Vector(
            publicKey: "032c8c31fc9f990c6b55e3865a184a4ce50e09481f2eaeb3e60ec1cea13a6ae645",
            message: "69706e732d7369676e61747572653a",
            signature:
                "304502210099bc087e4be587b618e36a53b480344f6320c75a0b60aceb5787c2c946a01a7e022075c353dcaab3cc"
                + "884d09928bbe91f3139a55b385c6b091747c7b7a0bf1338e9c"),
        Vector(
            publicKey: "0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            message: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d"
                + "2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b"
                + "5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283848586878889"
                + "8a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7"
                + "b8b9babbbcbdbebfc0c1c2c3c4c5c6c7",
            signature:
                "3044022019cb02e3b546bee30e66caa913d0216b57fdfd6cf989160d0ea3866a49b30717022031ddf73b95784cdd"
                + "9e4dc11c9ce5ad5dea407ffba58ccaeee2adb5f51948ce4d"),
    ]

    @Test("a signature that others made verifies under its key", arguments: vectors)
    func known(vector: Vector) throws {
        let key = try Secp256k1.PublicKey(compressed: hex(vector.publicKey))
        #expect(key.verifies(hex(vector.signature), of: hex(vector.message)))
        #expect(!key.verifies(hex(vector.signature), of: hex(vector.message) + [0]))
        let other = try Secp256k1.PublicKey(compressed: [key.compressed[0] ^ 1] + key.compressed.dropFirst())
        #expect(!other.verifies(hex(vector.signature), of: hex(vector.message)))
    }

    @Test("no bit of a signature can change, none of its end be missing, and nothing stand behind it")
    func damage() throws {
        let vector = Self.vectors[2]
        let key = try Secp256k1.PublicKey(compressed: hex(vector.publicKey))
        let (signature, message) = (hex(vector.signature), hex(vector.message))
        for bit in 0..<signature.count * 8 {
            var damaged = signature
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifies(damaged, of: message), "bit \(bit)")
        }
        for count in signature.indices { #expect(!key.verifies(Array(signature[..<count]), of: message)) }
        #expect(!key.verifies(signature + [0], of: message))
    }

    @Test("a signature in another form than DER is refused")
    func forms() throws {
        let vector = Self.vectors[0]
        let key = try Secp256k1.PublicKey(compressed: hex(vector.publicKey))
        let signature = hex(vector.signature)
        try #require(signature.count == 70 && signature[3] == 32)
        // The same two numbers: the first with a zero before it, the length in two bytes, and without any frame.
        let (first, second) = (Array(signature[4..<36]), Array(signature[38...]))
        #expect(!key.verifies([0x30, 69, 2, 33, 0] + first + [2, 32] + second, of: []))
        #expect(!key.verifies([0x30, 0x81] + signature.dropFirst(), of: []))
        #expect(!key.verifies(first + second, of: []))
        #expect(key.verifies([0x30, 68, 2, 32] + first + [2, 32] + second, of: []))
    }

    @Test(
        "what is no compressed point of the curve is no key",
        arguments: [
            "", "02", "00" + String(repeating: "00", count: 32),
            // The generator with another first byte, in the long form, and cut.
            "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
            "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f817",
            // No point has this first coordinate, and this one lies beyond the field.
            "02" + String(repeating: "00", count: 31) + "05",
            "02" + String(repeating: "ff", count: 32),
        ])
    func refusals(text: String) {
        #expect(throws: MalformedBytes.self) { try Secp256k1.PublicKey(compressed: hex(text)) }
    }
}
