import ContentAddressing
import Core
import Primitives
import Sealing
import Testing

@Suite struct CipherBoxKeysTests {
    private typealias Vectors = CipherBoxVectors

    struct Derived: Sendable {
        let file: String?
        let seed: String
        let publicKey: String
        let name: String
    }

    /// From the private key 1, 2, 3 … 32; a file for the last part of the label.
    static let oldFiles: [Derived] = [
        Derived(
            file: "file-id-001-abcdef", seed: "ef2a6ae6d80ac927ca37898d27965ea9cb159024f8ca06a0caab1c638bf714b8",
            publicKey: "21815e843e30268e38b244610253a7f516e27134052d59d4b4a612c88cdf9620",
            name: "k51qzi5uqu5dh0nhi2flvmcl6fg4wxphm80itjhq7yvzw0jddg57q0ydw9s940"),
        Derived(
            file: "file-id-002-ghijkl", seed: "6dfebc0f85ebcfd036acd9c78f62790ab10955c99bc2cc835bb7f05dec95fff0",
            publicKey: "bf0ddc2558a046caa598b8343d339e27b7c36ba244c0d007b4018b198ee15319",
            name: "k51qzi5uqu5dky0j71kr9zok8b63fmiwbpioyp39kkrlhnprtk88uvqzdreiah"),
        Derived(
            file: "test-file-id-1234567890", seed: "a1c7da3891d4d0a5426a4a6634c7e410c78f5584bc686bec78d27b7801915afd",
            publicKey: "fd11c3a0a502dfbed1e332577cd0a1158a79e6ce97cec2ee2dede55619e2b6ab",
            name: "k51qzi5uqu5dmhnpnu0td5xq45w1ylfjamvercij1tchvdbicim452dnszjru3"),
    ]
    static let root = Derived(
        file: nil, seed: "f7834c13e4470ae91e19870f3e741794250d68700fa4ac50589ea90a95f9fdcd",
        publicKey: "f1aacff3867ca17fb8b800d20539288e012afe92303ef1e8001fe1a9a0a96854",
        name: "k51qzi5uqu5dm7fenqm7yzmi6tnm1098vdb0tjgm1full4pr0go19dk41asevo")
    static let registry = Derived(
        file: nil, seed: "2fbad5bb3c5d81231d8a9fe00a420fd6aaa8c08bbe1d9a0880bec5259892d862",
        publicKey: "a8bbab577cd24d5d7a39b05616b671c6d91b0359657da57dcb8f57bdd8b8bda2",
        name: "k51qzi5uqu5dkdzj553fkqt6om6o0bui12dqboiea21zob1prcwx863usuzjxe")

    /// The key pairs of test logins, and the names of their vaults.
    static let logins: [(String, String, String)] = [
        (
            "9a9ff38886cf955373d1c7d69a3020202f4f26fad942ec968e863582b9d296c2",
            "045e9061fb3d2f0e6fdebc79078910e75bc74e798392f81ceaa52002ddd74425b9c8cf58c10856dfd50c6a288cba827fde"
                + "29a7d76cf66a8e5885c7780615c307d2",
            "k51qzi5uqu5dhz8q9oy5ui9y2j8vdlvve41e8b199ft1i1gvanih5vcm6uu3p3"
        ),
        (
            "14630531aebbc7816ef5e4376cbf7dcce8737cd0888e94dcdf8c9e311885aa7e",
            "0464fdd1a287ca296d66e2700485c609bb0345d30cd4c7380f0b01246e844c53abbca1b9900cfb3117500e02d305b9025e"
                + "9fa7aad7d75928d264f4da986148c472",
            "k51qzi5uqu5dgr41snvisgitckc2u1mmvokckpnb3e7bp44ellgasjq08lptq1"
        ),
        (
            "e912901db409a86dc38caf05f764af9b82f8bdb15cc13bbf009d95c4e189f5c7",
            "0464516975dd9e5be669ebb15d4a3cde5047afe471638049a7ab061b137bd0ea61828d2234606c6e41c91adf1c370d11a3"
                + "a6586dfcd584f760ffcd49cfe997605a",
            "k51qzi5uqu5dkgtsu4v5y0e9l917ek857x0rfvur4yfuhhxuun7ixldr0wjo4j"
        ),
    ]

    private func check(_ key: Ed25519.SigningKey, _ expected: Derived) throws {
        #expect(Hex.encode(key.seed.copy()) == expected.seed)
        #expect(Hex.encode(key.publicKey) == expected.publicKey)
        #expect(try CID.name(ofEd25519Key: key.publicKey).nameText == expected.name)
    }

    @Test("root and registry have the keys and names that an independent implementation derives")
    func names() throws {
        let keys = try CipherBoxKeys(privateKey: Vectors.countingKey)
        try check(keys.vaultNameKey, Self.root)
        try check(keys.registryNameKey, Self.registry)
    }

    @Test("an old file's key derives from its id", arguments: CipherBoxKeysTests.oldFiles)
    func oldFile(derived: Derived) throws {
        let keys = try CipherBoxKeys(privateKey: Vectors.countingKey)
        try check(try keys.legacyFileNameKey(id: derived.file ?? ""), derived)
    }

    @Test("an id of fewer than ten characters has no key", arguments: ["", "short", "123456789", "äöüäöüäöü"])
    func shortID(id: String) throws {
        let keys = try CipherBoxKeys(privateKey: Vectors.countingKey)
        #expect(throws: Failure.self) { try keys.legacyFileNameKey(id: id) }
        #expect(throws: Never.self) { try keys.legacyFileNameKey(id: "1234567890") }
    }

    @Test("a test login's key pair leads to the name of its vault", arguments: CipherBoxKeysTests.logins)
    func testLogins(privateKey: String, publicKey: String, name: String) throws {
        let keys = try CipherBoxKeys(privateKey: Vectors.secret(privateKey))
        #expect(Hex.encode(keys.publicKey) == publicKey)
        #expect(try CID.name(ofEd25519Key: keys.vaultNameKey.publicKey).nameText == name)
    }

    @Test("an Ed25519 key has CipherBox's public key, signature, name in both bases, and device id")
    func ed25519() throws {
        let key = Ed25519.SigningKey(
            seed: Vectors.secret("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        #expect(
            Hex.encode(key.sign(Array("Hello, CipherBox!".utf8)))
                == "a4cc4f358e30c8630839e457bf9a27da2062b3c6ca588b3947a9085d909d807c9be05a6a0b69e9fdc5e5b6503e79c04b1b"
                + "dd92921350559e35376b78f9ca5601")
        let name = try CID.name(ofEd25519Key: key.publicKey)
        #expect(name.nameText == "k51qzi5uqu5dljtg5upm7x7ugan9lql3ewyknv4r4mhhkwzn8n7cnbd1unfwgq")
        #expect("\(name)" == "bafzaajaiaejcbv22taayfmikw7kux7wtzfsaooqo4fzphwvgems26aq2nd3qoui2")
        #expect(
            CipherBoxKeys.deviceID(ofKey: key.publicKey)
                == "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9")
    }

    @Test("the enclave's simulated keys derive by the same HKDF", arguments: 1...2)
    func enclave(epoch: Int) throws {
        let expected = [
            "78cfe3d0cf830ee06c07722882269d64cb04a2e0eaf010e70faa6464081e322c",
            "ad500407a884f55cb2d09fcf9befb710887c1d1fafc1c2c89a5b64e7ab55bb1f",
        ]
        let seed = SecretBytes(copying: Array("cipherbox-tee-simulator-seed".utf8))
        let key = HKDF.derive(seed, salt: Array("cipherbox-dev".utf8), info: Array("epoch-\(epoch)".utf8))
        #expect(Hex.encode(key.copy()) == expected[epoch - 1])
        #expect(throws: Never.self) { try CipherBoxKeys(privateKey: key) }
    }

    @Test("what is no private key has no user")
    func refusals() {
        for key in [SecretBytes(count: 32), SecretBytes(random: 31), SecretBytes(count: 0)] {
            #expect(throws: Failure.self) { try CipherBoxKeys(privateKey: key) }
        }
    }
}
