package import Core

/// What DNS says that a domain stands for, as text in its records (DNSLink).
package enum DNSLink {
    /// How many names one after the other may refer to the next one before the chain counts as endless: what Kubo
    /// takes.
    package static let recursionLimit = 32
    private static let hostPrefix = "_dnslink."
    private static let valuePrefix = "dnslink="

    /// The name whose text records say it. The domain's own records are not looked at: they are full of other things.
    package static func host(of domain: DomainName) -> String { hostPrefix + domain.text }

    /// What the domain stands for, from all the text records of its host.
    ///
    /// Records of another form are somebody else's and passed over: other keys, other kinds of path, blanks before the
    /// key or around the value. Throws `.notFound` when none is left, and `.conflict` when several are: as the
    /// specification has it, nobody may choose among them, or two readers would see two things.
    package static func value(in records: [[UInt8]], of domain: DomainName) throws(Failure) -> ContentPath {
        let found = records.compactMap(value)
        guard let first = found.first else {
            throw Failure(
                .notFound, "the domain \(domain) has no DNSLink",
                advice: "it needs a TXT record at \(host(of: domain)) that says dnslink=/ipfs/CID or /ipns/NAME")
        }
        guard found.count == 1 else {
            throw Failure(
                .conflict, "the domain \(domain) has \(found.count) DNSLinks",
                advice: "whoever runs the domain has to remove all but one")
        }
        return first
    }

    /// What the domain stands for in the end, content or a key's name, where one domain refers to the next one.
    ///
    /// A path behind a domain is followed by what stands behind the one that referred to it. `texts` answers with all
    /// text records of a host. Throws what `value` and `texts` throw, and `.tooManyLinks` for a chain without an end.
    package static func follow(
        _ domain: DomainName, texts: (String) throws(Failure) -> [[UInt8]]
    ) throws(Failure) -> ContentPath {
        var domain = domain
        var rest = ""
        for _ in 0..<recursionLimit {
            let path = try value(in: try texts(host(of: domain)), of: domain).appending(rest)
            guard case .domain(let next) = path.root else { return path }
            (domain, rest) = (next, path.rest)
        }
        throw Failure(.tooManyLinks, "more than \(recursionLimit) domains refer to one another, at last to \(domain)")
    }

    private static func value(_ record: [UInt8]) -> ContentPath? {
        guard let text = String(validating: record, as: UTF8.self), text.hasPrefix(valuePrefix) else { return nil }
        return try? ContentPath(String(text.dropFirst(valuePrefix.count)))
    }
}
