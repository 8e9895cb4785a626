import Core
import Primitives
import Testing

@Suite struct PublicKeyTests {
    struct SignatureVector: Sendable {
        let seed: String
        let publicKey: String
        let message: String
        let signature: String
    }

    static let signatureVectors = [
        SignatureVector(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature:
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"),
        SignatureVector(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature:
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"),
    ]

    @Test("Ed25519 gives the signatures of RFC 8032", arguments: signatureVectors)
    func signatures(vector: SignatureVector) {
        let key = Ed25519.SigningKey(seed: SecretBytes(copying: hex(vector.seed)))
        #expect(key.publicKey == hex(vector.publicKey))
        #expect(key.seed.copy() == hex(vector.seed))
        #expect(key.sign(hex(vector.message)) == hex(vector.signature))
        #expect(Ed25519.verify(hex(vector.signature), of: hex(vector.message), publicKey: key.publicKey))
    }

    @Test("a signature with any bit changed, over another message or by another key, is no signature")
    func forgeries() {
        let key = Ed25519.SigningKey()
        let message: [UInt8] = [1, 2, 3]
        let signature = key.sign(message)
        #expect(Ed25519.verify(signature, of: message, publicKey: key.publicKey))
        for bit in 0..<signature.count * 8 {
            var forged = signature
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!Ed25519.verify(forged, of: message, publicKey: key.publicKey))
        }
        #expect(!Ed25519.verify(signature, of: message + [0], publicKey: key.publicKey))
        #expect(!Ed25519.verify(signature, of: message, publicKey: Ed25519.SigningKey().publicKey))
        #expect(!Ed25519.verify(Array(signature.dropLast()), of: message, publicKey: key.publicKey))
        #expect(!Ed25519.verify(signature, of: message, publicKey: Array(key.publicKey.dropLast())))
    }

    @Test("X25519 gives the product of RFC 7748")
    func product() throws {
        let scalar = hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
        let point = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
        let product = try X25519.PrivateKey(SecretBytes(copying: scalar)).agree(with: point)
        #expect(product.copy() == hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"))
    }

    @Test("both sides of an agreement come to the same secret, a third does not")
    func agreement() throws {
        let (alice, bob, eve) = (X25519.PrivateKey(), X25519.PrivateKey(), X25519.PrivateKey())
        let secret = try alice.agree(with: bob.publicKey)
        #expect(try bob.agree(with: alice.publicKey) == secret)
        #expect(try eve.agree(with: alice.publicKey) != secret)
    }

    @Test("a public key of low order or of the wrong length is refused")
    func weakKeys() {
        let key = X25519.PrivateKey()
        #expect(throws: PrimitiveError.weakPublicKey) { try key.agree(with: [UInt8](repeating: 0, count: 32)) }
        #expect(throws: PrimitiveError.weakPublicKey) {
            try key.agree(with: [1] + [UInt8](repeating: 0, count: 31))
        }
        #expect(throws: PrimitiveError.badParameters("a public key has 32 bytes")) { try key.agree(with: [1, 2]) }
    }
}
