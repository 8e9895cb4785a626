internal import Core
internal import Primitives

/// Seals and opens the frames of one object, given the key and the header that they are bound to.
///
/// The nonce of a frame says its number and whether it is the last; the first frame is bound to the whole header, the
/// others to its first 20 bytes, so that they open without it.
enum FrameCipher {
    private static let nonceLength = AES256GCM.nonceLength

    /// Encrypts `body` behind the header that `output` begins with.
    static func seal(
        _ body: UnsafeRawBufferPointer, layout: SealedLayout, key: ObjectKey,
        into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(output.count == layout.sealedLength && body.count == layout.bodyLength, "a layout fits its bytes")
        unsafe withUnsafeTemporaryAllocation(byteCount: nonceLength, alignment: 8) { nonce in
            unsafe key.withBytes { key in
                unsafe CipherPool.shared.withCipher(key: key) { cipher in
                    let header = UnsafeRawBufferPointer(output)
                    for frame in 0..<layout.frameCount {
                        unsafe fill(nonce, frame: frame, isLast: frame == layout.frameCount - 1)
                        let source = layout.bodyRange(ofFrame: frame)
                        let start = SealedLayout.headerLength + frame * SealedLayout.sealedFrameLength
                        let end = start + source.count + SealedLayout.tagLength
                        unsafe cipher.seal(
                            nonce: UnsafeRawBufferPointer(nonce),
                            aad: UnsafeRawBufferPointer(rebasing: header[..<boundLength(frame)]),
                            plaintext: UnsafeRawBufferPointer(rebasing: body[source]),
                            into: UnsafeMutableRawBufferPointer(rebasing: output[start..<end]))
                    }
                }
            }
        }
    }

    /// Decrypts whole frames that lie one behind the other; `output` is wiped when any of them is not authentic.
    ///
    /// `header` holds what the frames are bound to: 52 bytes when frame 0 is among them, else 20.
    static func open(
        _ sealed: UnsafeRawBufferPointer, frames: Range<Int>, layout: SealedLayout, header: UnsafeRawBufferPointer,
        key: ObjectKey, into output: UnsafeMutableRawBufferPointer
    ) throws(PrimitiveError) {
        let origin = frames.lowerBound * SealedLayout.frameLength
        do throws(PrimitiveError) {
            unsafe try withUnsafeTemporaryAllocation(byteCount: nonceLength, alignment: 8) {
                (nonce) throws(PrimitiveError) in
                unsafe try key.withBytes { (key) throws(PrimitiveError) in
                    unsafe try CipherPool.shared.withCipher(key: key) { (cipher) throws(PrimitiveError) in
                        for frame in frames {
                            unsafe fill(nonce, frame: frame, isLast: frame == layout.frameCount - 1)
                            let target = layout.bodyRange(ofFrame: frame)
                            let start = (frame - frames.lowerBound) * SealedLayout.sealedFrameLength
                            let end = start + target.count + SealedLayout.tagLength
                            let into = target.lowerBound - origin..<target.upperBound - origin
                            unsafe try cipher.open(
                                nonce: UnsafeRawBufferPointer(nonce),
                                aad: UnsafeRawBufferPointer(rebasing: header[..<boundLength(frame)]),
                                sealed: UnsafeRawBufferPointer(rebasing: sealed[start..<end]),
                                into: UnsafeMutableRawBufferPointer(rebasing: output[into]))
                        }
                    }
                }
            }
        } catch {
            unsafe Wipe.bytes(output)
            throw error
        }
    }

    private static func boundLength(_ frame: Int) -> Int {
        frame == 0 ? SealedLayout.headerLength : SealedLayout.prefixLength
    }

    /// Three zero bytes, the last-frame bit, the frame number.
    private static func fill(_ nonce: UnsafeMutableRawBufferPointer, frame: Int, isLast: Bool) {
        unsafe nonce.storeBytes(of: UInt32(isLast ? 1 : 0).bigEndian, toByteOffset: 0, as: UInt32.self)
        unsafe nonce.storeBytes(of: UInt64(frame).bigEndian, toByteOffset: 4, as: UInt64.self)
    }
}
