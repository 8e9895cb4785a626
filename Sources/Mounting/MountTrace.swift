package import Core

/// The kinds of request the kernel sends.
package enum RequestKind: String, Sendable, CaseIterable {
    case lookup, forget, getattr, setattr, readlink, mknod, mkdir, symlink, link, unlink, rmdir, rename
    case create, open, read, write, flush, fsync, release, fallocate, lseek
    case copyFileRange = "copy_file_range"
    case opendir, readdir, releasedir, fsyncdir
    case statfs, getxattr, listxattr, setxattr, removexattr
}

extension RequestKind {
    private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    /// Where this kind stands among all kinds, for tables.
    package var place: Int { Self.places[self] ?? 0 }
}

/// What a trace may know of a request: numbers, never names or content.
package struct TracedRequest: Sendable {
    package let kind: RequestKind
    package var node: UInt64 = 0
    package var handle: UInt64 = 0
    package var offset: UInt64 = 0
    package var length = 0

    package init(_ kind: RequestKind, node: UInt64 = 0, handle: UInt64 = 0, offset: UInt64 = 0, length: Int = 0) {
        self.kind = kind
        self.node = node
        self.handle = handle
        self.offset = offset
        self.length = length
    }
}

/// Sees each request come and its reply go; called on the path of every request, so it must not wait for anything.
package protocol MountTrace: Sendable {
    /// Returns a token that `exit` gets back.
    func enter(_ request: TracedRequest) -> TraceToken
    func exit(_ token: TraceToken, _ kind: RequestKind, _ errno: Errno?)
    /// One line for each request that has entered and not left, then the latest that have.
    func dump() -> [String]
}

extension MountTrace {
    package func dump() -> [String] { [] }
}

/// Why the mount refused a request on its own account, or what the file system said besides an error number.
package struct MountReport: Sendable, CustomStringConvertible {
    package let kind: RequestKind?
    package let node: UInt64
    package let errno: Errno?
    package let text: String

    init(_ kind: RequestKind?, node: UInt64 = 0, errno: Errno? = nil, _ text: String) {
        self.kind = kind
        self.node = node
        self.errno = errno
        self.text = text
    }

    package var description: String {
        guard let kind else { return text }
        return "\(kind.rawValue) of node \(node): \(text)" + (errno.map { " (\($0.text))" } ?? "")
    }
}
