/// A value of the IPLD data model as DAG-CBOR holds it.
///
/// Every value has exactly one encoding, so equal values have equal CIDs.
package indirect enum DagCBOR: Sendable, Equatable {
    case null
    case bool(Bool)
    case unsigned(UInt64)
    /// The number −1 − n: CBOR reaches one bit further down than Swift's `Int64`.
    case negative(UInt64)
    case float(Finite)
    case bytes([UInt8])
    case text(String)
    case list([DagCBOR])
    case map(Map)
    case link(CID)

    /// A floating point number that the format can hold: neither infinite nor NaN.
    package struct Finite: Sendable, Equatable {
        package let value: Double

        package init?(_ value: Double) {
            guard value.isFinite else { return nil }
            self.value = value
        }

        /// By bits: 0 and −0 have two encodings.
        package static func == (left: Finite, right: Finite) -> Bool {
            left.value.bitPattern == right.value.bitPattern
        }
    }

    /// The deepest nesting that is read. Each level is a call: 128 of them take a tenth of our threads' stacks.
    package static let maximumDepth = 128
    /// The longest encoding that is read: a block that peers exchange. Values take up to some fifty times as much memory.
    package static let maximumLength = 2 << 20

    /// A whole number.
    package static func integer(_ number: Int64) -> DagCBOR {
        number >= 0 ? .unsigned(UInt64(number)) : .negative(UInt64(-1 - number))
    }

    // Text is compared by bytes: Swift's own comparison takes two spellings of a letter for one.
    package static func == (left: DagCBOR, right: DagCBOR) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.negative(let left), .negative(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.bytes(let left), .bytes(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.list(let left), .list(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        case (.link(let left), .link(let right)): left == right
        default: false
        }
    }
}

// What a reader asks of a value: nil when it is something else.
extension DagCBOR {
    package var asUnsigned: UInt64? {
        if case .unsigned(let number) = self { number } else { nil }
    }

    package var asBytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    package var asText: String? {
        if case .text(let text) = self { text } else { nil }
    }

    package var asList: [DagCBOR]? {
        if case .list(let elements) = self { elements } else { nil }
    }

    package var asMap: Map? {
        if case .map(let map) = self { map } else { nil }
    }

    package var asLink: CID? {
        if case .link(let cid) = self { cid } else { nil }
    }
}
