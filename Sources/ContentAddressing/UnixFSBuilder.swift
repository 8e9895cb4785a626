package import Core
internal import Primitives

/// Builds the balanced UnixFS DAG of a file from its bytes, in the order and the memory of a stream.
///
/// It holds one chunk and one open node per level. Each finished block goes to `sink` if there is one; an error that
/// it throws comes out of `append` or `finish`, after which the builder is of no use. For one thread at a time.
package struct UnixFSBuilder {
    package typealias Sink = (_ cid: CID, _ block: [UInt8]) throws(Failure) -> Void

    private let profile: UnixFSProfile
    private let metadata: UnixFSMetadata
    private let sink: Sink?
    private var levels: UnixFSLevels
    /// The end of the input so far: at most one chunk, held back because the last one may have to be the root.
    private var pending: [UInt8] = []
    private var leafCount = 0

    package init(profile: UnixFSProfile, metadata: UnixFSMetadata = .none, sink: Sink? = nil) {
        self.profile = profile
        self.metadata = metadata
        self.sink = sink
        levels = UnixFSLevels(profile: profile)
    }

    package mutating func append(_ bytes: [UInt8]) throws(Failure) {
        try append(bytes[...])
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        var rest = bytes
        if !pending.isEmpty {
            let taken = rest.prefix(profile.chunkLength - pending.count)
            pending.append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
            if rest.isEmpty { return }
            try addLeaf(pending[...], .none)
            pending.removeAll(keepingCapacity: true)
        }
        while rest.count > profile.chunkLength {
            try addLeaf(rest.prefix(profile.chunkLength), .none)
            rest = rest.dropFirst(profile.chunkLength)
        }
        pending.append(contentsOf: rest)
    }

    /// The root, once all bytes were appended.
    package mutating func finish() throws(Failure) -> UnixFSLink {
        try addLeaf(pending[...], leafCount == 0 ? metadata : .none)
        pending = []
        let sink = self.sink
        return try levels.finish(metadata) { (cid, block) throws(Failure) in try sink?(cid, block) }
    }

    private mutating func addLeaf(_ content: ArraySlice<UInt8>, _ metadata: UnixFSMetadata) throws(Failure) {
        leafCount += 1
        let link: UnixFSLink
        // Bare bytes cannot carry metadata.
        if profile.hasRawLeaves, metadata.isEmpty {
            let cid = CID(codec: .raw, digest: SHA256.digest(of: content))
            try sink?(cid, Array(content))
            link = UnixFSLink(cid: cid, dagLength: UInt64(content.count), fileLength: UInt64(content.count))
        } else {
            let block = unsafe content.withUnsafeBytes { unsafe UnixFSNode.leaf($0, metadata: metadata) }
            let cid = UnixFSNode.cid(ofNode: block, version: profile.version)
            try sink?(cid, block)
            link = UnixFSLink(cid: cid, dagLength: UInt64(block.count), fileLength: UInt64(content.count))
        }
        let sink = self.sink
        try levels.add(link) { (cid, block) throws(Failure) in try sink?(cid, block) }
    }
}
