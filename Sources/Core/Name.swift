/// One component of a path, an attribute name or a link target: bytes, compared bytewise, never decoded on the way.
package struct Name: Hashable, Comparable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { self.bytes = Array(text.utf8) }

    package var isEmpty: Bool { bytes.isEmpty }
    package var count: Int { bytes.count }

    /// Whether this may stand as one component of a path: not empty, not `.` or `..`, without `/` and NUL.
    package var isComponent: Bool {
        if bytes.isEmpty || bytes == [0x2e] || bytes == [0x2e, 0x2e] { return false }
        return !bytes.contains { $0 == 0x2f || $0 == 0 }
    }

    package static func < (left: Name, right: Name) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// For a terminal: UTF-8 as it is, control characters and other bytes as `\xNN`, so that a name cannot steer it.
    package var escaped: String {
        var text = ""
        var index = 0
        while index < bytes.count {
            let length = UTF8Text.scalarLength(in: bytes, at: index)
            let piece = bytes[index..<index + max(length, 1)]
            if length > 0, let scalar = String(decoding: piece, as: UTF8.self).unicodeScalars.first, scalar.isPlain {
                text.unicodeScalars.append(scalar)
            } else {
                for byte in piece { text += "\\x" + Hex.encode([byte]) }
            }
            index += piece.count
        }
        return text
    }

    /// The text, when the bytes are valid UTF-8.
    package var string: String? { String(validating: bytes, as: UTF8.self) }
}

extension Unicode.Scalar {
    /// Whether showing this on a terminal changes nothing but the text.
    fileprivate var isPlain: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: false
        default: self != "\\"
        }
    }
}
