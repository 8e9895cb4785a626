package import Primitives

/// Who writes: the device's id, its incarnation, and the key that signs what it publishes.
package struct CommitAuthor: Sendable {
    package let device: [UInt8]
    package let incarnation: UInt64
    package let key: Ed25519.SigningKey

    package init(device: [UInt8], incarnation: UInt64, key: Ed25519.SigningKey) {
        self.device = device
        self.incarnation = incarnation
        self.key = key
    }
}
