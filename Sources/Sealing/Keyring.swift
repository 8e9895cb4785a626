package import Core
package import Primitives

/// What a keyring gives to who can open it.
package struct OpenedKeyring: Sendable {
    /// Ascending by number; the last is the one to seal with.
    package let epochs: [EpochSecret]
    package let packing: Packing
    /// The seed of the anchor's name key.
    package let anchorSeed: SecretBytes
}

/// The epoch secrets of a vault, each wrapped to every device and to the recovery phrase, and who the devices are.
///
/// A value: changes are made on a copy and count when `encode` signed them with the phrase's key.
package struct Keyring: Sendable {
    /// A device that may open the vault.
    package struct Device: Sendable, Equatable {
        package let identity: DeviceIdentity
        let wrappedAnchor: [UInt8]
        var unknown: [UnknownField] = []
    }

    struct Wrapped: Sendable, Equatable {
        let device: DeviceID
        let secret: [UInt8]
    }

    struct Epoch: Sendable, Equatable {
        let number: UInt32
        let ownerWrapped: [UInt8]
        var wrapped: [Wrapped]
        var unknown: [UnknownField] = []
    }

    /// A field that a later version wrote; it goes with every rewrite.
    struct UnknownField: Sendable, Equatable {
        let number: UInt64
        let value: FieldValue
    }

    /// Devices and epochs at most: together their wrapped secrets (99 bytes each, 3.2 MB) leave a fifth of the 4 MiB that
    /// a keyring may have for names and for what later versions add. Nobody owns as many machines; an epoch each month
    /// lasts for 21 years.
    package static let maximumDevices = 128
    package static let maximumEpochs = 256

    package let vault: VaultID
    /// Grows with every change, so that of two keyrings the newer is known.
    package internal(set) var counter: UInt64
    package let ownerKey: [UInt8]
    let ownerWrapKey: [UInt8]
    /// Chosen when the vault is made. Other objects stay readable when it changes, and equal content becomes others.
    package let packing: Packing
    var epochs: [Epoch]
    package internal(set) var devices: [Device]
    var unknown: [UnknownField]

    /// The keyring of a new vault, with one device.
    package static func create(
        recovery: RecoveryKeys, device: DeviceKeys, epoch: EpochSecret, packing: Packing = .standard
    ) throws(Failure) -> Keyring {
        var keyring = Keyring(
            vault: device.vault, counter: 0, ownerKey: recovery.signingKey.publicKey,
            ownerWrapKey: recovery.wrapKey.publicKey, packing: packing, epochs: [], devices: [], unknown: [])
        try keyring.enroll(device.identity, recovery: recovery)
        try keyring.start(epoch)
        return keyring
    }

    package var epochNumbers: [UInt32] { epochs.map(\.number) }

    /// Takes in a device, or replaces its entry: all epochs and the anchor are wrapped to it.
    ///
    /// Throws with nothing changed: `.denied` for another vault's phrase, `.overLimit` for a device too many.
    package mutating func enroll(_ identity: DeviceIdentity, recovery: RecoveryKeys) throws(Failure) {
        let opened = try open(with: recovery)
        let known = devices.first { $0.identity.id == identity.id }
        guard known != nil || devices.count < Self.maximumDevices else {
            throw Failure(.overLimit, "a vault has at most \(Self.maximumDevices) devices")
        }
        let wrappedAnchor = try KeyWrap.wrap(
            recovery.anchorKey.seed, to: identity.wrapKey, context: anchorContext)
        var next = epochs
        for (index, secret) in opened.epochs.enumerated() {
            let wrapped = try wrap(secret, to: identity)
            next[index].wrapped.removeAll { $0.device == identity.id }
            next[index].wrapped.append(wrapped)
        }
        try grow()
        devices.removeAll { $0.identity.id == identity.id }
        devices.append(Device(identity: identity, wrappedAnchor: wrappedAnchor, unknown: known?.unknown ?? []))
        epochs = next
    }

    /// Begins an epoch: its secret is wrapped to the phrase and to every device that is still here.
    ///
    /// Throws with nothing changed: `.invalid` for a number that does not come after the last one's, `.overLimit`.
    package mutating func start(_ secret: EpochSecret) throws(Failure) {
        let last = epochs.last?.number ?? EpochSecret.keyringNumber
        guard secret.number > last else {
            throw Failure(.invalid, "epoch \(secret.number) does not come after epoch \(last)")
        }
        guard epochs.count < Self.maximumEpochs else {
            throw Failure(.overLimit, "a vault has at most \(Self.maximumEpochs) epochs")
        }
        var wrapped: [Wrapped] = []
        for device in devices { wrapped.append(try wrap(secret, to: device.identity)) }
        let owner = try KeyWrap.wrap(secret.secret, to: ownerWrapKey, context: context(ofEpoch: secret.number))
        try grow()
        epochs.append(Epoch(number: secret.number, ownerWrapped: owner, wrapped: wrapped))
    }

    /// Begins the epoch after the last one, with a new secret.
    package mutating func startNextEpoch() throws(Failure) {
        let last = epochs.last?.number ?? EpochSecret.keyringNumber
        guard last < .max else { throw Failure(.overLimit, "there is no epoch after number \(last)") }
        try start(EpochSecret(number: last + 1))
    }

    /// Takes a device out; what it could read before it may have kept, so an epoch should begin after this.
    package mutating func remove(_ device: DeviceID) throws(Failure) {
        guard devices.contains(where: { $0.identity.id == device }) else {
            throw Failure(.notFound, "device \(device) is not in the keyring")
        }
        try grow()
        devices.removeAll { $0.identity.id == device }
        for index in epochs.indices { epochs[index].wrapped.removeAll { $0.device == device } }
    }

    /// Counts one more change; one counter is never given to two states.
    private mutating func grow() throws(Failure) {
        guard counter < .max else { throw Failure(.overLimit, "the keyring cannot be changed any more") }
        counter += 1
    }

    /// The secrets that are wrapped to a device, the first epoch's among them, which its store is sealed with; throws
    /// `.denied` when the device has no access.
    package func open(with keys: DeviceKeys) throws(Failure) -> OpenedKeyring {
        guard keys.vault == vault, let device = devices.first(where: { $0.identity.id == keys.id }) else {
            throw Failure(
                .denied, "this device is not in the vault's keyring",
                advice: "it was revoked, or never enrolled; enroll it again from another device or with the phrase")
        }
        var secrets: [EpochSecret] = []
        for epoch in epochs {
            guard let wrapped = epoch.wrapped.first(where: { $0.device == keys.id }) else { continue }
            secrets.append(try unwrap(wrapped.secret, epoch.number, with: keys.wrapKey))
        }
        guard let first = secrets.first, first.number == epochs.first?.number else {
            throw Failure(
                .denied, "the vault's keyring has no secret of its first epoch for this device",
                advice: "enroll it again from another device or with the phrase")
        }
        let anchor = try KeyWrap.unwrap(device.wrappedAnchor, with: keys.wrapKey, context: anchorContext)
        return OpenedKeyring(epochs: secrets, packing: packing, anchorSeed: anchor)
    }

    /// All secrets, for who has the phrase.
    package func open(with recovery: RecoveryKeys) throws(Failure) -> OpenedKeyring {
        guard recovery.signingKey.publicKey == ownerKey else {
            throw Failure(.denied, "the recovery phrase is another vault's")
        }
        var secrets: [EpochSecret] = []
        for epoch in epochs {
            secrets.append(try unwrap(epoch.ownerWrapped, epoch.number, with: recovery.wrapKey))
        }
        return OpenedKeyring(epochs: secrets, packing: packing, anchorSeed: recovery.anchorKey.seed)
    }

    private var anchorContext: [UInt8] { Array("cbstore/1/anchor".utf8) + vault.bytes }

    private func context(ofEpoch number: UInt32) -> [UInt8] {
        Array("cbstore/1/epoch".utf8) + vault.bytes + [UInt8](bigEndian: number)
    }

    private func wrap(_ secret: EpochSecret, to identity: DeviceIdentity) throws(Failure) -> Wrapped {
        let bytes = try KeyWrap.wrap(
            secret.secret, to: identity.wrapKey, context: context(ofEpoch: secret.number))
        return Wrapped(device: identity.id, secret: bytes)
    }

    private func unwrap(
        _ wrapped: [UInt8], _ number: UInt32, with key: X25519.PrivateKey
    ) throws(Failure) -> EpochSecret {
        let secret = try KeyWrap.unwrap(wrapped, with: key, context: context(ofEpoch: number))
        guard secret.count == EpochSecret.length else {
            throw Failure(.damaged, "the secret of epoch \(number) has \(secret.count) bytes")
        }
        return EpochSecret(number: number, secret: secret)
    }
}
