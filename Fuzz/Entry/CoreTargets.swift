internal import Control
internal import Core
internal import StorageSupport

extension FuzzTarget {
    static let json = FuzzTarget("json") { random in
        let value = anyJSON(&random, depth: 0)
        return value.bytes(random.chance() ? .compact : .pretty)
    } check: { input in
        let value = try JSON(parsing: input)
        for layout in [JSONLayout.compact, .pretty] {
            let written = value.bytes(layout)
            let back = try certainly("JSON that was written is not read") { try JSON(parsing: written) }
            try require(back == value, "JSON changes when it is written and read")
        }
    }

    private static func anyJSON(_ random: inout SeededRandom, depth: Int) -> JSON {
        switch random.below(depth < 4 ? 8 : 6) {
        case 0: return .null
        case 1: return .bool(random.chance())
        case 2: return JSON(random.anyNumber())
        case 3: return JSON(Int64(bitPattern: random.anyNumber()))
        case 4:
            let number = Double(bitPattern: random.next())
            return number.isFinite ? .number(number) : .number(-0.0)
        case 5: return .string(random.someText())
        case 6: return .array(random.several(5) { anyJSON(&$0, depth: depth + 1) })
        default:
            var keys: Set<[UInt8]> = []
            return .object(
                random.several(5) { JSON.Member($0.someText(6), anyJSON(&$0, depth: depth + 1)) }
                    .filter { keys.insert(Array($0.key.utf8)).inserted })
        }
    }

    /// The small texts: times, durations, sizes, encodings of bytes, names.
    static let text = FuzzTarget(
        "text", longestInput: 256,
        [
            { time }, { base64 }, { hexadecimal }, { percent }, { duration }, { byteCount }, { fileName }, { label },
            { path },
        ])

    private static func string(_ input: [UInt8]) throws -> String {
        try accepted(String(validating: input, as: UTF8.self))
    }

    private static var time: Part {
        Part { random in
            Array(random.writableTime().nanosecondText.utf8)
        } check: { input in
            let time = try accepted(Timestamp(rfc3339: string(input)))
            try require(time.nanoseconds < 1_000_000_000, "a time has a second's worth of nanoseconds or more")
            // A zone may put a time of the first or last day outside of the years that can be written.
            guard Timestamp.writableSeconds.contains(time.seconds) else { return }
            try require(Timestamp(rfc3339: time.nanosecondText) == time, "a time changes when it is written")
            try require(Timestamp(json: time.json) == time, "a time changes in JSON")
        }
    }

    private static var base64: Part {
        Part { random in
            Array(Base64.encode(random.someBytes()).utf8)
        } check: { input in
            let bytes = try accepted(Base64.decode(string(input)))
            try require(Array(Base64.encode(bytes).utf8) == input, "two texts are one in base64")
        }
    }

    private static var hexadecimal: Part {
        Part { random in
            Array(Hex.encode(random.someBytes()).utf8)
        } check: { input in
            let bytes = try accepted(Hex.decode(string(input)))
            try require(Array(Hex.encode(bytes).utf8) == input.map(lowered), "hexadecimal reads what it does not write")
        }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

    private static var percent: Part {
        Part { random in
            Array(PercentCoding.encode(random.someBytes()).utf8)
        } check: { input in
            let bytes = try accepted(PercentCoding.decode(input))
            try require(PercentCoding.decode(Array(PercentCoding.encode(bytes).utf8)) == bytes, "escapes lose bytes")
        }
    }

    private static var duration: Part {
        Part { random in
            Array(DurationText.text(.milliseconds(Int64(random.anyNumber() >> 24))).utf8)
        } check: { input in
            let duration = try accepted(DurationText.parse(string(input)))
            try require(duration >= .zero, "a duration is negative")
            try require(DurationText.parse(DurationText.text(duration)) == duration, "a duration changes as text")
            _ = DurationText.brief(duration)
        }
    }

    private static var byteCount: Part {
        Part { random in
            Array("\(random.anyNumber() >> 40)\(["", "k", "MiB", "gb"][random.below(4)])".utf8)
        } check: { input in
            let count = try accepted(ByteCount(parsing: string(input)))
            try require(ByteCount(parsing: "\(count.bytes)") == count, "a size changes as text")
            try require(!count.description.isEmpty, "a size has no text")
        }
    }

    private static var fileName: Part {
        Part { random in
            random.name().bytes
        } check: { input in
            let escaped = Name(input).escaped
            try require(!escaped.unicodeScalars.contains(where: steers), "an escaped name steers the terminal")
            let safe = TerminalText.safe(String(decoding: input, as: UTF8.self))
            try require(!safe.unicodeScalars.contains { $0.properties.generalCategory == .control }, "safe text is not")
        }
    }

    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static var label: Part {
        Part { random in
            Array("vault-\(random.anyNumber())".utf8)
        } check: { input in
            try Label.check(try string(input), of: "a vault")
            try require(Name(input).isComponent && input.count <= 64 && input[0] != 0x2d, "a label is no file's name")
        }
    }

    private static var path: Part {
        Part { random in
            VaultPath(components: random.several(5) { $0.name() }).bytes
        } check: { input in
            let path = VaultPath(input)
            try require(VaultPath(path.bytes) == path, "a path changes when it is written")
            try require(
                path.components.allSatisfy { $0.isComponent || $0.bytes.contains(0) }, "a path holds what is no name")
        }
    }
}
