package import ContentAddressing
package import Core

extension IPNSName {
    private static let pathPrefix = "/ipns/"
    private static let contentPrefix = "/ipfs/"

    /// The name that `text` writes, in any form in use, with or without `/ipns/` before it.
    ///
    /// Read are CIDs in every known base (`k51…`, `bafzaa…`) and peer ids (`12D3KooW…`, `Qm…`). Throws `.invalid`, and
    /// `.unsupported` for the name of a domain, which is no key.
    package init(_ text: String) throws(Failure) {
        let shown = Name(String(text.prefix(80))).escaped
        let bare = text.hasPrefix(Self.pathPrefix) ? String(text.dropFirst(Self.pathPrefix.count)) : text
        do throws(MalformedBytes) {
            try self.init(cid: try Self.parse(bare))
        } catch {
            // Only now: a slash is also a digit of base64.
            if bare.contains("/") {
                throw Failure(
                    .invalid, "\(shown) has a path behind the name", advice: "give the name alone", cause: error)
            }
            if bare.contains(".") {
                throw Failure(
                    .unsupported, "\(shown) is a domain, not the name of a key",
                    advice: "give the key's name (k51…) that the domain's DNSLink record points to")
            }
            throw Failure(
                .invalid, "\(shown) is not an IPNS name", advice: "names look like k51… or 12D3KooW…", cause: error)
        }
    }

    private static func parse(_ text: String) throws(MalformedBytes) -> CID {
        guard text.utf8.count <= NameLimits.textBytes else { throw MalformedBytes("too long") }
        // No multibase has these letters, so a multihash without a prefix is known by them.
        if text.hasPrefix("1") || text.hasPrefix("Qm") { return try CID(peerID: text) }
        return try CID.parse(text).cid
    }

    /// A name from a CID. The codec of old links, dag-pb, is read as that of keys, which it stands for there.
    package init(cid: CID) throws(MalformedBytes) {
        guard cid.codec == .libp2pKey || cid.codec == .dagPB else {
            throw MalformedBytes("it names content, not a key")
        }
        switch cid.multihash.code {
        case Multihash.identity: _ = try PublicKey(message: cid.multihash.digest)
        case Multihash.sha256 where cid.multihash.digest.count == Digest.length: break
        default: throw MalformedBytes("no key has such a hash")
        }
        self.init(key: CID(codec: .libp2pKey, multihash: cid.multihash))
    }

    /// What a record says of a name that stands for content.
    package static func value(for cid: CID) -> String { contentPrefix + cid.description }

    /// The content that a record's value stands for, whole: throws `.unsupported` for a path within content and for a
    /// value that refers to another name, `.invalid` for anything else.
    package static func cid(inValue value: String) throws(Failure) -> CID {
        let shown = Name(String(value.prefix(80))).escaped
        guard value.hasPrefix(contentPrefix) else {
            guard !value.hasPrefix(pathPrefix) else {
                throw Failure(.unsupported, "the value \(shown) refers to another name")
            }
            throw Failure(.invalid, "the value \(shown) does not say /ipfs/ and a CID")
        }
        let rest = value.dropFirst(contentPrefix.count)
        guard !rest.contains("/") else {
            throw Failure(.unsupported, "the value \(shown) is a path within content")
        }
        return try CID(String(rest))
    }
}
