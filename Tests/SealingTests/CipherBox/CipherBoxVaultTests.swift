import Core
import Primitives
import Sealing
import Testing

@Suite struct CipherBoxVaultTests {
    private typealias Vectors = CipherBoxVectors
    private let keys: CipherBoxKeys

    init() throws { keys = try CipherBoxKeys(privateKey: CipherBoxVectors.privateKey) }

    private func export(_ vault: CipherBoxVault) -> JSON {
        .object(
            [
                .init("format", "cipherbox-vault-export"), .init("version", "1.0"),
                .init("exportedAt", "2026-02-20T12:00:00.000Z"),
            ] + vault.fields + [.init("derivationMethod", nil)])
    }

    private func replacing(_ key: String, _ value: JSON, in vault: CipherBoxVault) -> JSON {
        .object(vault.fields.map { $0.key == key ? .init(key, value) : $0 })
    }

    @Test("a new vault opens from the server's fields and from an export, and its key owns its name")
    func roundTrip() throws {
        let vault = try CipherBoxVault(for: keys)
        for json in [.object(vault.fields), export(vault)] {
            let read = try CipherBoxVault(json: JSON(parsing: json.bytes()))
            #expect(read == vault)
            let opened = try read.open(with: keys)
            #expect(opened.rootKey.count == 32 && opened.ownsName)
            #expect(opened.nameKey.publicKey == keys.vaultNameKey.publicKey)
        }
        #expect(try CipherBoxVault(for: keys).open(with: keys).rootKey != vault.open(with: keys).rootKey)
    }

    @Test("another user opens nothing")
    func anotherUser() throws {
        let vault = try CipherBoxVault(for: keys)
        let other = try CipherBoxKeys(privateKey: Secp256k1.makePrivateKey())
        let failure = #expect(throws: Failure.self) { try vault.open(with: other) }
        #expect(failure?.code == .integrity)
    }

    @Test("a stored name key counts, and one that is another name's is told")
    func anotherName() throws {
        let vault = try CipherBoxVault(for: keys)
        let stray = Ed25519.SigningKey()
        let wrapped = try ECIESMessage(sealing: stray.seed, to: keys.publicKey)
        let json = replacing("encryptedRootIpnsPrivateKey", .string(wrapped.hex), in: vault)
        let opened = try CipherBoxVault(json: json).open(with: keys)
        #expect(opened.nameKey.publicKey == stray.publicKey && !opened.ownsName)
    }

    @Test("wrapped keys of another length are refused", arguments: [0, 31, 33, 64])
    func lengths(count: Int) throws {
        let vault = try CipherBoxVault(for: keys)
        let wrapped = try ECIESMessage(sealing: SecretBytes(random: count), to: keys.publicKey)
        for field in ["encryptedRootFolderKey", "encryptedRootIpnsPrivateKey"] {
            let damaged = try CipherBoxVault(json: replacing(field, .string(wrapped.hex), in: vault))
            let failure = #expect(throws: Failure.self) { try damaged.open(with: keys) }
            #expect(failure?.code == .integrity)
        }
    }

    @Test("what is no vault, or an export of another format, is refused")
    func malformed() throws {
        let vault = try CipherBoxVault(for: keys)
        var documents: [JSON] = [nil, [], "vault", .object([])]
        for field in vault.fields.map(\.key) {
            documents.append(.object(vault.fields.filter { $0.key != field }))
            for value: JSON in [nil, 7, "", "zz", "04ff", "k51", .string(vault.wrappedRootKey.hex + "0")] {
                documents.append(replacing(field, value, in: vault))
            }
        }
        let name = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
        documents.append(replacing("rootIpnsName", .string(name), in: vault))
        for (format, version): (JSON, JSON) in [
            ("other", "1.0"), ("cipherbox-vault-export", "2.0"), ("cipherbox-vault-export", nil), (nil, "1.0"),
        ] {
            documents.append(.object([.init("format", format), .init("version", version)] + vault.fields))
        }
        for document in documents {
            #expect(throws: MalformedBytes.self) { try CipherBoxVault(json: document) }
        }
    }
}
