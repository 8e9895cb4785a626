internal import ContentAddressing
internal import Core
internal import Primitives
internal import Sealing
internal import StorageSupport

extension FuzzTarget {
    private static let secret = EpochSecret(number: 3, secret: SecretBytes(copying: [UInt8](repeating: 9, count: 32)))
    static let sealer = Sealer(secret)
    private static let recovery = RecoveryKeys(entropy: SecretBytes(copying: Array(0..<32)))
    private static let device = DeviceKeys(name: "laptop", vault: VaultID(), owner: recovery)

    /// Objects as a stranger hands them out: opened with the epoch's secret, and by reference after edits.
    static let sealedObject = FuzzTarget("sealed-object", longestInput: 20_000, [{ unknownObject }, { editedObject }])

    private static var unknownObject: Part {
        Part { random in
            let kinds = ObjectKind.allCases
            return sealer.seal(random.someBytes(random.chance() ? 40 : 9000), as: kinds[random.below(kinds.count)])
                .bytes
        } check: { input in
            let opened = try sealer.open(input)
            let again = sealer.seal(opened.body, as: opened.kind, flags: opened.reference.flags)
            try require(again.bytes == input, "two objects have one body")
            try require(again.reference == opened.reference, "an object has two references")
            try require((try? SealerRing([secret]).open(input).body) == opened.body, "a ring opens something else")
        }
    }

    /// A body's length and edits of its object; an empty list of edits leaves it whole.
    private static var editedObject: Part {
        Part { random in
            random.bytes(2)
        } check: { input in
            var parts = InputParts(input)
            let length = Int(parts.number(2)) % 17_000
            let body = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let whole = sealer.seal(body, as: .chunk)
            let sealed = Edits(&parts).applied(to: whole.bytes)
            let opened = try? Opener.open(sealed, whole.reference, kind: .chunk)
            let isWhole = sealed == whole.bytes
            try require((opened != nil) == isWhole, isWhole ? "an object does not open" : "a changed object opens")
            let frames = whole.reference.layout.map { $0.frameCount } ?? 0
            for frame in 0..<frames {
                let range = SealedLayout(bodyLength: length).sealedRange(ofFrames: frame..<frame + 1)
                guard range.upperBound <= sealed.count else { continue }
                let part = try? Opener.openFrames(
                    sealed[range], firstFrame: frame, whole.reference, kind: .chunk)
                let target = SealedLayout(bodyLength: length).bodyRange(ofFrame: frame)
                try require(part == nil || part == Array(body[target]), "a frame opens to something else")
            }
            if !isWhole { throw Refused() }
        }
    }

    static func reference(_ random: inout SeededRandom, length: UInt64? = nil) -> ObjectReference {
        ObjectReference(
            digest: random.digest(), key: ObjectKey(random.bytes(32)), length: length ?? random.anyNumber() >> 34,
            flags: ObjectFlags(rawValue: UInt8(random.below(4))), epoch: UInt32(truncatingIfNeeded: random.anyNumber()))
    }

    static let reference = FuzzTarget("reference", longestInput: 128) { random in
        reference(&random).bytes
    } check: { input in
        let reference = try ObjectReference(bytes: input)
        try require(reference.bytes == input, "two encodings are one reference")
        let layout = try certainly("a reference has no layout") { try accepted(reference.layout) }
        let whole = layout.sealedRange(ofFrames: 0..<layout.frameCount)
        try require(whole == 0..<layout.sealedLength, "an object's frames are not the object")
        let middle = layout.bodyLength / 2
        for range in [0..<middle, middle..<layout.bodyLength] where !range.isEmpty {
            let frames = layout.frames(forBody: range)
            let covered =
                layout.bodyRange(ofFrame: frames.lowerBound)
                .lowerBound..<layout.bodyRange(
                    ofFrame: frames.upperBound - 1
                ).upperBound
            try require(
                covered.contains(range.lowerBound) && covered.upperBound >= range.upperBound, "frames miss bytes")
        }
        _ = reference.cid
    }

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
            let signed = Array("CBSK".utf8) + [0] + input
            let bytes = signed + recovery.signingKey.sign(Array("cbstore/0/keyring".utf8) + signed)
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
