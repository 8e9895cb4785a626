package import Core

/// The kinds of CBOR item, in the three highest bits of its first byte.
private enum MajorType: UInt8 {
    case unsigned, negative, bytes, text, list, map, tag, simple
}

/// First bytes that stand for a value of their own.
private enum SimpleByte {
    static let no: UInt8 = 0xf4
    static let yes: UInt8 = 0xf5
    static let null: UInt8 = 0xf6
    static let float64: UInt8 = 0xfb
}

/// The one tag there is: a CID in a byte string, behind a zero byte.
private let linkTag: UInt64 = 42

extension DagCBOR {
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout ByteWriter) {
        switch self {
        case .null: writer.append(SimpleByte.null)
        case .bool(let value): writer.append(value ? SimpleByte.yes : SimpleByte.no)
        case .unsigned(let number): writer.append(.unsigned, number)
        case .negative(let number): writer.append(.negative, number)
        case .float(let number):
            writer.append(SimpleByte.float64)
            writer.append(integer: number.value.bitPattern)
        case .bytes(let bytes): writer.append(.bytes, string: bytes)
        case .text(let text): writer.append(.text, string: Array(text.utf8))
        case .list(let elements):
            writer.append(.list, UInt64(elements.count))
            for element in elements { element.write(to: &writer) }
        case .map(let map):
            writer.append(.map, UInt64(map.entries.count))
            for entry in map.entries {
                writer.append(.text, string: Array(entry.key.utf8))
                entry.value.write(to: &writer)
            }
        case .link(let cid):
            writer.append(.tag, linkTag)
            writer.append(.bytes, string: [0] + cid.bytes)
        }
    }
}

extension ByteWriter {
    fileprivate mutating func append(_ type: MajorType, _ argument: UInt64) {
        let head = type.rawValue << 5
        switch argument {
        case 0..<24: append(head | UInt8(argument))
        case 24...0xff:
            append(head | 24)
            append(UInt8(argument))
        case 0x100...0xffff:
            append(head | 25)
            append(integer: UInt16(argument))
        case 0x1_0000...0xffff_ffff:
            append(head | 26)
            append(integer: UInt32(argument))
        default:
            append(head | 27)
            append(integer: argument)
        }
    }

    fileprivate mutating func append(_ type: MajorType, string bytes: [UInt8]) {
        append(type, UInt64(bytes.count))
        append(bytes)
    }
}

extension DagCBOR {
    /// The value that is all of `bytes`; anything but its one encoding is refused.
    package init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        guard bytes.count <= Self.maximumLength else { throw MalformedBytes("longer than \(Self.maximumLength) bytes") }
        var reader = ByteReader(bytes)
        self = try Self.read(&reader, depth: 0)
        guard reader.isAtEnd else { throw MalformedBytes("\(reader.remaining) bytes behind the value") }
    }

    private static func read(_ reader: inout ByteReader, depth: Int) throws(MalformedBytes) -> DagCBOR {
        guard depth < maximumDepth else { throw MalformedBytes("nested deeper than \(maximumDepth) levels") }
        let first = try reader.byte()
        guard let type = MajorType(rawValue: first >> 5) else { throw MalformedBytes("no CBOR item") }
        if type == .simple { return try readSimple(first, &reader) }
        let argument = try readArgument(first & 0x1f, &reader)
        switch type {
        case .unsigned: return .unsigned(argument)
        case .negative: return .negative(argument)
        case .bytes: return .bytes(Array(try readString(argument, &reader)))
        case .text: return .text(try readText(argument, &reader))
        case .list: return .list(try readList(argument, &reader, depth))
        case .map: return .map(try readMap(argument, &reader, depth))
        case .tag: return .link(try readLink(argument, &reader))
        case .simple: throw MalformedBytes("no CBOR item")
        }
    }

    private static func readSimple(_ first: UInt8, _ reader: inout ByteReader) throws(MalformedBytes) -> DagCBOR {
        switch first {
        case SimpleByte.no: return .bool(false)
        case SimpleByte.yes: return .bool(true)
        case SimpleByte.null: return .null
        case SimpleByte.float64:
            guard let number = Finite(Double(bitPattern: try reader.integer(UInt64.self))) else {
                throw MalformedBytes("a number is infinite or none")
            }
            return .float(number)
        case 0xf9, 0xfa: throw MalformedBytes("a floating point number does not have 64 bits")
        default: throw MalformedBytes("the simple value 0x\(Hex.encode([first])) is not used here")
        }
    }

    /// The number in an item's head, which must have its shortest form.
    private static func readArgument(_ short: UInt8, _ reader: inout ByteReader) throws(MalformedBytes) -> UInt64 {
        let (number, least): (UInt64, UInt64)
        switch short {
        case 0..<24: return UInt64(short)
        case 24: (number, least) = (UInt64(try reader.byte()), 24)
        case 25: (number, least) = (UInt64(try reader.integer(UInt16.self)), 0x100)
        case 26: (number, least) = (UInt64(try reader.integer(UInt32.self)), 0x1_0000)
        case 27: (number, least) = (try reader.integer(UInt64.self), 0x1_0000_0000)
        case 31: throw MalformedBytes("an item of indefinite length")
        default: throw MalformedBytes("a reserved form of length")
        }
        guard number >= least else { throw MalformedBytes("a number is longer than it needs to be") }
        return number
    }

    private static func readString(
        _ count: UInt64, _ reader: inout ByteReader
    ) throws(MalformedBytes) -> ArraySlice<UInt8> {
        try reader.slice(Int(clamping: count))
    }

    private static func readText(_ count: UInt64, _ reader: inout ByteReader) throws(MalformedBytes) -> String {
        guard let text = String(validating: try readString(count, &reader), as: UTF8.self) else {
            throw MalformedBytes("a text is not UTF-8")
        }
        return text
    }

    private static func readList(
        _ count: UInt64, _ reader: inout ByteReader, _ depth: Int
    ) throws(MalformedBytes) -> [DagCBOR] {
        // An element takes a byte at least: a count beyond that lies, and nothing is allocated by it.
        guard count <= UInt64(reader.remaining) else { throw MalformedBytes("ends before \(count) elements") }
        var elements: [DagCBOR] = []
        for _ in 0..<count { elements.append(try read(&reader, depth: depth + 1)) }
        return elements
    }

    private static func readMap(
        _ count: UInt64, _ reader: inout ByteReader, _ depth: Int
    ) throws(MalformedBytes) -> Map {
        guard count <= UInt64(reader.remaining / 2) else { throw MalformedBytes("ends before \(count) entries") }
        var map = Map()
        for _ in 0..<count {
            let first = try reader.byte()
            guard first >> 5 == MajorType.text.rawValue else { throw MalformedBytes("a key is not text") }
            let key = try readText(try readArgument(first & 0x1f, &reader), &reader)
            guard map.append(key, try read(&reader, depth: depth + 1)) else {
                throw MalformedBytes("keys are out of order or stand there twice")
            }
        }
        return map
    }

    private static func readLink(_ tag: UInt64, _ reader: inout ByteReader) throws(MalformedBytes) -> CID {
        guard tag == linkTag else { throw MalformedBytes("the tag \(tag) is not used here") }
        let first = try reader.byte()
        guard first >> 5 == MajorType.bytes.rawValue else { throw MalformedBytes("a link is not a byte string") }
        let bytes = try readString(try readArgument(first & 0x1f, &reader), &reader)
        guard bytes.first == 0 else { throw MalformedBytes("a link does not begin with a zero byte") }
        return try CID(bytes: Array(bytes.dropFirst()))
    }
}
