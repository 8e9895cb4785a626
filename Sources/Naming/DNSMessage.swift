package import Core

/// The answer of a DNS server (RFC 1035), as far as text records go.
package enum DNSMessage {
    private static let headerBytes = 12
    private static let text: UInt16 = 16
    private static let internet: UInt16 = 1
    /// Above what a server puts into an answer without a connection, and far below what a question can cost.
    private static let greatestCount: UInt16 = 512

    /// The text records in an answer, the pieces of each joined; refuses one that was cut short.
    ///
    /// Who owns a record is not looked at: a server follows names that stand for others before it answers.
    package static func texts(in message: [UInt8]) throws(MalformedBytes) -> [[UInt8]] {
        var reader = ByteReader(message)
        _ = try reader.integer(UInt16.self)
        let flags = try reader.integer(UInt16.self)
        guard flags & 0x8000 != 0 else { throw MalformedBytes("it is no answer") }
        guard flags & 0x0200 == 0 else {
            throw MalformedBytes("the answer was cut short: the domain has too many records")
        }
        let questions = try reader.integer(UInt16.self)
        let answers = try reader.integer(UInt16.self)
        _ = try reader.slice(headerBytes - 8)
        guard questions <= greatestCount, answers <= greatestCount else {
            throw MalformedBytes("it has too many parts")
        }
        for _ in 0..<questions {
            try skipName(&reader)
            _ = try reader.slice(4)
        }
        var texts: [[UInt8]] = []
        for _ in 0..<answers {
            try skipName(&reader)
            let kind = try reader.integer(UInt16.self)
            let family = try reader.integer(UInt16.self)
            _ = try reader.integer(UInt32.self)
            let content = try reader.slice(Int(try reader.integer(UInt16.self)))
            if kind == text, family == internet { texts.append(try join(content)) }
        }
        return texts
    }

    /// A name is labels up to an empty one, or up to a reference to where the rest stands.
    private static func skipName(_ reader: inout ByteReader) throws(MalformedBytes) {
        while true {
            let length = try reader.byte()
            switch length >> 6 {
            case 0b00:
                if length == 0 { return }
                _ = try reader.slice(Int(length))
            case 0b11:
                _ = try reader.byte()
                return
            default: throw MalformedBytes("a name has a part of no known kind")
            }
        }
    }

    /// The content of a text record: pieces of at most 255 bytes, each behind its length.
    private static func join(_ content: ArraySlice<UInt8>) throws(MalformedBytes) -> [UInt8] {
        var reader = ByteReader(content)
        var text: [UInt8] = []
        while !reader.isAtEnd { text += try reader.slice(Int(try reader.byte())) }
        return text
    }
}
