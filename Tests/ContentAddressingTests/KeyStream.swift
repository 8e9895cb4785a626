import Core
import Primitives

/// The ChaCha20 key stream from which large test inputs are made: key SHA-256 of a seed, nonce and counter zero.
enum KeyStream {
    static func bytes(seed: String, count: Int) -> [UInt8] {
        let key = SHA256.digest(of: Array(seed.utf8)).bytes
        var state: [UInt32] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]
        for index in stride(from: 0, to: 32, by: 4) {
            state.append((0..<4).reduce(0) { $0 | UInt32(key[index + $1]) << UInt32(8 * $1) })
        }
        state += [0, 0, 0, 0]
        var output: [UInt8] = []
        output.reserveCapacity(count + 64)
        while output.count < count {
            for word in block(state) {
                output.append(UInt8(truncatingIfNeeded: word))
                output.append(UInt8(truncatingIfNeeded: word >> 8))
                output.append(UInt8(truncatingIfNeeded: word >> 16))
                output.append(UInt8(truncatingIfNeeded: word >> 24))
            }
            state[12] &+= 1
        }
        output.removeLast(output.count - count)
        return output
    }

    private static func block(_ initial: [UInt32]) -> [UInt32] {
        var state = initial
        for _ in 0..<10 {
            quarter(&state, 0, 4, 8, 12)
            quarter(&state, 1, 5, 9, 13)
            quarter(&state, 2, 6, 10, 14)
            quarter(&state, 3, 7, 11, 15)
            quarter(&state, 0, 5, 10, 15)
            quarter(&state, 1, 6, 11, 12)
            quarter(&state, 2, 7, 8, 13)
            quarter(&state, 3, 4, 9, 14)
        }
        for index in 0..<16 { state[index] &+= initial[index] }
        return state
    }

    @inline(__always)
    private static func quarter(_ state: inout [UInt32], _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        state[a] &+= state[b]
        state[d] = rotated(state[d] ^ state[a], 16)
        state[c] &+= state[d]
        state[b] = rotated(state[b] ^ state[c], 12)
        state[a] &+= state[b]
        state[d] = rotated(state[d] ^ state[a], 8)
        state[c] &+= state[d]
        state[b] = rotated(state[b] ^ state[c], 7)
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
