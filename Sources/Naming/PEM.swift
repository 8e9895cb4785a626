internal import Core
internal import Primitives

/// Bytes as lines of Base64 between a line that says what they are and one that says it again (RFC 7468).
enum PEM {
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)
    private static let lineLength = 64
    /// Some writers use the length of lines in mail.
    private static let longestLine = 76

    static func isBegun(by bytes: [UInt8]) -> Bool { bytes.starts(with: begin) }

    /// The label and the content of text that holds nothing else; the caller wipes the content.
    static func decode(_ text: [UInt8]) throws(MalformedBytes) -> (label: String, content: [UInt8]) {
        let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false).map { line in
            line.last == 0x0d ? line.dropLast() : line
        }
        guard let label = label(in: lines[0], after: begin) else {
            throw MalformedBytes("the text does not begin with -----BEGIN")
        }
        guard let last = lines.firstIndex(where: { $0.starts(with: end) }),
            Self.label(in: lines[last], after: end) == label
        else { throw MalformedBytes("the text does not end with -----END \(label)") }
        guard lines[(last + 1)...].allSatisfy(\.isEmpty) else { throw MalformedBytes("there is text behind the end") }
        guard lines[1..<last].allSatisfy({ (1...longestLine).contains($0.count) }) else {
            throw MalformedBytes("a line is empty, or longer than \(longestLine) characters")
        }
        // Reserved whole: growing would leave copies behind.
        var digits: [UInt8] = []
        digits.reserveCapacity(text.count)
        defer { Wipe.array(&digits) }
        for line in lines[1..<last] { digits.append(contentsOf: line) }
        guard let content = Base64.decode(digits: digits) else {
            throw MalformedBytes("the text between the lines is not Base64")
        }
        return (label, content)
    }

    private static func label(in line: ArraySlice<UInt8>, after head: [UInt8]) -> String? {
        guard line.starts(with: head), line.count > head.count + dashes.count, line.suffix(5).elementsEqual(dashes)
        else {
            return nil
        }
        let label = line.dropFirst(head.count).dropLast(dashes.count)
        guard label.allSatisfy({ $0 == 0x20 || (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) }) else {
            return nil
        }
        return String(decoding: label, as: UTF8.self)
    }

    /// The text; the caller wipes `content` as well as what it gets.
    static func encode(_ label: String, _ content: [UInt8]) -> [UInt8] {
        var digits = Base64.digits(of: content)
        defer { Wipe.array(&digits) }
        var text: [UInt8] = []
        text.reserveCapacity(digits.count + digits.count / lineLength + 2 * (label.utf8.count + 20))
        text += begin + Array(label.utf8) + dashes + [0x0a]
        for start in stride(from: 0, to: digits.count, by: lineLength) {
            text += digits[start..<min(start + lineLength, digits.count)]
            text.append(0x0a)
        }
        text += end + Array(label.utf8) + dashes + [0x0a]
        return text
    }
}
