package import Core

/// Public keys as CIDs: peer ids and IPNS names.
extension CID {
    /// The protobuf message around an Ed25519 key: type 1, then 32 bytes of data.
    private static let ed25519Head: [UInt8] = [0x08, 0x01, 0x12, 0x20]

    /// The name that the holder of an Ed25519 key publishes under: the key itself, in an identity multihash.
    package static func name(ofEd25519Key publicKey: [UInt8]) throws(MalformedBytes) -> CID {
        guard publicKey.count == 32 else { throw MalformedBytes("an Ed25519 key has 32 bytes") }
        return CID(
            codec: .libp2pKey,
            multihash: try Multihash(code: Multihash.identity, digest: ed25519Head + publicKey))
    }

    /// The Ed25519 key inside a name of that kind.
    package var ed25519Key: [UInt8]? {
        guard codec == .libp2pKey, multihash.code == Multihash.identity,
            multihash.digest.count == Self.ed25519Head.count + 32, multihash.digest.starts(with: Self.ed25519Head)
        else { return nil }
        return Array(multihash.digest[Self.ed25519Head.count...])
    }

    /// The form in which IPNS names are shown and sent: base36, `k51…` for Ed25519.
    package var nameText: String { asVersion1.text(in: .base36) }

    /// The older form of the same: the multihash in base58 without a prefix.
    package var peerIDText: String { Multibase.base58btc.encodeWithoutPrefix(multihash.bytes) }

    /// A peer id in its older form: a multihash in base58 without a prefix (`12D3KooW…`, `Qm…`).
    package init(peerID text: String) throws(MalformedBytes) {
        var reader = ByteReader(try Multibase.base58btc.decodeWithoutPrefix(text))
        let multihash = try Multihash.read(&reader)
        guard reader.isAtEnd else { throw MalformedBytes("\(reader.remaining) bytes behind a peer id") }
        self.init(codec: .libp2pKey, multihash: multihash)
    }
}
