package import Core

/// How a file is cut and linked; two importers agree on a CID only when all of this is the same.
package struct UnixFSProfile: Sendable, Hashable {
    package var chunkLength: Int
    /// The most links of one node.
    package let width: Int
    /// Whether leaves are bare bytes, or dag-pb nodes that carry them.
    package let hasRawLeaves: Bool
    package let version: CID.Version

    package init(chunkLength: Int, width: Int, hasRawLeaves: Bool, version: CID.Version) {
        precondition(chunkLength > 0 && width > 1, "a profile cuts and links")
        self.chunkLength = chunkLength
        self.width = width
        self.hasRawLeaves = hasRawLeaves
        self.version = version
    }

    /// What `ipfs add --cid-version=1` does, and what names our objects.
    package static let object = UnixFSProfile(
        chunkLength: 262_144, width: 174, hasRawLeaves: true, version: .v1)
    package static let unixfsV0of2015 = UnixFSProfile(
        chunkLength: 262_144, width: 174, hasRawLeaves: false, version: .v0)
    package static let unixfsV1of2025 = UnixFSProfile(
        chunkLength: 1_048_576, width: 1024, hasRawLeaves: true, version: .v1)
}

/// What the root of a file may say beside its content.
package struct UnixFSMetadata: Sendable, Hashable {
    package let mode: UInt32?
    package let modified: Timestamp?

    package init(mode: UInt32? = nil, modified: Timestamp? = nil) {
        self.mode = mode
        self.modified = modified
    }

    package static let none = UnixFSMetadata()
    var isEmpty: Bool { mode == nil && modified == nil }
}
