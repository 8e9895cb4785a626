internal import ContentAddressing
internal import Core
internal import Primitives
internal import Sealing
internal import StorageSupport

extension FuzzTarget {
    private static let recovery = RecoveryKeys(entropy: SecretBytes(copying: Array(0..<32)))
    private static let device = DeviceKeys(name: "laptop", vault: VaultID(), owner: recovery)

    /// Keyrings as a stranger writes them, and bodies under a right signature.
    static let keyring = FuzzTarget("keyring", [{ unknownKeyring }, { signedKeyring }])

    private static func anyKeyring() throws -> Keyring {
        try Keyring.create(recovery: recovery, device: device, epoch: EpochSecret(number: 1))
    }

    private static var unknownKeyring: Part {
        Part { _ in
            try anyKeyring().encode(signedBy: recovery)
        } check: { input in
            let keyring = try Keyring(bytes: input, ownerKey: recovery.signingKey.publicKey)
            try checkRewriting(keyring)
        }
    }

    private static var signedKeyring: Part {
        Part { _ in
            Array(try anyKeyring().encode(signedBy: recovery).dropFirst(5).dropLast(Ed25519.signatureLength))
        } check: { input in
            let signed = Array("CBSK".utf8) + [1] + input
            let bytes = signed + recovery.signingKey.sign(Array("cbstore/1/keyring".utf8) + signed)
            try checkRewriting(try Keyring(bytes: bytes, ownerKey: recovery.signingKey.publicKey))
        }
    }

    private static func checkRewriting(_ keyring: Keyring) throws {
        let bytes = try certainly("a keyring cannot be written") { try keyring.encode(signedBy: recovery) }
        let back = try certainly("a keyring that was written cannot be read") {
            try Keyring(bytes: bytes, ownerKey: recovery.signingKey.publicKey)
        }
        try require((try? back.encode(signedBy: recovery)) == bytes, "a keyring changes when it is written")
        let numbers = keyring.epochNumbers
        try require(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "epochs do not ascend")
        _ = try? keyring.open(with: recovery)
        _ = try? keyring.open(with: device)
        var changed = keyring
        if (try? changed.enroll(device.identity, recovery: recovery)) != nil {
            try require(changed.counter > keyring.counter, "a change does not count")
        }
        if (try? changed.start(EpochSecret(number: (numbers.last ?? 0) &+ 1))) != nil {
            try require(changed.counter > keyring.counter, "a change does not count")
        }
        for device in keyring.devices { try? changed.remove(device.identity.id) }
    }

    /// Key files as they lie on a disk, and with the checksum put right.
    static let keyFile = FuzzTarget("key-file", longestInput: 1024, [{ unknownKeyFile }, { checkedKeyFile }])

    private static func anyKeyFile(_ random: inout SeededRandom) throws -> [UInt8] {
        let payload = random.chance() ? KeyPayload.device(device) : .phrase(recovery)
        let isPlain = random.chance()
        return try KeyFile(
            payload.encode(), passphrase: isPlain ? nil : passphrase, cost: Argon2id.Cost(memoryKiB: 8, passes: 1)
        ).bytes
    }

    private static let passphrase = SecretBytes(copying: Array("swordfish".utf8))

    private static var unknownKeyFile: Part {
        Part { random in
            try anyKeyFile(&random)
        } check: { input in
            try checkKeyFile(input)
        }
    }

    private static var checkedKeyFile: Part {
        Part { random in
            Array(try anyKeyFile(&random).dropLast(SHA256.length))
        } check: { input in
            try checkKeyFile(input + SHA256.digest(of: input).bytes)
        }
    }

    private static func checkKeyFile(_ bytes: [UInt8]) throws {
        let file = try KeyFile(bytes: bytes)
        try require(file.bytes == bytes, "a key file changes when it is written")
        // What a hostile file makes a reader pay is bounded, but not cheap.
        guard !file.isSealed || (bytes[6..<9].allSatisfy { $0 == 0 } && bytes[10..<13].allSatisfy { $0 == 0 }) else {
            return
        }
        let payload = try file.open(passphrase: file.isSealed ? passphrase : nil)
        switch try KeyPayload(decoding: payload) {
        case .device(let keys): try require(keys.encode() == payload, "a device's keys change when they are written")
        case .phrase(let keys):
            try require(KeyPayload.phrase(keys).encode() == payload, "a phrase changes when it is written")
        }
    }

    static let phrase = FuzzTarget("phrase", longestInput: 300) { random in
        let words = RecoveryPhrase(entropy: SecretBytes(copying: random.bytes(32))).words
        return Array(words.joined(separator: random.chance() ? " " : "\n").utf8)
    } check: { input in
        let text = try accepted(String(validating: input, as: UTF8.self))
        let phrase = try RecoveryPhrase(parsing: text)
        let again = try? RecoveryPhrase(parsing: phrase.words.joined(separator: " "))
        try require(again == phrase, "a phrase changes when it is written")
    }
}
