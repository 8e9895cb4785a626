internal import Core

/// Bytes as digits of a few bits each, most significant first, without padding characters.
enum BitGroups {
    static func encode(_ bytes: [UInt8], width: Int) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity((bytes.count * 8 + width - 1) / width)
        let mask = (1 << width) - 1
        var pending = 0
        var bits = 0
        for byte in bytes {
            pending = (pending << 8 | Int(byte)) & 0xffff
            bits += 8
            while bits >= width {
                bits -= width
                digits.append(UInt8(pending >> bits & mask))
            }
        }
        if bits > 0 { digits.append(UInt8(pending << (width - bits) & mask)) }
        return digits
    }

    /// The bytes of `digits`; what is left over must be shorter than a digit and zero, so that each text is the only one.
    static func decode(_ digits: [UInt8], width: Int) throws(MalformedBytes) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * width / 8)
        var pending = 0
        var bits = 0
        for digit in digits {
            pending = (pending << width | Int(digit)) & 0xffff
            bits += width
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(pending >> bits & 0xff))
            }
        }
        guard bits < width else { throw MalformedBytes("a text of impossible length for its base") }
        guard pending & (1 << bits - 1) == 0 else { throw MalformedBytes("bits set behind the last byte") }
        return bytes
    }
}
