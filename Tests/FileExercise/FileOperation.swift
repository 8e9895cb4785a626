/// One thing that is done to a file, with all that it takes to do it again.
package struct FileOperation: Sendable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable {
        case read, write, append, truncate
        case readMapped = "mapped read"
        /// What lies behind the end of the file is made a part of it first.
        case writeMapped = "mapped write"
        case synchronizeMapped = "mapped write with msync"
        case send = "sendfile from it"
        case receive = "sendfile into it"
        case synchronize = "fsync"
        case synchronizeData = "fdatasync"
        case reopen = "close and open"
        case dropCache = "drop from the cache"
        case allocate = "fallocate"
        case reserve = "fallocate, size kept"
        case punchHole = "fallocate, hole punched"
        case zero = "fallocate, zeroed"
        case zeroInside = "fallocate, zeroed, size kept"
        case copy = "copy_file_range"
        case copyOut = "copy_file_range to the other file"
        case copyIn = "copy_file_range from the other file"
        case seekData = "SEEK_DATA"
        case seekHole = "SEEK_HOLE"

        /// Whether a file system may do without it, and say so.
        package var isOptional: Bool {
            switch self {
            case .allocate, .reserve, .punchHole, .zero, .zeroInside, .copy, .copyOut, .copyIn, .seekData, .seekHole:
                true
            default: false
            }
        }

        /// Whether it has nothing to work on in an empty file.
        var needsContent: Bool {
            switch self {
            case .readMapped, .copy, .copyOut: true
            default: false
            }
        }
    }

    package let kind: Kind
    /// Which bytes of the file, from where for a search, and up to where for a truncation.
    package let range: Range<Int>
    /// Where copied bytes go, or come from in the other file.
    package let target: Int
    package let filling: Filling

    package init(_ kind: Kind, _ range: Range<Int>, target: Int = 0, filling: Filling) {
        self.kind = kind
        self.range = range
        self.target = target
        self.filling = filling
    }

    /// What is written.
    package var bytes: ArraySlice<UInt8> { filling.bytes(range.count) }

    package var description: String {
        switch kind {
        case .synchronize, .synchronizeData, .reopen, .dropCache: kind.rawValue
        case .truncate: "\(kind.rawValue) to \(range.upperBound)"
        case .seekData, .seekHole: "\(kind.rawValue) from \(range.lowerBound)"
        case .copy, .copyOut: "\(kind.rawValue): \(range.count) bytes from \(range.lowerBound) to \(target)"
        case .copyIn: "\(kind.rawValue): \(range.count) bytes from \(target) to \(range.lowerBound)"
        default: "\(kind.rawValue): \(range.count) bytes at \(range.lowerBound)"
        }
    }
}
