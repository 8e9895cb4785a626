/// A JSON value; an object keeps the order in which its members were written.
///
/// Text is compared by bytes, not by Swift's canonical equivalence: two keys that only look alike are two keys.
package indirect enum JSON: Sendable {
    case null
    case bool(Bool)
    /// Any whole number that fits; `unsigned` holds only what does not fit here.
    case integer(Int64)
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    /// One key of an object with its value.
    package struct Member: Sendable, Equatable {
        package let key: String
        package let value: JSON

        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }

        package static func == (left: Member, right: Member) -> Bool {
            left.key.utf8.elementsEqual(right.key.utf8) && left.value == right.value
        }
    }

    package init(_ value: Bool) { self = .bool(value) }
    package init(_ value: Double) { self = .number(value) }
    package init(_ value: some StringProtocol) { self = .string(String(value)) }

    /// A whole number, exact as far as 64 bits reach.
    package init(_ value: some BinaryInteger) {
        if let small = Int64(exactly: value) {
            self = .integer(small)
        } else if let large = UInt64(exactly: value) {
            self = .unsigned(large)
        } else {
            self = .number(Double(value))
        }
    }

    /// The value, or null when there is none.
    package init(_ value: String?) { self = value.map(JSON.string) ?? .null }

    /// The members with a name under `key`: text, and when the name is not UTF-8 also its bytes under `key_base64`.
    ///
    /// The text of a name that is not UTF-8 is its escaped form, for people only; who reads such an object takes
    /// the base64 member when there is one.
    package static func members(_ key: String, _ name: Name) -> [Member] {
        guard name.string == nil else { return [Member(key, .name(name))] }
        return [Member(key, .name(name)), Member(key + "_base64", .string(Base64.encode(name.bytes)))]
    }

    /// A name as text, escaped when it is not UTF-8; the caller then adds the bytes as `…_base64` (see `members`).
    package static func name(_ name: Name) -> JSON { .string(name.string ?? name.escaped) }
}

extension JSON: Equatable {
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

// What a reader asks of a value: nil when it is something else.
extension JSON {
    package var isNull: Bool { self == .null }

    package var boolean: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var text: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// A whole number in the range of `Int`, also when it was written as `3.0`.
    package var int: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .unsigned(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    package var uint64: UInt64? {
        switch self {
        case .integer(let value): UInt64(exactly: value)
        case .unsigned(let value): value
        case .number(let value): UInt64(exactly: value)
        default: nil
        }
    }

    package var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    package var elements: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var members: [Member]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member of an object, or nil.
    package subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// The element of an array, or nil.
    package subscript(_ index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral members: (String, JSON)...) { self = .object(members.map { Member($0.0, $0.1) }) }
}
