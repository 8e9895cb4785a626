package import Core

/// Names the content of a file or a stream: pieces of it are read and hashed on several threads, and linked in order
/// on the caller's.
///
/// A regular file is read at many places at once, anything else from front to back. The memory is bounded by
/// `threads` buffers of one piece each, and with a sink by twice as many blocks that wait for their turn.
package struct UnixFSImporter {
    /// More threads than this hash faster than memory brings the bytes; 16 buffers of 256 KiB are 4 MiB.
    package static let mostThreads = 16
    /// Bytes that are worth a thread's turn: 256 KiB take some 150 µs to hash, and stay in a processor's own cache.
    private static let pieceBytes = 256 << 10
    /// Leaves of a piece, which tiny chunks would make very many: each takes some 300 bytes until it is linked.
    private static let pieceLeaves = 4096

    private let profile: UnixFSProfile
    private let metadata: UnixFSMetadata
    private let threads: Int
    private let sink: UnixFSBuilder.Sink?

    /// `sink` gets every block, children before parents, on the thread that calls `run`.
    package init(
        profile: UnixFSProfile, metadata: UnixFSMetadata = .none, threads: Int = Processors.count,
        sink: UnixFSBuilder.Sink? = nil
    ) {
        self.profile = profile
        self.metadata = metadata
        self.threads = max(1, min(threads, Self.mostThreads))
        self.sink = sink
    }

    /// Reads `input` to its end and gives the root; `progress` hears, on the caller's thread, how many bytes are done.
    ///
    /// Throws `.busy` for a file that changes meanwhile: its CID might be that of a content it never had. After an
    /// error a thread may still wait for the stream; it leaves when that wait ends.
    package func run(
        _ input: FileDescriptor, progress: (UInt64) -> Void = { _ in }
    ) throws(Failure) -> UnixFSLink {
        let before = try Self.status(of: input)
        guard !before.isDirectory else {
            throw Failure(.isDirectory, "\(input.subject) is a folder", advice: "name the files in it")
        }
        let leaves = max(1, min(Self.pieceBytes / profile.chunkLength, Self.pieceLeaves))
        let pieceLength = leaves * profile.chunkLength
        var builder = UnixFSBuilder(profile: profile, metadata: metadata, sink: sink)
        // What fits one piece is not worth a thread.
        let start = try Self.read(pieceLength, from: input)
        try builder.append(start)
        if start.count == pieceLength {
            let pieces = UnixFSPieces(
                of: input, before, pieceLength: pieceLength, profile, window: 2 * threads, keepsBlocks: sink != nil)
            pieces.start(threads: threads)
            defer { pieces.abandon() }
            var done = UInt64(start.count)
            while let leaves = try pieces.next() {
                for leaf in leaves {
                    try builder.append(leaf)
                    done += leaf.link.fileLength
                }
                progress(done)
            }
        }
        let root = try builder.finish()
        // A pipe's times move with every write.
        if before.isRegular, try Self.status(of: input) != before { throw UnixFSPieces.changed(input) }
        return root
    }

    private static func status(of input: FileDescriptor) throws(Failure) -> FileStatus {
        do throws(SystemCallFailure) { return try input.status } catch { throw error.failure }
    }

    private static func read(_ count: Int, from input: FileDescriptor) throws(Failure) -> [UInt8] {
        do throws(SystemCallFailure) { return try input.read(count) } catch { throw error.failure }
    }
}
