internal import Core

/// Hides a body's exact length among the lengths of one class: behind the bytes stand 80 (hex) and zeros.
///
/// Classes are those of Padmé: behind a length's first binary digit as many digits may vary as it takes to write the
/// place of that first one, and the rest are zero. From 256 bytes on nothing grows by more than 6.25 %.
enum Padding {
    /// Shorter ones become one class: 256 bytes, of which the header and a tag would be a quarter anyway.
    static let floor = 256
    private static let mark: UInt8 = 0x80

    /// The length that `count` bytes have when they were padded; always greater.
    static func length(of count: Int) -> Int {
        precondition(count >= 0 && count < SealedLayout.maximumBodyLength, "a body with its mark is not too long")
        let least = max(count + 1, floor)
        let exponent = Int.bitWidth - 1 - least.leadingZeroBitCount
        let digits = Int.bitWidth - exponent.leadingZeroBitCount
        let varying = (1 << (exponent - digits)) - 1
        return (least + varying) & ~varying
    }

    /// `body` with what hides its length.
    static func padded(_ body: UnsafeRawBufferPointer) -> [UInt8] {
        let length = length(of: body.count)
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, written in
            let output = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: length)
            unsafe output.copyMemory(from: body)
            unsafe output[body.count] = mark
            unsafe UnsafeMutableRawBufferPointer(rebasing: output[(body.count + 1)...])
                .initializeMemory(as: UInt8.self, repeating: 0)
            written = length
        }
    }

    /// How many bytes stand before the padding; of which class it is, a reader does not ask.
    static func unpaddedLength(of body: [UInt8]) throws(MalformedBytes) -> Int {
        guard let last = body.lastIndex(where: { $0 != 0 }), body[last] == mark else {
            throw MalformedBytes("its padding is not one")
        }
        return last
    }
}
