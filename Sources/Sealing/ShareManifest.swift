internal import ContentAddressing
package import Core

/// What a share link leads to: the references of one file or one directory tree, which carry the keys to read it.
///
/// It says nothing of the vault. Whoever opens it can read what it names for as long as that is stored anywhere: taking
/// the manifest away, or its expiry, takes nothing from who has opened it.
package struct ShareManifest: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        /// A file in one chunk.
        case chunk(ObjectReference)
        /// A file in a chunk list; `depth` 0 lists chunks, 1 lists such lists, and so on.
        case list(ObjectReference, depth: Int, size: UInt64)
        /// A directory with all that is below it, by its root node.
        case tree(ObjectReference)
    }

    /// The name under which the content was shared: one component of a path.
    package let name: Name
    package let content: Content
    package let created: Timestamp
    /// When readers should stop using it.
    package let expires: Timestamp?
    /// Encoded fields that a later version wrote.
    let unknownFields: [UInt8]

    /// Throws `.invalid` for what is no name of a file, and for a depth that no file's record can have.
    package init(
        name: Name, content: Content, created: Timestamp, expires: Timestamp? = nil
    ) throws(Failure) {
        guard Self.isShareable(name) else {
            throw Failure(.invalid, "'\(name.escaped)' cannot be the name of a share")
        }
        if case .list(_, let depth, _) = content, !(0...ChunkList.greatestDepth).contains(depth) {
            throw Failure(.invalid, "chunk lists are nested too deep to be shared")
        }
        self.init(name: name, content: content, created: created, expires: expires, unknownFields: [])
    }

    static func isShareable(_ name: Name) -> Bool {
        name.isComponent && name.count <= Limits.Names.componentBytes
    }

    init(name: Name, content: Content, created: Timestamp, expires: Timestamp?, unknownFields: [UInt8]) {
        self.name = name
        self.content = content
        self.created = created
        self.expires = expires
        self.unknownFields = unknownFields
    }

    /// Refuses a share whose time is over, by the reader's own clock, with `.denied`.
    package func checkExpiry(at now: Timestamp) throws(Failure) {
        guard let expires, expires <= now else { return }
        throw Failure(
            .denied, "the share '\(name.escaped)' expired at \(expires.text), by this machine's clock",
            advice: "an expiry is a request to the reader and protects nothing; ask for a new link")
    }
}

extension ShareManifest {
    /// Seals the manifest under a fresh secret that opens it and nothing else; the link carries that secret.
    package func seal() -> (object: SealedObject, link: ShareLink) {
        let secret = EpochSecret(number: EpochSecret.shareNumber)
        let object = Sealer(secret).seal(encoded, as: .share)
        return (object, ShareLink(cid: object.reference.cid, secret: secret.secret))
    }

    /// Opens the object that `link` names.
    ///
    /// Throws `.integrity` for other bytes, another secret and an unreadable manifest, `.unknownFormat` for one that
    /// only a later version can read. An expired one opens: see `checkExpiry`.
    package init(opening sealed: [UInt8], with link: ShareLink) throws(Failure) {
        guard sealed.count <= Self.maximumSealedLength else {
            throw Opener.refusal(link.cid, "a share manifest is never \(sealed.count) bytes long")
        }
        try Opener.checkDigest(sealed, try ObjectCID.digest(of: link.cid))
        let secret = EpochSecret(number: EpochSecret.shareNumber, secret: link.secret)
        let opened = try Sealer(secret).open(sealed, kind: .share)
        self = try Self.decode(opened.content)
    }
}
