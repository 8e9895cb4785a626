package import Core

/// Bytes of a file that a volume has already stored, on the way to becoming part of a file.
package protocol SealedContent: Sendable {
    var count: Int { get }
}

/// A piece of a file's content, as a read finds it.
package enum ContentPiece: Sendable {
    case zeros(count: Int)
    case bytes(ArraySlice<UInt8>)
    case stored(StoredPiece)

    package var count: Int {
        switch self {
        case .zeros(let count): count
        case .bytes(let bytes): bytes.count
        case .stored(let piece): piece.count
        }
    }
}

/// A piece that has to be read from the disk and opened.
///
/// Safe: the closure fills a buffer of the caller's for the length of the call and keeps nothing of it.
@safe package struct StoredPiece: Sendable {
    package let count: Int
    /// Whether the disk has it; else it comes over the network.
    package let isHere: Bool
    private let fill: @Sendable (UnsafeMutableRawBufferPointer) -> Failure?

    /// `fill` gets a buffer of `count` bytes and returns nil when it has filled it.
    package init(count: Int, isHere: Bool = true, fill: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Failure?)
    {
        self.count = count
        self.isHere = isHere
        unsafe self.fill = fill
    }

    /// Fills the buffer, which has `count` bytes; blocks on the disk.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
        if let failure = unsafe fill(buffer) { throw failure }
    }
}
