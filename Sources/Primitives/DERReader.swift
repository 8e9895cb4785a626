package import Core

/// Reads ASN.1 values in DER, the one encoding that X.690 calls distinguished: every length is in its shortest form.
///
/// Constructed values are read by a reader of their own, so the depth is that of the caller's code.
package struct DERReader: Sendable {
    /// The tags of what keys consist of.
    package enum Tag {
        package static let integer: UInt8 = 0x02
        package static let bitString: UInt8 = 0x03
        package static let octetString: UInt8 = 0x04
        package static let null: UInt8 = 0x05
        package static let objectIdentifier: UInt8 = 0x06
        package static let sequence: UInt8 = 0x30
    }

    /// The longest value: an RSA key of 16384 bits with all its parts has half of it.
    private static let longest = 1 << 16

    private var reader: ByteReader

    package init(_ bytes: ArraySlice<UInt8>) { reader = ByteReader(bytes) }

    package var isAtEnd: Bool { reader.isAtEnd }

    /// The tag of the next value, nil at the end.
    package var nextTag: UInt8? {
        var ahead = reader
        return try? ahead.byte()
    }

    /// The content of the next value, which must have this tag.
    package mutating func content(_ tag: UInt8, _ what: String) throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard try reader.byte() == tag else { throw MalformedBytes("\(what) is not there") }
        let first = try reader.byte()
        if first < 0x80 { return try reader.slice(Int(first)) }
        var length = 0
        // Three bytes reach beyond the longest; the form without a length (0x80) is not DER.
        guard (0x81...0x83).contains(first) else { throw MalformedBytes("\(what) has no length in DER") }
        for _ in 0x80..<first { length = length << 8 | Int(try reader.byte()) }
        let shortest = first == 0x81 ? 0x80 : 1 << (8 * Int(first - 0x81))
        guard length >= shortest else { throw MalformedBytes("\(what) has a padded length") }
        guard length <= Self.longest else { throw MalformedBytes("\(what) is longer than \(Self.longest) bytes") }
        return try reader.slice(length)
    }

    /// A reader of the values inside the next one, which must have this tag.
    package mutating func inside(_ tag: UInt8, _ what: String) throws(MalformedBytes) -> DERReader {
        DERReader(try content(tag, what))
    }

    /// The big-endian bytes of the next value, which must be a number that is not negative; zero has none.
    package mutating func number(_ what: String) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let content = try content(Tag.integer, what)
        guard let first = content.first else { throw MalformedBytes("\(what) is no number") }
        guard first < 0x80 else { throw MalformedBytes("\(what) is negative") }
        guard first == 0 else { return content }
        let rest = content.dropFirst()
        guard rest.first.map({ $0 >= 0x80 }) ?? true else { throw MalformedBytes("\(what) is padded") }
        return rest
    }

    /// The bytes of the next value, which must be a bit string of whole bytes; `tag` is another one where that is
    /// implied.
    package mutating func bits(_ what: String, tag: UInt8 = Tag.bitString) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let content = try content(tag, what)
        guard content.first == 0 else { throw MalformedBytes("\(what) is not made of whole bytes") }
        return content.dropFirst()
    }

    /// Refuses bytes behind the last value.
    package func expectEnd(_ what: String) throws(MalformedBytes) {
        guard isAtEnd else { throw MalformedBytes("\(reader.remaining) bytes behind \(what)") }
    }
}
