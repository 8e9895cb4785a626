/// Questions about bytes that may be UTF-8.
package enum UTF8Text {
    /// Length of the well-formed scalar that begins at `index`, or 0 if none does.
    package static func scalarLength(in bytes: [UInt8], at index: Int) -> Int {
        let first = bytes[index]
        let length: Int
        switch first {
        case 0x00...0x7f: return 1
        case 0xc2...0xdf: length = 2
        case 0xe0...0xef: length = 3
        case 0xf0...0xf4: length = 4
        default: return 0
        }
        guard index + length <= bytes.count else { return 0 }
        let piece = bytes[index..<index + length]
        return String(validating: piece, as: UTF8.self) == nil ? 0 : length
    }
}
