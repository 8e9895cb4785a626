/// Bytes as one big-endian number in another base; each leading zero byte is one leading zero digit.
///
/// Time grows with the square of the length: callers bound it.
enum BigNumber {
    static func digits(of bytes: [UInt8], base: Int) -> [UInt8] { convert(bytes, from: 256, to: base) }

    static func bytes(of digits: [UInt8], base: Int) -> [UInt8] { convert(digits, from: base, to: 256) }

    private static func convert(_ input: [UInt8], from: Int, to: Int) -> [UInt8] {
        let zeros = input.prefix { $0 == 0 }.count
        // Least significant first while the number grows.
        var output: [UInt8] = []
        for digit in input[zeros...] {
            var carry = Int(digit)
            for index in output.indices {
                carry += Int(output[index]) * from
                output[index] = UInt8(carry % to)
                carry /= to
            }
            while carry > 0 {
                output.append(UInt8(carry % to))
                carry /= to
            }
        }
        return [UInt8](repeating: 0, count: zeros) + output.reversed()
    }
}
