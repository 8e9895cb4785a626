import Core
import Primitives
import Sealing
import Testing

@Suite struct KeyFileTests {
    private static let cheap = Argon2id.Cost(memoryKiB: 64, passes: 1)

    private func secret(_ text: String) -> SecretBytes { SecretBytes(copying: Array(text.utf8)) }

    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }

    @Test("a payload of any length comes back with the passphrase, and only with it", arguments: [0, 1, 200, 5000])
    func roundTrip(length: Int) throws {
        let payload = SecretBytes(random: length)
        let bytes = try KeyFile(payload, passphrase: secret("swordfish"), cost: Self.cheap).bytes
        let file = try KeyFile(bytes: bytes)
        #expect(file.isSealed)
        #expect(try file.open(passphrase: secret("swordfish")) == payload)
        for wrong in [secret("Swordfish"), secret(""), nil] {
            #expect(code { () throws(Failure) in _ = try file.open(passphrase: wrong) } == .wrongPassphrase)
        }
    }

    @Test("the standard cost is recorded, and used")
    func standardCost() throws {
        let payload = SecretBytes(random: 32)
        let bytes = try KeyFile(payload, passphrase: secret("p")).bytes
        #expect(Array(bytes[6..<14]) == [UInt8](bigEndian: UInt32(65536)) + [UInt8](bigEndian: UInt32(3)))
        #expect(try KeyFile(bytes: bytes).open(passphrase: secret("p")) == payload)
    }

    @Test("a plain file says so, and opens whatever passphrase is given")
    func plain() throws {
        let payload = SecretBytes(random: 100)
        let file = try KeyFile(bytes: try KeyFile(payload, passphrase: nil).bytes)
        #expect(!file.isSealed)
        #expect(try file.open(passphrase: nil) == payload)
        #expect(try file.open(passphrase: secret("needless")) == payload)
    }

    @Test("two files of one payload share nothing but their shape")
    func freshness() throws {
        let payload = SecretBytes(random: 64)
        let first = try KeyFile(payload, passphrase: secret("p"), cost: Self.cheap).bytes
        let second = try KeyFile(payload, passphrase: secret("p"), cost: Self.cheap).bytes
        #expect(first[..<14] == second[..<14])
        #expect(first[14..<30] != second[14..<30])
        #expect(first[30..<42] != second[30..<42])
        #expect(first[42...] != second[42...])
    }

    @Test("damage anywhere is damage, and no wrong passphrase")
    func damage() throws {
        let payload = SecretBytes(random: 20)
        for passphrase in [secret("p"), nil] {
            let bytes = try KeyFile(payload, passphrase: passphrase, cost: Self.cheap).bytes
            for bit in 0..<bytes.count * 8 {
                var damaged = bytes
                damaged[bit / 8] ^= 1 << UInt8(bit % 8)
                let expected: FailureCode = bit / 8 == 4 ? .unknownFormat : .damaged
                #expect(code { () throws(Failure) in _ = try KeyFile(bytes: damaged) } == expected, "bit \(bit)")
            }
            for count in bytes.indices {
                let verdict = code { () throws(Failure) in _ = try KeyFile(bytes: Array(bytes[..<count])) }
                #expect(verdict == .damaged, "\(count) bytes")
            }
            #expect(code { () throws(Failure) in _ = try KeyFile(bytes: bytes + [0]) } == .damaged)
        }
    }

    @Test("a header that asks for absurd memory is refused before it is taken")
    func absurdCost() throws {
        var bytes = try KeyFile(SecretBytes(random: 20), passphrase: secret("p"), cost: Self.cheap).bytes
        bytes.replaceSubrange(6..<10, with: [0xff, 0xff, 0xff, 0xff])
        bytes.replaceSubrange((bytes.count - 32)..., with: SHA256.digest(of: bytes.dropLast(32)).bytes)
        let file = try KeyFile(bytes: bytes)
        #expect(code { () throws(Failure) in _ = try file.open(passphrase: secret("p")) } == .damaged)
    }

    @Test("the passphrase can change, go and come, and the payload stays")
    func changes() throws {
        let payload = SecretBytes(random: 50)
        let first = try KeyFile(payload, passphrase: secret("one"), cost: Self.cheap)
        let second = try first.changingPassphrase(from: secret("one"), to: secret("two"), cost: Self.cheap)
        #expect(try second.open(passphrase: secret("two")) == payload)
        #expect(code { () throws(Failure) in _ = try second.open(passphrase: secret("one")) } == .wrongPassphrase)
        let third = try second.changingPassphrase(from: secret("two"), to: nil)
        #expect(!third.isSealed)
        let fourth = try third.changingPassphrase(from: nil, to: secret("three"), cost: Self.cheap)
        #expect(try fourth.open(passphrase: secret("three")) == payload)
        let verdict = code { () throws(Failure) in
            _ = try first.changingPassphrase(from: secret("no"), to: nil)
        }
        #expect(verdict == .wrongPassphrase)
    }

    @Test("files of an independent implementation open")
    func fixtures() throws {
        for (text, passphrase) in [(KeyFixture.sealedKeyFile, secret("swordfish")), (KeyFixture.plainKeyFile, nil)] {
            let payload = try KeyFile(bytes: try #require(Hex.decode(text))).open(passphrase: passphrase)
            let keys = try DeviceKeys(decoding: payload)
            #expect(keys.name == "laptop ü")
            #expect(keys.incarnation == 0x0102_0304_0506_0708)
            #expect(keys.signingKey.seed.copy() == [UInt8](repeating: 1, count: 32))
            #expect(keys.wrapKey.secret.copy() == [UInt8](repeating: 2, count: 32))
            #expect(keys.headKey.seed.copy() == [UInt8](repeating: 3, count: 32))
            #expect(keys.keyringSecret.secret.copy() == [UInt8](repeating: 4, count: 32))
            #expect(Hex.encode(keys.ownerKey) == KeyFixture.ownerKey)
            #expect("\(keys.id)" == String(repeating: "bb", count: 16))
            #expect("\(keys.vault)" == String(repeating: "aa", count: 16))
            #expect(keys.encode() == payload)
        }
    }

    @Test("device keys survive their encoding; short, long-named and foreign payloads are refused")
    func deviceKeys() throws {
        let owner = RecoveryKeys(RecoveryPhrase())
        for name in ["", "laptop", String(repeating: "é", count: 127), String(repeating: "ü", count: 500)] {
            let keys = DeviceKeys(name: name, vault: VaultID(), owner: owner)
            #expect(keys.name.utf8.count <= 255 && name.hasPrefix(keys.name))
            let again = try DeviceKeys(decoding: keys.encode())
            #expect(again.identity == keys.identity)
            #expect(again.incarnation == keys.incarnation && again.vault == keys.vault)
            #expect(again.ownerKey == owner.signingKey.publicKey)
            #expect(again.keyringSecret.secret == owner.keyringSecret.secret)
        }
        let bytes = DeviceKeys(name: "", vault: VaultID(), owner: owner).encode().copy()
        let bad = [
            [], Array(bytes.dropLast()), [0] + bytes.dropFirst(), [2] + bytes.dropFirst(), bytes + [0xff],
            bytes + [UInt8](repeating: 65, count: 256),
        ]
        for payload in bad {
            let verdict = code { () throws(Failure) in _ = try DeviceKeys(decoding: SecretBytes(copying: payload)) }
            #expect(verdict == .damaged)
        }
    }

    @Test("a renewed device keeps its id and its wrap key, and has a new life and head")
    func renewal() {
        let keys = DeviceKeys(name: "a", vault: VaultID(), owner: RecoveryKeys(RecoveryPhrase()))
        let renewed = keys.renewed()
        #expect(renewed.id == keys.id && renewed.wrapKey.publicKey == keys.wrapKey.publicKey)
        #expect(renewed.vault == keys.vault && renewed.ownerKey == keys.ownerKey)
        #expect(renewed.incarnation != keys.incarnation)
        #expect(renewed.identity.signingKey != keys.identity.signingKey)
        #expect(renewed.identity.headKey != keys.identity.headKey)
    }
}
