internal import Core

/// What a property of a request must be, in the sentences that the service answers when it is not.
struct PropertyRule: Sendable {
    enum Demand: Sendable {
        case string
        case number
        case notEmpty
        case email
        case hexadecimal
        case length(from: Int, to: Int)
        case atMost(Int)
        case oneOf([String])
        case pattern(String, @Sendable (String) -> Bool)
    }

    let name: String
    let isOptional: Bool
    let demands: [Demand]

    init(_ name: String, isOptional: Bool = false, _ demands: Demand...) {
        (self.name, self.isOptional, self.demands) = (name, isOptional, demands)
    }

    /// One sentence for each demand that the value does not meet.
    func complaints(about value: JSON?) -> [String] {
        if isOptional, value == nil || value?.isNull == true { return [] }
        return demands.compactMap { demand in Self.meets(demand, value) ? nil : sentence(demand) }
    }

    private static func meets(_ demand: Demand, _ value: JSON?) -> Bool {
        let text = value?.text
        switch demand {
        case .string: return text != nil
        case .number: return value?.double != nil
        case .notEmpty: return value != nil && text != "" && value?.isNull == false
        case .email: return text.map(EmailAddress.isPlausible) ?? false
        case .hexadecimal: return text.map { !$0.isEmpty && $0.utf8.allSatisfy(\.isHexadecimalDigit) } ?? false
        case .length(let from, let to): return text.map { (from...to).contains($0.utf16.count) } ?? false
        case .atMost(let count): return text.map { $0.utf16.count <= count } ?? false
        case .oneOf(let values): return text.map(values.contains) ?? false
        case .pattern(_, let matches): return text.map(matches) ?? false
        }
    }

    private func sentence(_ demand: Demand) -> String {
        switch demand {
        case .string: "\(name) must be a string"
        case .number: "\(name) must be a number conforming to the specified constraints"
        case .notEmpty: "\(name) should not be empty"
        case .email: "\(name) must be an email"
        case .hexadecimal: "\(name) must be a hexadecimal number"
        case .length(let from, let to):
            "\(name) must be longer than or equal to \(from) and shorter than or equal to \(to) characters"
        case .atMost(let count): "\(name) must be shorter than or equal to \(count) characters"
        case .oneOf(let values): "\(name) must be one of the following values: \(values.joined(separator: ", "))"
        case .pattern(let message, _): message
        }
    }
}

/// What an object in a request must look like: these properties and no others.
struct ObjectRules: Sendable {
    let properties: [PropertyRule]

    init(_ properties: [PropertyRule]) { self.properties = properties }

    /// Throws 400 with everything that is wrong.
    func check(_ object: JSON) throws(Refusal) {
        let found = complaints(about: object)
        if !found.isEmpty { throw Refusal(invalid: found) }
    }

    func complaints(about object: JSON, prefix: String = "") -> [String] {
        let known = Set(properties.map(\.name))
        let unknown = (object.members ?? []).filter { !known.contains($0.key) }
        return unknown.map { "\(prefix)property \($0.key) should not exist" }
            + properties.flatMap { rule in rule.complaints(about: object[rule.name]).map { prefix + $0 } }
    }
}

/// Email addresses, as strictly as a test login needs.
enum EmailAddress {
    /// Something, an `@`, and a domain with a dot, in printable ASCII without spaces.
    static func isPlausible(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].count),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return false }
        let labels = parts[1].split(separator: 0x2e, omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty && $0.count <= 63 }
    }

    /// As a person may see it: the first letter and the domain.
    static func masked(_ text: String) -> String {
        let parts = text.split(separator: "@", maxSplits: 1)
        return "\(parts.first?.prefix(1) ?? "")***@\(parts.last ?? "")"
    }
}

extension UInt8 {
    var isHexadecimalDigit: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLowerLetter: Bool { (0x61...0x7a).contains(self) }
    var isLetter: Bool { isLowerLetter || (0x41...0x5a).contains(self) }
}
