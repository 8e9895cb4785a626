package import Core

/// How a file is cut and linked; two importers agree on a CID only when all of this is the same.
package struct UnixFSProfile: Sendable, Hashable {
    /// Which nodes stand between the root and the leaves.
    package enum Layout: Sendable {
        /// All leaves at the same depth.
        case balanced
        /// Leaves first, then ever deeper subtrees: the beginning of a stream is near its root.
        case trickle
    }

    /// The longest chunk: with the frame of a node around it, a block stays within the 2 MiB that peers take.
    package static let longestChunk = (2 << 20) - 256
    /// The most links that may be asked for: each takes up to 100 bytes with a digest of 64, so a block stays below 2 MiB.
    package static let greatestWidth = 16_384

    package let chunkLength: Int
    /// The most links of one node; below a trickle node these are its leaves, and subtrees come on top.
    package let width: Int
    package let layout: Layout
    /// Whether leaves are bare bytes, or dag-pb nodes that carry them.
    package let hasRawLeaves: Bool
    package let version: CID.Version
    /// What names every block.
    package let function: HashFunction

    /// Version 0 has SHA-256 only, and the identity names no block.
    package init(
        chunkLength: Int, width: Int, layout: Layout = .balanced, hasRawLeaves: Bool, version: CID.Version,
        function: HashFunction = .sha256
    ) {
        precondition((1...Self.longestChunk).contains(chunkLength), "a chunk has bytes, and fits a block")
        precondition((2...Self.greatestWidth).contains(width), "a node links, and fits a block")
        precondition(function != .identity && (version == .v1 || function == .sha256), "blocks have CIDs")
        self.chunkLength = chunkLength
        self.width = width
        self.layout = layout
        self.hasRawLeaves = hasRawLeaves
        self.version = version
        self.function = function
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
