package import Core
internal import Primitives

// Magic, version, body, signature. The body is a message of numbered fields; what is not known here stays in it.
extension Keyring {
    private static let magic = Array("CBSK".utf8)
    private static let domain = Array("cbstore/1/keyring".utf8)
    /// Room for all devices and epochs that there may be; read by every device, so it is bounded before it is parsed.
    private static let maximumLength = 4 << 20

    /// The keyring's bytes, signed with the phrase's key; throws `.denied` for another vault's phrase.
    package func encode(signedBy recovery: RecoveryKeys) throws(Failure) -> [UInt8] {
        guard recovery.signingKey.publicKey == ownerKey else {
            throw Failure(.denied, "the recovery phrase is another vault's")
        }
        let signed = Self.magic + [FormatVersion.current] + body
        return signed + recovery.signingKey.sign(Self.domain + signed)
    }

    /// The keyring in `bytes`, when `ownerKey` signed it; nothing is read before the signature was verified.
    ///
    /// Throws `.integrity` for a signature that does not fit, `.damaged` and `.unknownFormat`.
    package init(bytes: [UInt8], ownerKey: [UInt8]) throws(Failure) {
        guard bytes.count <= Self.maximumLength, bytes.starts(with: Self.magic),
            bytes.count > Self.magic.count + Ed25519.signatureLength
        else { throw Failure(.damaged, "the bytes are not a keyring") }
        try FormatVersion.check(bytes[Self.magic.count], of: "the keyring")
        let end = bytes.count - Ed25519.signatureLength
        guard Ed25519.verify(Array(bytes[end...]), of: Self.domain + bytes[..<end], publicKey: ownerKey) else {
            throw Failure(
                .integrity, "the keyring is not signed with the vault's recovery phrase",
                advice: "it was changed by somebody else, or belongs to another vault; it was not used")
        }
        let body = bytes[(Self.magic.count + 1)..<end]
        try Self.checkPacking(body)
        do throws(MalformedBytes) {
            self = try Self.decode(body)
        } catch {
            throw Failure(.damaged, "the keyring cannot be read", cause: error)
        }
        guard self.ownerKey == ownerKey else {
            throw Failure(.integrity, "the keyring names another owner than the one who signed it")
        }
    }

    /// The keyring as the object that lies in the store and on remotes: nobody else learns of devices and their names.
    package func sealed(by recovery: RecoveryKeys) throws(Failure) -> SealedObject {
        Sealer(recovery.keyringSecret).seal(try encode(signedBy: recovery), as: .keyring)
    }

    /// The keyring in its object.
    package init(sealed bytes: [UInt8], ownerKey: [UInt8], secret: EpochSecret) throws(Failure) {
        self = try Keyring(bytes: try Sealer(secret).open(bytes, kind: .keyring).content, ownerKey: ownerKey)
    }

    private var body: [UInt8] {
        var writer = FieldWriter()
        writer.bytes(1, vault.bytes)
        writer.number(2, counter)
        writer.bytes(3, ownerKey)
        writer.bytes(4, ownerWrapKey)
        for epoch in epochs { writer.bytes(5, epoch.bytes) }
        for device in devices { writer.bytes(6, device.bytes) }
        if packing.number != 0 { writer.number(7, packing.number) }
        for field in unknown { writer.field(field.number, field.value) }
        return writer.bytes
    }

    /// Refuses what only a later version knows how to do; what is wrong with the body otherwise, `decode` says.
    private static func checkPacking(_ body: ArraySlice<UInt8>) throws(Failure) {
        var fields = FieldReader(body)
        while let (field, value) = try? fields.next() {
            guard field == 7, case .number(let number) = value, Packing(number: number) == nil else { continue }
            throw Failure(
                .unknownFormat, "the vault packs its content in a way that this cbstore does not know",
                advice: "update cbstore on this machine; nothing was changed")
        }
    }

    private static func decode(_ body: ArraySlice<UInt8>) throws(MalformedBytes) -> Keyring {
        var fields = FieldReader(body)
        var single: [UInt64: FieldValue] = [:]
        var epochs: [Epoch] = []
        var devices: [Device] = []
        var unknown: [UnknownField] = []
        while let (field, value) = try fields.next() {
            switch field {
            case 1...4, 7:
                guard single.updateValue(value, forKey: field) == nil else {
                    throw MalformedBytes("field \(field) twice")
                }
            case 5: epochs.append(try Epoch(bytes: value.bytes("an epoch")))
            case 6: devices.append(try Device(bytes: value.bytes("a device")))
            default: unknown.append(UnknownField(number: field, value: value))
            }
        }
        guard let vault = single[1], let counter = single[2], let ownerKey = single[3], let wrapKey = single[4] else {
            throw MalformedBytes("vault, counter or owner is missing")
        }
        guard let first = epochs.first, first.number > EpochSecret.keyringNumber else {
            throw MalformedBytes("no first epoch")
        }
        guard zip(epochs, epochs.dropFirst()).allSatisfy({ $0.number < $1.number }) else {
            throw MalformedBytes("epochs out of order")
        }
        guard epochs.count <= maximumEpochs, devices.count <= maximumDevices else {
            throw MalformedBytes("\(epochs.count) epochs and \(devices.count) devices, which is too many")
        }
        guard Set(devices.map(\.identity.id)).count == devices.count else { throw MalformedBytes("a device twice") }
        guard let packing = Packing(number: try single[7]?.number("the packing") ?? 0) else {
            throw MalformedBytes("a packing that this version does not know")
        }
        return Keyring(
            vault: try VaultID(vault.bytes("the vault's id")), counter: try counter.number("the counter"),
            ownerKey: try ownerKey.bytes("the owner's key", count: Ed25519.publicKeyLength),
            ownerWrapKey: try wrapKey.bytes("the owner's wrap key", count: X25519.keyLength), packing: packing,
            epochs: epochs, devices: devices, unknown: unknown)
    }
}

extension Keyring.Epoch {
    private static let wrappedLength = EpochSecret.length + KeyWrap.overhead

    fileprivate var bytes: [UInt8] {
        var writer = FieldWriter()
        writer.number(1, number)
        writer.bytes(2, ownerWrapped)
        for entry in wrapped { writer.bytes(3, entry.device.bytes + entry.secret) }
        for field in unknown { writer.field(field.number, field.value) }
        return writer.bytes
    }

    fileprivate init(bytes: [UInt8]) throws(MalformedBytes) {
        var fields = FieldReader(bytes)
        var number: UInt32?
        var owner: [UInt8]?
        var wrapped: [Keyring.Wrapped] = []
        var unknown: [Keyring.UnknownField] = []
        while let (field, value) = try fields.next() {
            switch field {
            case 1:
                guard number == nil, let parsed = UInt32(exactly: try value.number("an epoch's number")) else {
                    throw MalformedBytes("an epoch's number")
                }
                number = parsed
            case 2:
                guard owner == nil else { throw MalformedBytes("an epoch wrapped twice to its owner") }
                owner = try value.bytes("a wrapped secret", count: Self.wrappedLength)
            case 3:
                let bytes = try value.bytes("a wrapped secret", count: DeviceID.length + Self.wrappedLength)
                wrapped.append(
                    Keyring.Wrapped(
                        device: try DeviceID(Array(bytes[..<DeviceID.length])),
                        secret: Array(bytes[DeviceID.length...])))
            default: unknown.append(Keyring.UnknownField(number: field, value: value))
            }
        }
        guard let number, let owner else { throw MalformedBytes("an epoch without number or secret") }
        guard Set(wrapped.map(\.device)).count == wrapped.count else {
            throw MalformedBytes("an epoch wrapped twice to one device")
        }
        self.init(number: number, ownerWrapped: owner, wrapped: wrapped, unknown: unknown)
    }
}

extension Keyring.Device {
    private static let wrappedLength = Ed25519.seedLength + KeyWrap.overhead

    fileprivate var bytes: [UInt8] {
        var writer = FieldWriter()
        writer.bytes(1, identity.id.bytes)
        writer.bytes(2, Array(identity.name.utf8))
        writer.bytes(3, identity.signingKey)
        writer.bytes(4, identity.wrapKey)
        writer.bytes(5, identity.headKey)
        writer.bytes(6, wrappedAnchor)
        for field in unknown { writer.field(field.number, field.value) }
        return writer.bytes
    }

    fileprivate init(bytes: [UInt8]) throws(MalformedBytes) {
        var fields = FieldReader(bytes)
        var known: [UInt64: [UInt8]] = [:]
        var unknown: [Keyring.UnknownField] = []
        while let (field, value) = try fields.next() {
            guard (1...6).contains(field) else {
                unknown.append(Keyring.UnknownField(number: field, value: value))
                continue
            }
            let lengths: [UInt64: Int] = [1: DeviceID.length, 3: 32, 4: 32, 5: 32, 6: Self.wrappedLength]
            let bytes = try value.bytes("field \(field) of a device", count: lengths[field])
            guard known.updateValue(bytes, forKey: field) == nil else { throw MalformedBytes("field \(field) twice") }
        }
        guard let id = known[1], let nameBytes = known[2], let signingKey = known[3], let wrapKey = known[4],
            let headKey = known[5], let anchor = known[6]
        else { throw MalformedBytes("a device without all of its keys") }
        guard nameBytes.count <= DeviceKeys.maximumNameLength, let name = String(validating: nameBytes, as: UTF8.self)
        else { throw MalformedBytes("a device's name") }
        self.init(
            identity: DeviceIdentity(
                id: try DeviceID(id), name: name, signingKey: signingKey, wrapKey: wrapKey, headKey: headKey),
            wrappedAnchor: anchor, unknown: unknown)
    }
}
