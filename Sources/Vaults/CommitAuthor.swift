internal import Primitives

/// Who writes: the device's id, its incarnation, and the key that signs what it publishes.
struct CommitAuthor: Sendable {
    let device: [UInt8]
    let incarnation: UInt64
    let key: Ed25519.SigningKey
}
