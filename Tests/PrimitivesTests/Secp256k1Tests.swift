import Core
import Primitives
import Testing

@Suite struct Secp256k1Tests {
    /// Private keys with the public keys that CipherBox's own code and an independent implementation give for them.
    static let pairs = [
        (
            "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
            "042c8c31fc9f990c6b55e3865a184a4ce50e09481f2eaeb3e60ec1cea13a6ae64564b95e4fdb6948c0386e189b006a29"
                + "f686769b011704275e4459822dc3328085"
        ),
        (
            "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
            "048318535b54105d4a7aae60c08fc45f9687181b4fdfc625bd1a753fa7397fed753547f11ca8696646f2f3acb08e3101"
                + "6afac23e630c5d11f59f61fef57b0d2aa5"
        ),
        (
            "4f3edf983ac636a65a842ce7c78d9aa706d3b113bce9c46f30d7d21715b23b1d",
            "04e68acfc0253a10620dff706b0a1b1f1f5833ea3beb3bde2250d5f271f3563606672ebc45e0b7ea2e816ecb70ca0313"
                + "7b1c9476eec63d4632e990020b7b6fba39"
        ),
        (
            "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
            "0484bf7562262bbd6940085748f3be6afa52ae317155181ece31b66351ccffa4b08cc43d63b2859d469fee15f31c9edb"
                + "5324266e6fd0407e87382d60fc4511acd8"
        ),
        (
            "78cfe3d0cf830ee06c07722882269d64cb04a2e0eaf010e70faa6464081e322c",
            "04ac9c0d7134e189ae971cba02016290141a06b2592a64b3111a7d776f4a4fd08b391b3db5c400d1274d42f40e3b0e81"
                + "e6c31dd308232abf81c33897c9b5f786a6"
        ),
    ]

    @Test("a private key has the public key that others compute for it", arguments: pairs)
    func publicKeys(pair: (privateKey: String, publicKey: String)) throws {
        #expect(try Secp256k1.publicKey(of: hex(pair.privateKey)) == hex(pair.publicKey))
    }

    @Test("the first and the last private key there are have public keys: the generator and its negative")
    func bounds() throws {
        let x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        let first = try Secp256k1.publicKey(of: [UInt8](repeating: 0, count: 31) + [1])
        #expect(first == hex("04" + x + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"))
        let last = try Secp256k1.publicKey(
            of: hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"))
        #expect(last == hex("04" + x + "b7c52588d95c3b9aa25b0403f1eef75702e84bb7597aabe663b82f6f04ef2777"))
    }

    @Test(
        "what is no private key is refused",
        arguments: [
            [], [UInt8](repeating: 1, count: 31), [UInt8](repeating: 1, count: 33), [UInt8](repeating: 0, count: 32),
            hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
            [UInt8](repeating: 0xff, count: 32),
        ])
    func refusals(privateKey: [UInt8]) {
        #expect(throws: PrimitiveError.self) { try Secp256k1.publicKey(of: privateKey) }
    }
}
