package import ContentAddressing
package import Core

/// A name whose records only the holder of a key can make.
package struct IPNSName: Hashable, Sendable, CustomStringConvertible {
    /// Version 1, codec libp2p-key.
    package let cid: CID

    init(key cid: CID) { self.cid = cid }

    /// The name of an Ed25519 key.
    package init(ed25519 publicKey: [UInt8]) throws(MalformedBytes) {
        self.init(key: try CID.name(ofEd25519Key: publicKey))
    }

    /// The key, for the kind of name that contains it.
    package var ed25519Key: [UInt8]? { cid.ed25519Key }

    /// The form in which names are shown and sent: base36, `k51…` for Ed25519.
    package var text: String { cid.nameText }
    package var description: String { text }
}
