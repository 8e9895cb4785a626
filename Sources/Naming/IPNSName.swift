package import ContentAddressing
package import Core
package import Primitives

/// A name whose records only the holder of a key can make.
package struct IPNSName: Hashable, Sendable, CustomStringConvertible {
    /// Version 1, codec libp2p-key.
    package let cid: CID

    init(key cid: CID) { self.cid = cid }

    /// The name of an Ed25519 key.
    package init(ed25519 publicKey: [UInt8]) throws(MalformedBytes) {
        self.init(key: try CID.name(ofEd25519Key: publicKey))
    }

    /// The name under which a key publishes.
    package init(of key: Ed25519.SigningKey) {
        do throws(MalformedBytes) {
            try self.init(ed25519: key.publicKey)
        } catch {
            preconditionFailure("a key of our own names nothing: \(error)")
        }
    }

    /// The name of a public key's message, which is well-formed.
    init?(of message: [UInt8]) {
        guard let multihash = PublicKey.multihash(ofMessage: message) else { return nil }
        self.init(key: CID(codec: .libp2pKey, multihash: multihash))
    }

    /// The key, for the kind of name that contains it.
    package var ed25519Key: [UInt8]? { cid.ed25519Key }

    /// The form in which names are shown and sent: base36, `k51…` for Ed25519.
    package var text: String { cid.nameText }
    package var description: String { text }
    /// The older form, in which programs of libp2p show it: base58, `12D3KooW…` for Ed25519.
    package var peerID: String { cid.peerIDText }
}
