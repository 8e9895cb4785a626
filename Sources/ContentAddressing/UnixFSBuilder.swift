package import Core

/// Builds the UnixFS DAG of a file from its bytes, in the order and the memory of a stream.
///
/// It holds one chunk and the open nodes above it. Each finished block goes to `sink` if there is one; an error that
/// it throws comes out of `append` or `finish`, after which the builder is of no use. For one thread at a time.
package struct UnixFSBuilder {
    package typealias Sink = (_ cid: CID, _ block: [UInt8]) throws(Failure) -> Void

    private let profile: UnixFSProfile
    private let metadata: UnixFSMetadata
    private let sink: Sink?
    private var layout: any UnixFSLayout
    /// The end of the input so far: at most one chunk, held back because the last one may have to be the root.
    private var pending: [UInt8] = []
    private var hasLeaves = false

    package init(profile: UnixFSProfile, metadata: UnixFSMetadata = .none, sink: Sink? = nil) {
        self.profile = profile
        self.metadata = metadata
        self.sink = sink
        layout = profile.emptyLayout
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
            try addPending()
        }
        while rest.count > profile.chunkLength {
            try addLeaf(rest.prefix(profile.chunkLength), .none)
            rest = rest.dropFirst(profile.chunkLength)
        }
        pending.append(contentsOf: rest)
    }

    /// Takes a leaf that was made elsewhere, behind bytes that fill whole chunks; only the last leaf may be shorter.
    mutating func append(_ leaf: UnixFSLeaf) throws(Failure) {
        if !pending.isEmpty {
            precondition(pending.count == profile.chunkLength, "leaves begin where a chunk ends")
            try addPending()
        }
        try add(leaf)
    }

    /// The root, once all bytes were appended.
    package mutating func finish() throws(Failure) -> UnixFSLink {
        // A balanced file of one leaf has no other root, and an empty one has that leaf too.
        let hasLeafAsRoot = profile.layout == .balanced && !hasLeaves
        if !pending.isEmpty || hasLeafAsRoot { try addLeaf(pending[...], hasLeafAsRoot ? metadata : .none) }
        pending = []
        let sink = self.sink
        return try layout.finish(metadata) { (cid, block) throws(Failure) in try sink?(cid, block) }
    }

    private mutating func addPending() throws(Failure) {
        try addLeaf(pending[...], .none)
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func addLeaf(_ content: ArraySlice<UInt8>, _ metadata: UnixFSMetadata) throws(Failure) {
        let keepsBlock = sink != nil
        try add(
            unsafe content.withUnsafeBytes {
                unsafe UnixFSLeaf($0, profile, metadata: metadata, keepsBlock: keepsBlock)
            })
    }

    private mutating func add(_ leaf: UnixFSLeaf) throws(Failure) {
        hasLeaves = true
        if let block = leaf.block { try sink?(leaf.link.cid, block) }
        let sink = self.sink
        try layout.add(leaf.link) { (cid, block) throws(Failure) in try sink?(cid, block) }
    }
}
