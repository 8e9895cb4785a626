import Core
import Primitives
import Sealing
import Testing

@Suite struct KeyringTests {
    private let recovery = RecoveryKeys(RecoveryPhrase())
    private let vault = VaultID()

    private func device(_ name: String = "laptop") -> DeviceKeys {
        DeviceKeys(name: name, vault: vault, owner: recovery)
    }

    private func reread(_ keyring: Keyring) throws -> Keyring {
        try Keyring(bytes: keyring.encode(signedBy: recovery), ownerKey: recovery.signingKey.publicKey)
    }

    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }

    @Test("device and phrase open the same secrets, also from the encoded form")
    func opens() throws {
        let laptop = device()
        let epoch = EpochSecret(number: 1)
        let keyring = try reread(Keyring.create(recovery: recovery, device: laptop, epoch: epoch))
        #expect(keyring.vault == vault && keyring.devices.map(\.identity) == [laptop.identity])
        for opened in [try keyring.open(with: laptop), try keyring.open(with: recovery)] {
            #expect(opened.epochs.map(\.number) == [1])
            #expect(opened.epochs.map(\.secret) == [epoch.secret])
            #expect(opened.anchorSeed == recovery.anchorKey.seed)
        }
    }

    @Test("nothing secret stands in the encoded form")
    func secrecy() throws {
        let laptop = device()
        let epoch = EpochSecret(number: 1)
        let bytes = try Keyring.create(recovery: recovery, device: laptop, epoch: epoch).encode(signedBy: recovery)
        let secrets = [
            epoch.secret, recovery.entropy, recovery.anchorKey.seed, recovery.signingKey.seed,
            recovery.wrapKey.secret, laptop.signingKey.seed, laptop.wrapKey.secret, laptop.headKey.seed,
        ]
        for secret in secrets.map({ $0.copy() }) {
            #expect(!bytes.indices.dropLast(31).contains { Array(bytes[$0..<$0 + 32]) == secret })
        }
    }

    @Test("the packing is a number in the keyring, absent for what a vault does when nobody asked anything else")
    func packing() throws {
        let laptop = device()
        for (packing, field) in [
            (Packing(compresses: true, pads: false), []), (Packing(compresses: false, pads: false), [7 << 3, 1]),
            (Packing(compresses: true, pads: true), [7 << 3, 2]),
            (Packing(compresses: false, pads: true), [7 << 3, 3]),
        ] as [(Packing, [UInt8])] {
            var keyring = try Keyring.create(
                recovery: recovery, device: laptop, epoch: EpochSecret(number: 1), packing: packing)
            try keyring.start(EpochSecret(number: 2))
            let signed = try keyring.encode(signedBy: recovery).dropLast(64)
            #expect(Array(signed.suffix(field.count)) == field)
            let again = try reread(keyring)
            #expect(again.packing == packing)
            #expect(try again.open(with: laptop).packing == packing)
            #expect(try again.open(with: recovery).packing == packing)
        }
    }

    @Test(
        "a packing that this version does not know is an unknown format; one that stands twice, or is cut, is damage",
        arguments: [
            ([4], .unknownFormat), ([6], .unknownFormat), ([2, 2], .damaged), ([0x80], .damaged),
        ] as [([UInt8], FailureCode)])
    func unknownPacking(numbers: [UInt8], expected: FailureCode) throws {
        let keyring = try Keyring.create(recovery: recovery, device: device(), epoch: EpochSecret(number: 1))
        let signed = try Array(keyring.encode(signedBy: recovery).dropLast(64)) + numbers.flatMap { [7 << 3, $0] }
        let bytes = signed + recovery.signingKey.sign(Array("cbstore/1/keyring".utf8) + signed)
        let owner = recovery.signingKey.publicKey
        #expect(code { () throws(Failure) in _ = try Keyring(bytes: bytes, ownerKey: owner) } == expected)
    }

    @Test("a second device gets every epoch; one that was removed gets none that begins later")
    func devices() throws {
        let (laptop, phone) = (device(), device("phone"))
        var keyring = try Keyring.create(recovery: recovery, device: laptop, epoch: EpochSecret(number: 1))
        let counter = keyring.counter
        try keyring.enroll(phone.identity, recovery: recovery)
        #expect(keyring.counter > counter)
        try keyring.start(EpochSecret(number: 2))
        keyring = try reread(keyring)
        #expect(try keyring.open(with: phone).epochs.map(\.number) == [1, 2])
        #expect(try keyring.open(with: phone).epochs.map(\.secret) == keyring.open(with: laptop).epochs.map(\.secret))
        try keyring.remove(phone.id)
        try keyring.start(EpochSecret(number: 3))
        keyring = try reread(keyring)
        #expect(code { () throws(Failure) in _ = try keyring.open(with: phone) } == .denied)
        #expect(try keyring.open(with: laptop).epochs.map(\.number) == [1, 2, 3])
        #expect(try keyring.open(with: recovery).epochs.map(\.number) == [1, 2, 3])
        #expect(code { () throws(Failure) in try keyring.remove(phone.id) } == .notFound)
    }

    @Test("a device that is enrolled again has one entry, with its new keys")
    func replacement() throws {
        let laptop = device()
        var keyring = try Keyring.create(recovery: recovery, device: laptop, epoch: EpochSecret(number: 1))
        let renewed = laptop.renewed()
        try keyring.enroll(renewed.identity, recovery: recovery)
        keyring = try reread(keyring)
        #expect(keyring.devices.map(\.identity) == [renewed.identity])
        #expect(try keyring.open(with: renewed).epochs.map(\.number) == [1])
    }

    @Test("who is not in the keyring opens nothing")
    func strangers() throws {
        let keyring = try Keyring.create(recovery: recovery, device: device(), epoch: EpochSecret(number: 1))
        let other = RecoveryKeys(RecoveryPhrase())
        #expect(code { () throws(Failure) in _ = try keyring.open(with: device()) } == .denied)
        #expect(code { () throws(Failure) in _ = try keyring.open(with: other) } == .denied)
        #expect(code { () throws(Failure) in _ = try keyring.encode(signedBy: other) } == .denied)
        var changed = keyring
        #expect(code { () throws(Failure) in try changed.enroll(device().identity, recovery: other) } == .denied)
        #expect(code { () throws(Failure) in try changed.start(EpochSecret(number: 1)) } == .invalid)
    }

    @Test("every flipped bit and every truncation is refused, and another owner's signature too")
    func damage() throws {
        let owner = recovery.signingKey.publicKey
        let bytes = try Keyring.create(recovery: recovery, device: device(), epoch: EpochSecret(number: 1))
            .encode(signedBy: recovery)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let verdict = code { () throws(Failure) in _ = try Keyring(bytes: damaged, ownerKey: owner) }
            #expect(verdict == (bit / 8 < 4 ? .damaged : bit / 8 == 4 ? .unknownFormat : .integrity), "bit \(bit)")
        }
        for count in bytes.indices {
            #expect(throws: Failure.self) { try Keyring(bytes: Array(bytes[..<count]), ownerKey: owner) }
        }
        let stranger = Ed25519.SigningKey().publicKey
        #expect(code { () throws(Failure) in _ = try Keyring(bytes: bytes, ownerKey: stranger) } == .integrity)
    }

    @Test("the keyring of an independent implementation opens, and keeps fields it does not know when rewritten")
    func fixture() throws {
        let recovery = RecoveryKeys(entropy: SecretBytes(copying: (0..<32).map { UInt8($0) }))
        let file = try KeyFile(bytes: try #require(Hex.decode(KeyFixture.plainKeyFile)))
        let device = try DeviceKeys(decoding: file.open(passphrase: nil))
        let bytes = try #require(Hex.decode(KeyFixture.keyring))
        var keyring = try Keyring(bytes: bytes, ownerKey: device.ownerKey)
        #expect(keyring.counter == 300)
        for opened in [try keyring.open(with: device), try keyring.open(with: recovery)] {
            #expect(opened.epochs.map(\.number) == [1, 2])
            #expect(opened.epochs.map { $0.secret.copy() } == [0x11, 0x22].map { [UInt8](repeating: $0, count: 32) })
            #expect(Hex.encode(opened.anchorSeed.copy()) == KeyFixture.anchorSeed)
        }
        // Ed25519 is deterministic: an unchanged keyring has unchanged bytes.
        #expect(try keyring.encode(signedBy: recovery) == bytes)
        let phone = DeviceKeys(name: "phone", vault: device.vault, owner: recovery)
        try keyring.enroll(phone.identity, recovery: recovery)
        try keyring.enroll(device.renewed().identity, recovery: recovery)
        let rewritten = try keyring.encode(signedBy: recovery)
        let unknown: [[UInt8]] = [
            [77 << 3 & 0x7f | 0x82, 4, 5] + Array("later".utf8), [9 << 3 | 2, 11] + Array("epoch extra".utf8),
            [12 << 3, 5],
        ]
        for field in unknown {
            #expect(rewritten.indices.contains { rewritten[$0...].starts(with: field) })
        }
    }

    @Test("a wrapped secret opens for its recipient in its context only, and not when changed")
    func wrapping() throws {
        let (recipient, other) = (X25519.PrivateKey(), X25519.PrivateKey())
        let secret = SecretBytes(random: 32)
        let wrapped = try KeyWrap.wrap(secret, to: recipient.publicKey, context: [1])
        #expect(wrapped.count == 32 + KeyWrap.overhead)
        #expect(try KeyWrap.unwrap(wrapped, with: recipient, context: [1]) == secret)
        #expect(try KeyWrap.wrap(secret, to: recipient.publicKey, context: [1]) != wrapped)
        #expect(code { () throws(Failure) in _ = try KeyWrap.unwrap(wrapped, with: other, context: [1]) } == .integrity)
        let elsewhere = code { () throws(Failure) in _ = try KeyWrap.unwrap(wrapped, with: recipient, context: [2]) }
        #expect(elsewhere == .integrity)
        for bit in 0..<wrapped.count * 8 {
            var damaged = wrapped
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: Failure.self) { try KeyWrap.unwrap(damaged, with: recipient, context: [1]) }
        }
        for count in wrapped.indices {
            #expect(throws: Failure.self) {
                try KeyWrap.unwrap(Array(wrapped[..<count]), with: recipient, context: [1])
            }
        }
        let zero = [UInt8](repeating: 0, count: 32)
        #expect(code { () throws(Failure) in _ = try KeyWrap.wrap(secret, to: zero, context: []) } == .invalid)
    }

    @Test("no two labels and no two epochs derive the same key")
    func derivation() {
        let secret = EpochSecret(number: 1)
        let labels: [KeyLabel] = [.objectID, .objectKey, .contentDigest, .chunker, .treeCuts, .journal, .cache]
        let keys = labels.map { secret.derive($0).copy() } + labels.map { EpochSecret(number: 1).derive($0).copy() }
        #expect(Set(keys).count == keys.count)
        #expect(secret.derive(.journal) == EpochSecret(number: 9, secret: secret.secret).derive(.journal))
        #expect(secret.derive(.chunker, count: 2048).count == 2048)
    }
}
