import Core
import Primitives
import Sealing
import StorageSupport
import Testing

/// A keyring, and what it should open, after any sequence of changes.
private struct KeyringModel {
    static let greatestDeviceCount = 6

    let recovery = RecoveryKeys(RecoveryPhrase())
    let vault = VaultID()
    private(set) var keyring: Keyring
    /// All that ever were, so that they can come back and be asked when they are gone.
    private(set) var machines: [DeviceKeys]
    private var enrolled: Set<DeviceID> = []
    private(set) var secrets: [SecretBytes] = []
    private var random: SeededRandom

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        let (vault, recovery) = (vault, recovery)
        machines = (0..<Self.greatestDeviceCount).map { DeviceKeys(name: "\($0)", vault: vault, owner: recovery) }
        let epoch = EpochSecret(number: 1)
        keyring = try Keyring.create(recovery: recovery, device: machines[0], epoch: epoch)
        enrolled = [machines[0].id]
        secrets = [epoch.secret]
    }

    /// Makes one random change, and lets the keyring go through its encoded form now and then.
    mutating func step() throws {
        let before = keyring.counter
        let index = Int.random(in: 0..<machines.count, using: &random)
        switch UInt8.random(in: 0..<5, using: &random) {
        case 0:
            try keyring.startNextEpoch()
            secrets.append(try #require(keyring.open(with: recovery).epochs.last).secret)
        case 1:
            guard enrolled.remove(machines[index].id) != nil else { return }
            try keyring.remove(machines[index].id)
        case 2:
            machines[index] = machines[index].renewed()
            fallthrough
        default:
            try keyring.enroll(machines[index].identity, recovery: recovery)
            enrolled.insert(machines[index].id)
        }
        #expect(keyring.counter > before, "every change counts")
        if Bool.random(using: &random) {
            let sealed = try keyring.sealed(by: recovery).bytes
            keyring = try Keyring(
                sealed: sealed, ownerKey: recovery.signingKey.publicKey, secret: machines[0].keyringSecret)
        }
    }

    func check() throws {
        #expect(Set(keyring.devices.map(\.identity.id)) == enrolled)
        let everything = try keyring.open(with: recovery)
        #expect(everything.epochs.map(\.secret) == secrets)
        #expect(everything.epochs.map(\.number) == secrets.indices.map { UInt32($0 + 1) })
        for machine in machines {
            guard enrolled.contains(machine.id) else {
                #expect(throws: Failure.self) { try keyring.open(with: machine) }
                continue
            }
            let opened = try keyring.open(with: machine)
            #expect(opened.epochs.map(\.secret) == secrets)
            #expect(opened.anchorSeed == recovery.anchorKey.seed)
        }
    }
}

@Suite struct KeyringHistoryTests {
    @Test(
        "after any sequence of changes, devices in the keyring open every epoch, others none, the phrase all",
        arguments: 1...UInt64(8))
    func histories(seed: UInt64) throws {
        var model = try KeyringModel(seed: seed)
        for _ in 0..<30 {
            try model.step()
            try model.check()
        }
    }

    @Test("a device that was taken out keeps what it had, and gets nothing of what begins later")
    func removal() throws {
        let recovery = RecoveryKeys(RecoveryPhrase())
        let vault = VaultID()
        let (laptop, phone) = (
            DeviceKeys(name: "laptop", vault: vault, owner: recovery),
            DeviceKeys(name: "phone", vault: vault, owner: recovery)
        )
        var keyring = try Keyring.create(recovery: recovery, device: laptop, epoch: EpochSecret(number: 1))
        try keyring.enroll(phone.identity, recovery: recovery)
        let kept = try keyring.open(with: phone).epochs
        try keyring.remove(phone.id)
        try keyring.startNextEpoch()
        let newest = try #require(keyring.open(with: laptop).epochs.last)
        #expect(newest.number == 2 && !kept.map(\.secret).contains(newest.secret))
        let sealed = Sealer(newest).seal(Array("later".utf8), as: .chunk)
        #expect(throws: Failure.self) { try SealerRing(kept, packing: .standard).open(sealed.bytes) }
        // Nothing wrapped in the new keyring opens with its key: as none of it names the device, every blob is tried.
        let bytes = try keyring.encode(signedBy: recovery)
        let wrappedLength = EpochSecret.length + KeyWrap.overhead
        let context = Array("cbstore/1/epoch".utf8) + vault.bytes + [UInt8](bigEndian: UInt32(2))
        func opens(_ key: X25519.PrivateKey) -> Bool {
            (0...bytes.count - wrappedLength).contains { start in
                let blob = Array(bytes[start..<start + wrappedLength])
                return (try? KeyWrap.unwrap(blob, with: key, context: context)) != nil
            }
        }
        #expect(!opens(phone.wrapKey))
        #expect(opens(laptop.wrapKey))
        // Enrolled again, it gets all of them.
        try keyring.enroll(phone.identity, recovery: recovery)
        #expect(try keyring.open(with: phone).epochs.map(\.number) == [1, 2])
    }

    @Test("every flipped bit and every truncation of the keyring's object is refused")
    func damagedObject() throws {
        let recovery = RecoveryKeys(RecoveryPhrase())
        let device = DeviceKeys(name: "laptop", vault: VaultID(), owner: recovery)
        var keyring = try Keyring.create(recovery: recovery, device: device, epoch: EpochSecret(number: 1))
        try keyring.startNextEpoch()
        let bytes = try keyring.sealed(by: recovery).bytes
        func opens(_ bytes: [UInt8]) -> Bool {
            (try? Keyring(sealed: bytes, ownerKey: device.ownerKey, secret: device.keyringSecret)) != nil
        }
        #expect(opens(bytes))
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!opens(damaged), "bit \(bit)")
        }
        for count in bytes.indices { #expect(!opens(Array(bytes[..<count])), "\(count) bytes") }
        #expect(!opens(bytes + [0]))
    }

    @Test("fields of a later version pass through every kind of change, on all three levels")
    func unknownFields() throws {
        let recovery = RecoveryKeys(RecoveryPhrase())
        let vault = VaultID()
        let (laptop, phone) = (
            DeviceKeys(name: "laptop", vault: vault, owner: recovery),
            DeviceKeys(name: "phone", vault: vault, owner: recovery)
        )
        var first = try Keyring.create(recovery: recovery, device: laptop, epoch: EpochSecret(number: 1))
        try first.enroll(phone.identity, recovery: recovery)
        var keyring = try KeyringBytes.adding(to: first, recovery)
        func check(_ what: Comment, epochs: [Int], devices: [Int]) throws {
            let found = try KeyringBytes.unknownFields(of: keyring, recovery)
            #expect(found == KeyringBytes.Found(top: 2, epochs: epochs, devices: devices), what)
            keyring = try Keyring(
                bytes: keyring.encode(signedBy: recovery), ownerKey: recovery.signingKey.publicKey)
        }
        try check("as read", epochs: [2], devices: [2, 2])
        try keyring.startNextEpoch()
        try check("a new epoch has none", epochs: [2, 0], devices: [2, 2])
        try keyring.enroll(laptop.renewed().identity, recovery: recovery)
        try check("a device enrolled again keeps its own", epochs: [2, 0], devices: [2, 2])
        try keyring.remove(phone.id)
        try check("a device that goes takes its own along", epochs: [2, 0], devices: [2])
        try keyring.enroll(phone.identity, recovery: recovery)
        try check("and has none when it comes back", epochs: [2, 0], devices: [2, 0])
    }

    @Test("a device or an epoch too many is refused and changes nothing; one enrolled again is none more")
    func limits() throws {
        let recovery = RecoveryKeys(RecoveryPhrase())
        var (wide, first) = try keyring(devices: Keyring.maximumDevices, epochs: 1, recovery)
        var (long, _) = try keyring(devices: 1, epochs: Keyring.maximumEpochs, recovery)
        for full in [wide, long] {
            let bytes = try full.encode(signedBy: recovery)
            _ = try Keyring(bytes: bytes, ownerKey: recovery.signingKey.publicKey)
        }
        let counters = [wide.counter, long.counter]
        let one = DeviceKeys(name: "one", vault: wide.vault, owner: recovery)
        #expect(code { () throws(Failure) in try wide.enroll(one.identity, recovery: recovery) } == .overLimit)
        #expect(code { () throws(Failure) in try long.startNextEpoch() } == .overLimit)
        #expect([wide.counter, long.counter] == counters)
        #expect(wide.devices.count == Keyring.maximumDevices && long.epochNumbers.count == Keyring.maximumEpochs)
        first = first.renewed()
        try wide.enroll(first.identity, recovery: recovery)
        try wide.remove(first.id)
        try wide.enroll(one.identity, recovery: recovery)
    }

    @Test("a keyring with all devices and epochs that there may be is no longer than one may be")
    func greatestLength() throws {
        let recovery = RecoveryKeys(RecoveryPhrase())
        func length(_ devices: Int, _ epochs: Int) throws -> Int {
            try keyring(devices: devices, epochs: epochs, recovery).0.encode(signedBy: recovery).count
        }
        // A part for each device, one for each epoch, and one for each pair: three steps tell them.
        let (one, wide, long, both) = (try length(2, 2), try length(6, 2), try length(2, 6), try length(6, 6))
        let (device, epoch) = (Double(wide - one) / 4, Double(long - one) / 4)
        let pair = Double(both - wide - long + one) / 16
        let devices = Double(Keyring.maximumDevices - 2)
        let epochs = Double(Keyring.maximumEpochs - 2)
        var greatest = Double(one)
        greatest += device * devices
        greatest += epoch * epochs
        greatest += pair * devices * epochs
        #expect(pair >= 98, "a wrapped secret and its device's id are 96 bytes")
        // Lengths of lengths grow by a few bytes each.
        greatest += 4 * (devices + epochs)
        #expect(greatest < Double(4 << 20), "\(greatest) bytes")
    }

    /// A keyring whose devices have names of the greatest length, and the first of them.
    private func keyring(
        devices: Int, epochs: Int, _ recovery: RecoveryKeys
    ) throws -> (Keyring, DeviceKeys) {
        let vault = VaultID()
        let name = String(repeating: "n", count: DeviceKeys.maximumNameLength)
        let first = DeviceKeys(name: name, vault: vault, owner: recovery)
        var keyring = try Keyring.create(recovery: recovery, device: first, epoch: EpochSecret(number: 1))
        for _ in 1..<devices {
            let device = DeviceKeys(name: name, vault: vault, owner: recovery)
            try keyring.enroll(device.identity, recovery: recovery)
        }
        for _ in 1..<epochs { try keyring.startNextEpoch() }
        return (keyring, first)
    }

    @Test("the number of the keyring's own secret, and the last number there is, begin no epoch")
    func numbers() throws {
        let recovery = RecoveryKeys(RecoveryPhrase())
        let device = DeviceKeys(name: "laptop", vault: VaultID(), owner: recovery)
        let zero = EpochSecret(number: EpochSecret.keyringNumber)
        let verdict = code { () throws(Failure) in
            _ = try Keyring.create(recovery: recovery, device: device, epoch: zero)
        }
        #expect(verdict == .invalid)
        var keyring = try Keyring.create(recovery: recovery, device: device, epoch: EpochSecret(number: .max))
        #expect(code { () throws(Failure) in try keyring.startNextEpoch() } == .overLimit)
    }

    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }
}

/// The bytes of a keyring as `docs/format.md` describes them, for fields that no code here writes.
private enum KeyringBytes {
    struct Found: Equatable {
        var top: Int
        var epochs: [Int]
        var devices: [Int]
    }

    private static let later: UInt64 = 900

    /// The keyring with two fields more in its body, in each epoch and in each device.
    static func adding(to keyring: Keyring, _ recovery: RecoveryKeys) throws -> Keyring {
        let bytes = try keyring.encode(signedBy: recovery)
        var writer = FieldWriter()
        for (field, value) in try fields(bytes.dropLast(Ed25519.signatureLength).dropFirst(5)) {
            guard [5, 6].contains(field), case .bytes(let inner) = value else {
                writer.field(field, value)
                continue
            }
            var message = FieldWriter()
            for (field, value) in try fields(inner) { message.field(field, value) }
            message.number(later, 7)
            message.bytes(later + 1, Array("later".utf8))
            writer.bytes(field, message.bytes)
        }
        writer.number(later, 7)
        writer.bytes(later + 1, Array("later".utf8))
        let signed = bytes[..<5] + writer.bytes
        let signature = recovery.signingKey.sign(Array("cbstore/1/keyring".utf8) + signed)
        return try Keyring(bytes: signed + signature, ownerKey: recovery.signingKey.publicKey)
    }

    /// How many of those stand in each part of the keyring's bytes.
    static func unknownFields(of keyring: Keyring, _ recovery: RecoveryKeys) throws -> Found {
        let bytes = try keyring.encode(signedBy: recovery)
        var found = Found(top: 0, epochs: [], devices: [])
        for (field, value) in try fields(bytes.dropLast(Ed25519.signatureLength).dropFirst(5)) {
            if field >= later { found.top += 1 }
            guard [5, 6].contains(field), case .bytes(let inner) = value else { continue }
            let count = try fields(inner).count { isLater($0) }
            if field == 5 { found.epochs.append(count) } else { found.devices.append(count) }
        }
        return found
    }

    private static func isLater(_ field: (UInt64, FieldValue)) -> Bool {
        switch field {
        case (later, .number(7)): true
        case (later + 1, .bytes(let bytes)): bytes.elementsEqual("later".utf8)
        default: false
        }
    }

    private static func fields(_ bytes: ArraySlice<UInt8>) throws -> [(UInt64, FieldValue)] {
        var reader = FieldReader(bytes)
        var fields: [(UInt64, FieldValue)] = []
        while let (field, value) = try reader.next() { fields.append((field, value)) }
        return fields
    }
}
