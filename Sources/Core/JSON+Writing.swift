/// How JSON is laid out.
package enum JSONLayout: Sendable {
    /// No white space.
    case compact
    /// One member or element a line, two spaces of indent.
    case pretty
}

extension JSON {
    /// The value as RFC 8259 text in UTF-8, without a newline at the end.
    package func bytes(_ layout: JSONLayout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.write(self, depth: 0)
        return writer.output
    }

    /// The same as text.
    package func text(_ layout: JSONLayout) -> String { String(decoding: bytes(layout), as: UTF8.self) }
}

private struct JSONWriter {
    let layout: JSONLayout
    var output: [UInt8] = []

    mutating func write(_ value: JSON, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .unsigned(let value): append(String(value))
        // JSON has no infinity; null is what every reader takes for "no number".
        case .number(let value): append(value.isFinite ? value.description : "null")
        case .string(let value): write(string: value)
        case .array(let elements): write(list: elements, "[", "]", depth) { $0.write($1, depth: depth + 1) }
        case .object(let members):
            write(list: members, "{", "}", depth) { writer, member in
                writer.write(string: member.key)
                writer.append(writer.layout == .pretty ? ": " : ":")
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func write<Item>(
        list: [Item], _ open: String, _ close: String, _ depth: Int, _ item: (inout JSONWriter, Item) -> Void
    ) {
        append(open)
        for (index, element) in list.enumerated() {
            if index > 0 { append(",") }
            breakLine(depth + 1)
            item(&self, element)
        }
        if !list.isEmpty { breakLine(depth) }
        append(close)
    }

    private mutating func breakLine(_ depth: Int) {
        guard layout == .pretty else { return }
        output.append(0x0a)
        output.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func write(string: String) {
        output.append(0x22)
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case "\u{20}"..."\u{7e}": output.append(UInt8(truncatingIfNeeded: scalar.value))
            default:
                // Beyond what JSON demands: output often lands on a terminal, which no name may steer.
                if scalar.steersTerminal {
                    for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                        append("\\u")
                        append(Hex.encode([UInt8](bigEndian: unit)))
                    }
                } else {
                    output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                }
            }
        }
        output.append(0x22)
    }
}

extension Unicode.Scalar {
    fileprivate var steersTerminal: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
