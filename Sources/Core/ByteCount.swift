/// A number of bytes, as settings name it and people read it.
package struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let bytes: UInt64

    package init(_ bytes: some UnsignedInteger) { self.bytes = UInt64(clamping: bytes) }
    /// A length that came as a signed number; below zero counts as zero.
    package init(_ bytes: Int) { self.bytes = UInt64(clamping: bytes) }

    package static func kibibytes(_ count: Int) -> ByteCount { ByteCount(count << 10) }
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(count << 20) }
    package static func gibibytes(_ count: Int) -> ByteCount { ByteCount(count << 30) }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    private static let symbols = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    /// One decimal and a binary unit, `1.2 GiB`; below 1024 whole bytes, `17 B`.
    package var description: String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var unit = 0
        var scale = UInt64(1) << 10
        // Rounding must not print "1024.0 KiB" for what is 1.0 MiB.
        while unit + 1 < Self.symbols.count, Self.tenths(bytes, scale) >= 10_240 {
            unit += 1
            scale <<= 10
        }
        let tenths = Self.tenths(bytes, scale)
        return "\(tenths / 10).\(tenths % 10) \(Self.symbols[unit])"
    }

    private static func tenths(_ bytes: UInt64, _ scale: UInt64) -> UInt64 {
        let product = bytes.multipliedFullWidth(by: 10)
        let (sum, carry) = product.low.addingReportingOverflow(scale / 2)
        return scale.dividingFullWidth((product.high + (carry ? 1 : 0), sum)).quotient
    }

    /// Reads `4096`, `64M`, `64MiB` (powers of 1024) or `64MB` (powers of 1000), in either case; nil for all else.
    package init?(parsing text: String) {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard let number = UInt64(String(Substring(digits))) else { return nil }
        let unit = text.utf8.dropFirst(digits.count).map { $0 | 0x20 }
        guard let scale = Self.scale(String(decoding: unit, as: UTF8.self)) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        bytes = product
    }

    private static func scale(_ unit: String) -> UInt64? {
        if unit.isEmpty || unit == "b" { return 1 }
        let prefixes = Array("kmgtpe")
        guard let letter = unit.first, let power = prefixes.firstIndex(of: letter) else { return nil }
        switch unit.dropFirst() {
        case "", "ib": return 1 << (10 * UInt64(power + 1))
        case "b": return (0...power).reduce(1) { scale, _ in scale * 1000 }
        default: return nil
        }
    }
}
