import Core
import Primitives

/// The ChaCha20 key stream from which large test inputs are made: key SHA-256 of a seed, nonce and counter zero.
///
/// Eight blocks of 64 bytes are computed side by side, so that a GiB takes a few seconds.
struct KeyStream {
    private typealias Lanes = SIMD8<UInt32>

    private static let step = 8 * 64
    private var state: [Lanes]

    init(seed: String) {
        let key = SHA256.digest(of: Array(seed.utf8)).bytes
        var words: [UInt32] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]
        for index in stride(from: 0, to: 32, by: 4) {
            words.append((0..<4).reduce(0) { $0 | UInt32(key[index + $1]) << UInt32(8 * $1) })
        }
        state = (words + [0, 0, 0, 0]).map { Lanes(repeating: $0) }
        state[12] = Lanes(0, 1, 2, 3, 4, 5, 6, 7)
    }

    static func bytes(seed: String, count: Int) -> [UInt8] {
        var stream = KeyStream(seed: seed)
        var bytes = stream.next((count + step - 1) / step * step)
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// The next `count` bytes, a multiple of 512.
    mutating func next(_ count: Int) -> [UInt8] {
        precondition(count % Self.step == 0, "the stream goes on in steps")
        var working = state
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            unsafe working.withUnsafeMutableBufferPointer { working in
                while done < count {
                    unsafe write(working, to: UnsafeMutableRawBufferPointer(buffer), at: done)
                    state[12] &+= 8
                    done += Self.step
                }
            }
        }
    }

    private func write(
        _ working: UnsafeMutableBufferPointer<Lanes>, to output: UnsafeMutableRawBufferPointer, at start: Int
    ) {
        for index in 0..<16 { unsafe working[index] = state[index] }
        for _ in 0..<10 {
            unsafe Self.quarter(working, 0, 4, 8, 12)
            unsafe Self.quarter(working, 1, 5, 9, 13)
            unsafe Self.quarter(working, 2, 6, 10, 14)
            unsafe Self.quarter(working, 3, 7, 11, 15)
            unsafe Self.quarter(working, 0, 5, 10, 15)
            unsafe Self.quarter(working, 1, 6, 11, 12)
            unsafe Self.quarter(working, 2, 7, 8, 13)
            unsafe Self.quarter(working, 3, 4, 9, 14)
        }
        for index in 0..<16 {
            let lanes = unsafe working[index] &+ state[index]
            for lane in 0..<8 {
                unsafe output.storeBytes(
                    of: lanes[lane].littleEndian, toByteOffset: start + lane * 64 + index * 4, as: UInt32.self)
            }
        }
    }

    @inline(__always)
    private static func quarter(
        _ state: UnsafeMutableBufferPointer<Lanes>, _ a: Int, _ b: Int, _ c: Int, _ d: Int
    ) {
        unsafe state[a] &+= state[b]
        unsafe state[d] = rotated(state[d] ^ state[a], 16)
        unsafe state[c] &+= state[d]
        unsafe state[b] = rotated(state[b] ^ state[c], 12)
        unsafe state[a] &+= state[b]
        unsafe state[d] = rotated(state[d] ^ state[a], 8)
        unsafe state[c] &+= state[d]
        unsafe state[b] = rotated(state[b] ^ state[c], 7)
    }

    @inline(__always)
    private static func rotated(_ word: Lanes, _ count: UInt32) -> Lanes { word &<< count | word &>> (32 - count) }
}
