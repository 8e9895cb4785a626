internal import Core
internal import StorageSupport

/// Values for valid inputs: small and large numbers, empty and long strings, all from one seed.
extension SeededRandom {
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    mutating func chance() -> Bool { next() % 2 == 0 }

    /// Any number, with each length in bits equally likely.
    mutating func anyNumber() -> UInt64 {
        let bits = next() % 65
        return bits == 0 ? 0 : next() >> (64 - bits)
    }

    mutating func someBytes(_ longest: Int = 40) -> [UInt8] { bytes(below(longest + 1)) }

    mutating func digest() -> Digest { Digest(bytes(Digest.length)) }

    mutating func time() -> Timestamp {
        Timestamp(seconds: Int64(bitPattern: anyNumber()), nanoseconds: UInt32(below(1_000_000_000)))
    }

    /// A time that RFC 3339 can write.
    mutating func writableTime() -> Timestamp {
        let range = Timestamp.writableSeconds
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return Timestamp(
            seconds: range.lowerBound + Int64(next() % width), nanoseconds: UInt32(below(1_000_000_000)))
    }

    mutating func someText(_ longest: Int = 20) -> String {
        var text = ""
        for _ in 0..<below(longest + 1) {
            let value: UInt32 =
                switch below(4) {
                case 0: UInt32(below(0x20))
                case 1: UInt32(below(0x800))
                case 2: UInt32(below(0x11_0000))
                default: 0x61 + UInt32(below(26))
                }
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// The name of a file: one to 255 bytes without a slash and a zero byte.
    mutating func name() -> Name {
        let bytes = bytes(1 + below(chance() ? 12 : 255)).map { $0 == 0 || $0 == 0x2f ? 0x61 : $0 }
        let name = Name(bytes)
        return name.isComponent ? name : Name("file")
    }

    mutating func several<Value>(_ most: Int, _ make: (inout SeededRandom) -> Value) -> [Value] {
        (0..<below(most + 1)).map { _ in make(&self) }
    }
}
