/// What is known of every hash function that names content somewhere, computed here or not.
package enum HashName {
    /// Functions of the multicodec table that are not computed here, and the bytes that they give.
    private static let others: [UInt64: (name: String, length: Int)] = [
        0x14: ("sha3-512", 64), 0x15: ("sha3-384", 48), 0x16: ("sha3-256", 32), 0x17: ("sha3-224", 28),
        0x18: ("shake-128", Multihash.longest), 0x19: ("shake-256", Multihash.longest),
        0x1a: ("keccak-224", 28), 0x1b: ("keccak-256", 32), 0x1c: ("keccak-384", 48), 0x1d: ("keccak-512", 64),
        0x1e: ("blake3", Multihash.longest), 0x20: ("sha2-384", 48),
    ]

    /// The name in the multicodec table; nil when the number is not known.
    package static func name(ofCode code: UInt64) -> String? {
        if let function = HashFunction(code: code) { return function.name }
        if let (family, length) = sized(code) { return "\(family)-\(length * 8)" }
        return others[code]?.name
    }

    /// The name, or the number where there is none.
    package static func text(ofCode code: UInt64) -> String { name(ofCode: code) ?? "0x" + String(code, radix: 16) }

    /// The most bytes that the function gives; nil when that is not known.
    static func longestDigest(ofCode code: UInt64) -> Int? {
        if let function = HashFunction(code: code) { return function.digestLength }
        return sized(code)?.length ?? others[code]?.length
    }

    /// Of the families that have a number for each length in bytes.
    private static func sized(_ code: UInt64) -> (family: String, length: Int)? {
        switch code {
        case 0xb201...0xb240: ("blake2b", Int(code - 0xb200))
        case 0xb241...0xb260: ("blake2s", Int(code - 0xb240))
        default: nil
        }
    }
}
