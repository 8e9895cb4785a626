import ContentAddressing
import Core
import Naming
import Primitives
import Testing

/// Keys of every kind as names.
@Suite struct PublicKeyNameTests {
    /// Messages of keys, and the peer ids that another implementation gives them.
    private static let messages = [
        (
            "08011220d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "12D3KooWQK1wnefoLrcVHbbnf5tLzbopUd3K3bFAoJpA7YJgL5pV"
        ),
        (
            "08021221032c8c31fc9f990c6b55e3865a184a4ce50e09481f2eaeb3e60ec1cea13a6ae645",
            "16Uiu2HAmFetH7u3LKaPjjPv6f5sZkfKEK8KnfrCRmLCUaqXas8rG"
        ),
        (
            "080012a602"
                + "30820122300d06092a864886f70d01010105000382010f003082010a0282010100af16ca8be2b8f7cd1eaf423f76"
                + "2af74bd23468851396973016d1cc82b359d9fc2f6a6436d65ea97ef10038d162cc39a8212e2926e9100247c1c2b4"
                + "f87a24a621601c36b3f293fd45f5a977cc952ea547d510ba8a4552b65ba5119e9c8f3b68f77c733ea177a762e5a0"
                + "fd06656fcfac8bd293189411a0a7fb0321f8b43a43cf7a7722a62ab391d5933b47997a927db3720bfac37c1696f0"
                + "bca4adf00b0cedf0d99605b537b63f10eacb8ebf26ef94a69af5147e3871380ba3613f15d78f7eadc2b7c6e0fa10"
                + "12a3970c34f3040d9b8f9be6c7f9809e47a4d5286be61e1be8e62a3424fec216e3f1bbc501dafbaa5cf94a8307e1"
                + "04642989214ad6f80f6a96a9ff0203010001",
            "QmPwtLGwZ7TtEiZR8PxNsucwwhCpt7vRqYaE7cxQmDiGbL"
        ),
    ]

    private func name(ofMessage message: [UInt8]) throws -> IPNSName {
        let multihash =
            message.count <= 42
            ? try Multihash(code: Multihash.identity, digest: message) : Multihash(SHA256.digest(of: message))
        return try IPNSName(cid: CID(codec: .libp2pKey, multihash: multihash))
    }

    @Test("a key's message has the name that others give it", arguments: messages)
    func names(message: String, peerID: String) throws {
        #expect(try name(ofMessage: hex(message)) == IPNSName(peerID))
    }

    @Test(
        "a record with a key of each kind is measured by it, and one signed by another is refused", arguments: messages)
    func keyInRecord(message: String, peerID: String) throws {
        var fixture = RecordFixture(field: 7, .bytes(hex(message)[...]))
        let isFixtureKey = hex(message).suffix(32).elementsEqual(RecordFixture.key.publicKey)
        let name = try IPNSName(peerID)
        #expect(
            try refusal(of: fixture.bytes, for: name)?.message.contains("wrong signature")
                == (isFixtureKey ? nil : true))
        // A key that is not the one of the name.
        fixture.fields[0].1 = .bytes((hex(message) + [0])[...])
        #expect(try refusal(of: fixture.bytes, for: name)?.message.contains("another name's key") == true)
    }

    @Test(
        "a malformed key names nothing",
        arguments: [
            "", "0801", "080112", "08011200", "0801121f" + String(repeating: "00", count: 31),
            // The parts in another order, one of them twice, one more, a padded number, a kind that does not exist.
            "1220" + String(repeating: "00", count: 32) + "0801",
            "0801080112" + "20" + String(repeating: "00", count: 32),
            "08011220" + String(repeating: "00", count: 32) + "1801",
            "0881001220" + String(repeating: "00", count: 32),
            "08041220" + String(repeating: "00", count: 32),
            // Of secp256k1: no point, and of the wrong length.
            "080212210479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            "0802122002" + String(repeating: "11", count: 31),
        ])
    func malformed(message: String) throws {
        let multihash = try Multihash(code: Multihash.identity, digest: hex(message))
        #expect(throws: MalformedBytes.self) { try IPNSName(cid: CID(codec: .libp2pKey, multihash: multihash)) }
    }

    @Test("an RSA key that is too short to be believed is refused, though it is the name's")
    func shortRSA() throws {
        // A modulus of 1024 bits.
        let modulus = "028181" + "00c0" + String(repeating: "00", count: 126) + "01"
        let key = "30819f300d06092a864886f70d010101050003818d0030818902" + modulus.dropFirst(2) + "0203010001"
        let message = hex("080012a201" + key)
        let failure = try refusal(
            of: RecordFixture(field: 7, .bytes(message[...])).bytes, for: name(ofMessage: message))
        #expect(failure?.code == .integrity)
        #expect(failure?.description.contains("has 1024 bits") == true, "\(String(describing: failure))")
    }
}
