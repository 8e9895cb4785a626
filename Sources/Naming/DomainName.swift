package import Core

/// The name of a domain as DNS takes it, and as IPNS takes it in the place of a key's name.
///
/// Always with a dot within, which no key's name has.
package struct DomainName: Hashable, Sendable, CustomStringConvertible {
    /// What DNS bounds, a label and a whole name; host names of gateways are bound by the first one.
    private static let labelBytes = 63
    private static let nameBytes = 253

    /// In lower case, without a dot at the end.
    package let text: String
    package var description: String { text }

    /// Refuses whatever DNS could not be asked for: names in other letters are given as DNS has them (`xn--…`).
    package init(_ text: String) throws(MalformedBytes) {
        let plain = text.hasSuffix(".") ? text.dropLast() : text[...]
        guard plain.utf8.count <= Self.nameBytes else {
            throw MalformedBytes("a domain has at most \(Self.nameBytes) characters")
        }
        let labels = plain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count > 1 else { throw MalformedBytes("a domain has a dot") }
        for label in labels {
            guard (1...Self.labelBytes).contains(label.count) else {
                throw MalformedBytes("a part of a domain has 1 to \(Self.labelBytes) characters")
            }
            guard label.allSatisfy(Self.isPlain), label.first != Self.hyphen, label.last != Self.hyphen else {
                throw MalformedBytes("a part of a domain has letters, digits and, within, hyphens")
            }
        }
        self.text = plain.lowercased()
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        // The underscore is for names that are no hosts', such as `_dnslink`.
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, hyphen, UInt8(ascii: "_"): true
        default: false
        }
    }

    /// The whole name as one label, as gateways put it before their own name: a dot becomes `-`, a hyphen `--`.
    ///
    /// Nil when that is longer than a label can be. No two domains have the same one.
    package var inlined: String? {
        let label = text.replacing("-", with: "--").replacing(".", with: "-")
        return label.utf8.count <= Self.labelBytes ? label : nil
    }

    /// The domain that a label stands for; throws when it stands for none.
    package init(inlined label: String) throws(MalformedBytes) {
        guard label.utf8.count <= Self.labelBytes, !label.contains(".") else {
            throw MalformedBytes("it is not one part of a host name")
        }
        var text = ""
        var rest = label[...]
        while let first = rest.popFirst() {
            if first != "-" {
                text.append(first)
            } else if rest.first == "-" {
                rest.removeFirst()
                text.append("-")
            } else {
                text.append(".")
            }
        }
        try self.init(text)
        guard !text.hasSuffix(".") else { throw MalformedBytes("a domain does not end with a hyphen") }
    }
}
