import Core
import Primitives
import Testing

@Suite struct Secp256k1Tests {
    /// Private keys with the public keys that CipherBox's own code and an independent implementation give for them.
    static let pairs: [(privateKey: String, publicKey: String)] = [
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
        (
            "ad500407a884f55cb2d09fcf9befb710887c1d1fafc1c2c89a5b64e7ab55bb1f",
            "04d83453c8958e6aa495114054e659ba86b7449483276df17f6474009e777826146d2182e9d22f3165617de13c34375e"
                + "67c6a97b49400489bac4e98bf9101709f6"
        ),
    ]

    @Test("a private key has the public key that others compute for it", arguments: pairs)
    func publicKeys(pair: (privateKey: String, publicKey: String)) throws {
        #expect(try Secp256k1.publicKey(of: secret(pair.privateKey)) == hex(pair.publicKey))
    }

    @Test("the first and the last private key there are have public keys: the generator and its negative")
    func bounds() throws {
        let x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        let first = try Secp256k1.publicKey(of: secret(String(repeating: "00", count: 31) + "01"))
        #expect(first == hex("04" + x + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"))
        let last = try Secp256k1.publicKey(
            of: secret("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"))
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
        #expect(throws: PrimitiveError.self) { try Secp256k1.publicKey(of: SecretBytes(copying: privateKey)) }
    }

    @Test("both sides come to the shared point that an independent implementation computes")
    func agreement() throws {
        let (first, second) = (Self.pairs[0], Self.pairs[3])
        let point = hex(
            "04d163ebbed674573f89d37f41ae441d9adefe85b55dceb3e7f9ca9aaf7fea72f1a7859241337e58ef1ff21559b71d27"
                + "b119775dac8d9c8a3e3df9a340e7316178")
        #expect(try Secp256k1.sharedPoint(secret(first.privateKey), with: hex(second.publicKey)).copy() == point)
        #expect(try Secp256k1.sharedPoint(secret(second.privateKey), with: hex(first.publicKey)).copy() == point)
    }

    @Test("new key pairs differ, and agree with each other")
    func newPairs() throws {
        let keys = (0..<20).map { _ in Secp256k1.makePrivateKey() }
        let points = try keys.map { key in try Secp256k1.publicKey(of: key) }
        #expect(Set(points).count == keys.count)
        for index in keys.indices.dropLast() {
            let shared = try Secp256k1.sharedPoint(keys[index], with: points[index + 1])
            #expect(try Secp256k1.sharedPoint(keys[index + 1], with: points[index]) == shared)
        }
    }

    @Test("what is no uncompressed point of the curve is no public key")
    func foreignPoints() throws {
        let key = Secp256k1.makePrivateKey()
        let point = hex(Self.pairs[0].publicKey)
        let (x, y) = (Array(point[1...32]), Array(point[33...]))
        let compressed: [UInt8] = [2 + (point[64] & 1)] + x
        let hybrid: [UInt8] = [6 + (point[64] & 1)] + x + y
        let zero = [UInt8](repeating: 0, count: 32)
        let order = hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")
        let pairs: [[UInt8]] = [[4] + zero + zero, [0] + zero + zero, [4] + y + x, [0] + x + y]
        // Coordinates that do not lie in the field, though what remains of them may.
        let beyond: [[UInt8]] = [[4] + order + y, [4] + [UInt8](repeating: 0xff, count: 32) + y, [4] + x + order]
        let lengths: [[UInt8]] = [[], [0], [4], Array(point.dropLast()), point + [0]]
        for other in [compressed, hybrid] + pairs + beyond + lengths {
            #expect(throws: PrimitiveError.self, "\(Hex.encode(other))") { try Secp256k1.sharedPoint(key, with: other) }
        }
        // A point with any bit changed lies beside the curve: for one x there are two y, and they differ in many bits.
        for bit in 8..<point.count * 8 {
            var changed = point
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: PrimitiveError.self) { try Secp256k1.sharedPoint(key, with: changed) }
        }
        #expect(throws: Never.self) { try Secp256k1.sharedPoint(key, with: point) }
        #expect(throws: PrimitiveError.self) { try Secp256k1.sharedPoint(SecretBytes(count: 32), with: point) }
    }
}
