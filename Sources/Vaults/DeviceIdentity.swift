internal import Primitives

/// Who writes: the device's id, its incarnation, and the key that signs what it publishes.
struct DeviceIdentity: Sendable {
    let device: [UInt8]
    let incarnation: UInt64
    private let key: Ed25519.SigningKey

    init(device: [UInt8], incarnation: UInt64, key: Ed25519.SigningKey) {
        self.device = device
        self.incarnation = incarnation
        self.key = key
    }

    var publicKey: [UInt8] { key.publicKey }
    func sign(_ message: [UInt8]) -> [UInt8] { key.sign(message) }
}
