internal import Core

/// Host, port and path of an HTTP service, checked and in one spelling.
struct HTTPAddress {
    /// The whole address, without a slash at its end.
    let text: String

    /// More than any service's address; what is longer was pasted by mistake.
    private static let longest = 2048

    /// `rest` is what stands behind `://`.
    init(_ rest: Substring, isPlain: Bool) throws(Failure) {
        guard rest.utf8.count <= Self.longest else { throw .badRemote("is too long") }
        guard rest.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .badRemote("has white space or characters beyond ASCII", "write a host's name in its xn-- form")
        }
        guard !rest.contains("@") else {
            throw .badRemote("has a user name or a password in it", "log in instead: cbstore login")
        }
        guard !rest.contains("?"), !rest.contains("#") else {
            throw .badRemote("has a query", "leave out everything from ? or # on")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let (host, port) = try Self.authority(rest[..<slash], defaultPort: isPlain ? 80 : 443)
        guard !isPlain || Self.isThisMachine(host) else {
            throw .badRemote(
                "is not encrypted (http), so whoever is on the way could read the token", "use https, or a tunnel")
        }
        let parts = rest[slash...].split(separator: "/")
        guard !parts.contains(where: { $0 == "." || $0 == ".." || $0.contains("\\") }) else {
            throw .badRemote("has dots or backslashes in its path")
        }
        text = (isPlain ? "http://" : "https://") + host + port + parts.map { "/" + $0 }.joined()
    }

    /// The host in lower case, and the port with its colon unless it is the usual one.
    private static func authority(
        _ text: Substring, defaultPort: UInt16
    ) throws(Failure) -> (host: String, port: String) {
        let end: Substring.Index
        if text.first == "[" {
            guard let bracket = text.firstIndex(of: "]") else { throw .badRemote("has an unclosed bracket") }
            end = text.index(after: bracket)
        } else {
            end = text.firstIndex(of: ":") ?? text.endIndex
        }
        let host = text[..<end].lowercased()
        guard isHost(host) else { throw .badRemote("has no host, or one that cannot be") }
        let rest = text[end...]
        if rest.isEmpty { return (host, "") }
        guard rest.first == ":", rest.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(rest.dropFirst()), port > 0
        else { throw .badRemote("has a port that cannot be") }
        return (host, port == defaultPort ? "" : ":\(port)")
    }

    private static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            let inside = host.dropFirst().dropLast()
            return inside.contains(":") && inside.utf8.allSatisfy { isHexDigit($0) || $0 == 0x3a || $0 == 0x2e }
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2d || $0 == 0x5f }
            }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte)
    }

    /// Whether nobody else is on the way to this host, by its name alone: what a resolver says may change.
    private static func isThisMachine(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
