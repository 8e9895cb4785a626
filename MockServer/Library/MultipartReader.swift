internal import Core

/// Takes a `multipart/form-data` body apart while it arrives.
///
/// It holds one piece of the body and a delimiter's length more. For one thread.
struct MultipartReader {
    /// What stands before the content of a part.
    struct Part {
        var name: String?
        var fileName: String?
    }

    enum Problem: Error {
        /// The body is not what its type says; the message is the one that the service's parser has for it.
        case malformed(String)
        /// The client left.
        case broken(Failure)
    }

    private let pull: () throws(Failure) -> ArraySlice<UInt8>
    private let delimiter: [UInt8]
    // The first delimiter needs no line break before it, so one is put there.
    private var buffer: ArraySlice<UInt8> = [0x0d, 0x0a]
    private var hasEnded = false
    /// Whether the delimiter that ends the part stands at the front of `buffer`.
    private var isAtDelimiter = false

    init(boundary: String, pull: @escaping () throws(Failure) -> ArraySlice<UInt8>) {
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.pull = pull
    }

    /// The boundary that a `Content-Type` names, or nil when it is no multipart form.
    static func boundary(ofType type: String) throws(Problem) -> String? {
        guard type.lowercased().hasPrefix("multipart/form-data") else { return nil }
        guard let boundary = HeaderParameters(type)["boundary"], !boundary.isEmpty else {
            throw .malformed("Multipart: Boundary not found")
        }
        return boundary
    }

    /// Moves on to the next part, over what is left of the present one; nil behind the last.
    mutating func nextPart() throws(Problem) -> Part? {
        while !(try read()).isEmpty {}
        if hasEnded { return nil }
        isAtDelimiter = false
        buffer = buffer.dropFirst(delimiter.count)
        try fill(2)
        if buffer.starts(with: [0x2d, 0x2d]) {
            hasEnded = true
            try drain()
            return nil
        }
        // The rest of the delimiter's line, which is empty but for padding.
        _ = try readLine()
        return try readHeaders()
    }

    /// The next piece of the part's content, or an empty one at its end.
    mutating func read() throws(Problem) -> ArraySlice<UInt8> {
        if hasEnded || isAtDelimiter { return [] }
        while true {
            if let index = indexOfDelimiter() {
                defer { buffer = buffer[index...] }
                isAtDelimiter = true
                return buffer[..<index]
            }
            // The end of the buffer may be the front of a delimiter.
            let safe = buffer.count - (delimiter.count - 1)
            if safe > 0 {
                defer { buffer = buffer.dropFirst(safe) }
                return buffer.prefix(safe)
            }
            try append()
        }
    }

    private func indexOfDelimiter() -> Int? {
        var start = buffer.startIndex
        while let index = buffer[start...].firstIndex(of: 0x0d), buffer.endIndex - index >= delimiter.count {
            if buffer[index...].starts(with: delimiter) { return index }
            start = index + 1
        }
        return nil
    }

    private mutating func readHeaders() throws(Problem) -> Part {
        var part = Part()
        while true {
            let line = try readLine()
            if line.isEmpty { return part }
            guard let colon = line.firstIndex(of: ":") else { throw .malformed("Malformed part header") }
            guard line[..<colon].lowercased() == "content-disposition" else { continue }
            let parameters = HeaderParameters(String(line[line.index(after: colon)...]))
            part.name = parameters["name"]
            part.fileName = parameters["filename"]
        }
    }

    /// One line without its end.
    private mutating func readLine() throws(Problem) -> String {
        var scanned = 0
        while true {
            let rest = buffer.dropFirst(scanned)
            if let end = rest.firstIndex(of: 0x0a) {
                var line = buffer[..<end]
                buffer = buffer[(end + 1)...]
                if line.last == 0x0d { line = line.dropLast() }
                return String(decoding: line, as: UTF8.self)
            }
            scanned = buffer.count
            guard scanned <= MockLimits.partHeaderBytes else { throw .malformed("Malformed part header") }
            try append()
        }
    }

    private mutating func fill(_ count: Int) throws(Problem) {
        while buffer.count < count { try append() }
    }

    private mutating func append() throws(Problem) {
        let piece: ArraySlice<UInt8>
        do throws(Failure) { piece = try pull() } catch { throw .broken(error) }
        guard !piece.isEmpty else { throw .malformed("Unexpected end of form") }
        buffer = buffer.isEmpty ? piece : buffer + piece
    }

    /// What stands behind the last delimiter is nobody's.
    private mutating func drain() throws(Problem) {
        do throws(Failure) { while !(try pull()).isEmpty {} } catch { throw .broken(error) }
    }
}

/// The parameters behind a header value: `form-data; name="file"; filename="a"`.
struct HeaderParameters {
    private var values: [String: String] = [:]

    init(_ text: String) {
        var rest = text.utf8.drop { $0 != 0x3b }
        while !rest.isEmpty {
            rest = rest.drop { $0 == 0x3b || $0 == 0x20 || $0 == 0x09 }
            let name = rest.prefix { $0 != 0x3d && $0 != 0x3b }
            rest = rest.dropFirst(name.count)
            guard rest.first == 0x3d else { continue }
            rest = rest.dropFirst()
            let value = rest.first == 0x22 ? Self.quoted(&rest) : Self.token(&rest)
            values[Substring(name).lowercased()] = String(decoding: value, as: UTF8.self)
        }
    }

    subscript(_ name: String) -> String? { values[name] }

    private static func token(_ rest: inout String.UTF8View.SubSequence) -> [UInt8] {
        let value = rest.prefix { $0 != 0x3b && $0 != 0x20 }
        rest = rest.dropFirst(value.count)
        return Array(value)
    }

    private static func quoted(_ rest: inout String.UTF8View.SubSequence) -> [UInt8] {
        rest = rest.dropFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst(), byte != 0x22 {
            if byte == 0x5c, let escaped = rest.popFirst() { value.append(escaped) } else { value.append(byte) }
        }
        return value
    }
}
