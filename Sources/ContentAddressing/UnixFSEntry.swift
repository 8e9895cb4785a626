package import Core

/// What a CID leads to in UnixFS, as its block says.
package struct UnixFSEntry: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case file(size: UInt64)
        case directory
        /// A directory that is spread over many nodes.
        case shardedDirectory
        case symlink(target: Name)
    }

    package let kind: Kind
    /// As stored, with the bits that have no meaning yet; nil when the writer gave none.
    package let mode: UInt32?
    package let modified: Timestamp?

    package init(kind: Kind, mode: UInt32? = nil, modified: Timestamp? = nil) {
        self.kind = kind
        self.mode = mode
        self.modified = modified
    }
}
