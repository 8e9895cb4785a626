internal import CSodium

/// Whether two byte strings are equal, in a time that depends on their lengths only.
package func constantTimeEquals(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let first = left.baseAddress, let second = right.baseAddress else { return true }
    return unsafe sodium_memcmp(first, second, left.count) == 0
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    unsafe left.withUnsafeBytes { first in
        unsafe right.withUnsafeBytes { second in unsafe constantTimeEquals(first, second) }
    }
}
