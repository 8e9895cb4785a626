internal import Core

/// Bytes as one big-endian number in another base; each leading zero byte is one leading zero digit.
///
/// It goes by words of 64 bits and by as many digits as fit one, so that 128 bytes take microseconds; the time still
/// grows with the square of the length, and callers bound that.
struct BigNumber: Sendable {
    private let base: UInt64
    /// How many digits are taken in one step, and how many values those have.
    private let digitsPerStep: Int
    private let step: UInt64

    init(base: UInt64) {
        precondition((2...256).contains(base), "a digit is a byte")
        var (digits, power) = (1, base)
        while case (let next, false) = power.multipliedReportingOverflow(by: base) {
            (digits, power) = (digits + 1, next)
        }
        self.base = base
        digitsPerStep = digits
        step = power
    }

    func digits(of bytes: [UInt8]) -> [UInt8] {
        let zeros = bytes.prefix { $0 == 0 }.count
        let number = bytes[zeros...]
        let padding = [UInt8](repeating: 0, count: (8 - number.count % 8) % 8)
        var words: [UInt64] = (padding + number).chunks(of: 8).map { $0.reduce(0) { $0 << 8 | UInt64($1) } }
        var digits: [UInt8] = []
        // Dividing all of it by the step, most significant word first, leaves the last digits.
        while !words.isEmpty {
            var rest: UInt64 = 0
            for index in words.indices { (words[index], rest) = step.dividingFullWidth((rest, words[index])) }
            if words[0] == 0 { words.removeFirst() }
            for _ in 0..<digitsPerStep {
                digits.append(UInt8(rest % base))
                rest /= base
            }
        }
        while digits.last == 0 { digits.removeLast() }
        return [UInt8](repeating: 0, count: zeros) + digits.reversed()
    }

    func bytes(of digits: [UInt8]) -> [UInt8] {
        let zeros = digits.prefix { $0 == 0 }.count
        let number = digits[zeros...]
        let padding = [UInt8](repeating: 0, count: (digitsPerStep - number.count % digitsPerStep) % digitsPerStep)
        // Least significant word first while the number grows.
        var words: [UInt64] = []
        for piece in (padding + number).chunks(of: digitsPerStep) {
            var carry = piece.reduce(0) { $0 * base + UInt64($1) }
            for index in words.indices {
                let (high, low) = words[index].multipliedFullWidth(by: step)
                let (sum, overflows) = low.addingReportingOverflow(carry)
                words[index] = sum
                carry = high + (overflows ? 1 : 0)
            }
            if carry > 0 { words.append(carry) }
        }
        let bytes = words.reversed().flatMap { [UInt8](bigEndian: $0) }
        return [UInt8](repeating: 0, count: zeros) + bytes.drop { $0 == 0 }
    }
}

extension [UInt8] {
    /// Pieces of equal length, of which there must be whole ones only.
    fileprivate func chunks(of length: Int) -> some Sequence<ArraySlice<UInt8>> {
        stride(from: 0, to: count, by: length).lazy.map { self[$0..<$0 + length] }
    }
}
