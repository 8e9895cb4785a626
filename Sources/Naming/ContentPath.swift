package import ContentAddressing
package import Core

/// What a name stands for: content, another name or a domain, and perhaps a path within that.
package struct ContentPath: Hashable, Sendable, CustomStringConvertible {
    package enum Root: Hashable, Sendable {
        case content(CID)
        case name(IPNSName)
        case domain(DomainName)
    }

    private static let contentPrefix = "/ipfs/"
    private static let namePrefix = "/ipns/"

    package let root: Root
    /// Empty, or a slash and what follows.
    package let rest: String

    package init(_ root: Root, rest: String = "") {
        self.root = root
        self.rest = rest
    }

    /// Reads `/ipfs/CID` and `/ipns/NAME`, with or without a path; throws `.invalid`.
    package init(_ text: String) throws(Failure) {
        let shown = Name(String(text.prefix(80))).escaped
        let isContent = text.hasPrefix(Self.contentPrefix)
        guard isContent || text.hasPrefix(Self.namePrefix) else {
            throw Failure(.invalid, "\(shown) does not begin with /ipfs/ or /ipns/")
        }
        guard text.utf8.count <= NameLimits.valueBytes else {
            throw Failure(.invalid, "\(shown)… is longer than \(NameLimits.valueBytes) bytes")
        }
        let path = text.dropFirst(Self.contentPrefix.count)
        let slash = path.firstIndex(of: "/") ?? path.endIndex
        let first = String(path[..<slash])
        rest = String(path[slash...])
        if isContent {
            root = .content(try CID(first))
        } else if let domain = try? DomainName(first) {
            root = .domain(domain)
        } else {
            root = .name(try IPNSName(first))
        }
    }

    /// What `rest`, empty or with a slash before it, leads to from here.
    package func appending(_ rest: String) -> ContentPath {
        guard !rest.isEmpty else { return self }
        return ContentPath(root, rest: self.rest.last == "/" ? self.rest.dropLast() + rest : self.rest + rest)
    }

    /// The text in the form that everybody reads: CIDs in base32 (version 1) or base58 (version 0), names in base36.
    package var description: String {
        switch root {
        case .content(let cid): Self.contentPrefix + cid.description + rest
        case .name(let name): Self.namePrefix + name.text + rest
        case .domain(let domain): Self.namePrefix + domain.text + rest
        }
    }
}
