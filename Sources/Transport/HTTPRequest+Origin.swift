internal import Core

extension HTTPRequest {
    /// Scheme and host alone: paths, queries and user names of a URL can be secret.
    package var origin: String {
        let bytes = Array(url.utf8)
        guard let colon = bytes.firstIndex(of: 0x3a), bytes[colon...].starts(with: "://".utf8) else { return "the URL" }
        let authority = bytes[(colon + 3)...].prefix { $0 != 0x2f && $0 != 0x3f && $0 != 0x23 }
        let host = authority.lastIndex(of: 0x40).map { authority[($0 + 1)...] } ?? authority
        return Name(Array(bytes[...colon] + "//".utf8 + host)).escaped
    }

    var isHTTP: Bool {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        return scheme == "http" || scheme == "https"
    }
}
