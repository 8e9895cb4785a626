package import Core

/// Where a remote is, as people write it: `cipherbox+https://HOST` or `dir:/PATH`.
package enum RemoteURL: Sendable, Equatable {
    /// The address of a CipherBox API, without a slash at its end.
    case cipherBox(base: String)
    case directory(path: [UInt8])
}

extension RemoteURL: CustomStringConvertible {
    private static let cipherBoxPrefix = "cipherbox+"
    private static let directoryPrefix = "dir:"

    /// Reads `cipherbox+https://HOST[:PORT][/PREFIX]`, the same without `cipherbox+`, and `dir:/PATH`.
    ///
    /// `http` is taken for this machine only: the token that opens the account would cross the network in clear.
    /// Slashes at the end mean nothing. Throws `.usage`, or `.unsupported` for other kinds of remote; the text is not repeated,
    /// because people paste passwords in there.
    package init(_ text: String) throws(Failure) { try self.init(Array(text.utf8)) }

    /// The same for bytes from a command line: a path need not be UTF-8.
    package init(_ bytes: [UInt8]) throws(Failure) {
        if bytes.starts(with: Self.directoryPrefix.utf8) {
            self = .directory(path: try Self.path(Array(bytes.dropFirst(Self.directoryPrefix.utf8.count))))
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self), let colon = text.firstRange(of: "://") else {
            throw .badRemote("has no scheme")
        }
        let rest = text[colon.upperBound...]
        switch text[..<colon.lowerBound].lowercased() {
        case "https", "cipherbox+https": self = .cipherBox(base: try HTTPAddress(rest, isPlain: false).text)
        case "http", "cipherbox+http": self = .cipherBox(base: try HTTPAddress(rest, isPlain: true).text)
        default:
            throw Failure(
                .unsupported, "there are no remotes of this kind",
                advice: "a remote is cipherbox+https://HOST or dir:/PATH")
        }
    }

    /// The text that gives this again; a path that is not UTF-8 is escaped, for people only.
    package var description: String {
        switch self {
        case .cipherBox(let base): Self.cipherBoxPrefix + base
        case .directory(let path): Self.directoryPrefix + (Name(path).string ?? path.shown)
        }
    }

    /// The bytes that give this again, whatever the path.
    package var bytes: [UInt8] {
        switch self {
        case .cipherBox: Array(description.utf8)
        case .directory(let path): Array(Self.directoryPrefix.utf8) + path
        }
    }

    /// An absolute path without empty and `.` components. `..` stays: behind a link it is not the folder before.
    private static func path(_ path: [UInt8]) throws(Failure) -> [UInt8] {
        guard path.first == 0x2f else {
            throw .badRemote("has a path that does not begin at the root", "write it as dir:/PATH")
        }
        guard !path.contains(0), path.count <= Limits.Names.pathBytes else {
            throw .badRemote("has a path that no file can have")
        }
        let parts = path.split(separator: 0x2f).filter { $0 != [0x2e] }
        return [0x2f] + parts.joined(separator: [0x2f])
    }
}

extension Failure {
    /// A remote's address that cannot be read; says what is wrong and not what it was.
    static func badRemote(
        _ problem: String, _ advice: String = "a remote is cipherbox+https://HOST or dir:/PATH"
    ) -> Failure {
        Failure(.usage, "the address of the remote \(problem)", advice: advice)
    }
}
