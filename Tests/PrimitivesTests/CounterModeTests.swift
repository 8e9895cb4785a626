import Core
import Primitives
import Testing

@Suite struct CounterModeTests {
    private let key = SecretBytes(random: 32)

    @Test("AES-256 in counter mode gives the ciphertext of NIST's SP 800-38A, in both directions")
    func vector() {
        let key = secret("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
        let iv = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
        let plaintext = hex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710")
        let ciphertext = hex(
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
                + "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6")
        #expect(AES256CTR.apply(to: plaintext, at: 0, key: key, iv: iv) == ciphertext)
        #expect(AES256CTR.apply(to: ciphertext, at: 0, key: key, iv: iv) == plaintext)
    }

    @Test("a message applied piece by piece is the message applied at once", arguments: [1, 7, 15, 16, 17, 100, 4096])
    func pieces(length: Int) {
        let message = Random.bytes(10_000)
        let iv = Random.bytes(16)
        let whole = AES256CTR.apply(to: message, at: 0, key: key, iv: iv)
        #expect(whole != message)
        var joined: [UInt8] = []
        for start in stride(from: 0, to: message.count, by: length) {
            let piece = Array(message[start..<min(start + length, message.count)])
            joined += AES256CTR.apply(to: piece, at: UInt64(start), key: key, iv: iv)
        }
        #expect(joined == whole)
    }

    @Test(
        "the counter wraps to zero without touching the nonce, wherever in a piece that is",
        arguments: [0, 1, 2, 3, 5, 64])
    func wrap(blocksBefore: Int) {
        let nonce: [UInt8] = [0, 1, 2, 3, 0xff, 0xff, 0xff, 0xff]
        let last = [UInt8](bigEndian: UInt64.max - UInt64(blocksBefore))
        let message = Random.bytes(200)
        let whole = AES256CTR.apply(to: message, at: 0, key: key, iv: nonce + last)
        let count = min((blocksBefore + 1) * 16, message.count)
        let zero = nonce + [UInt8](repeating: 0, count: 8)
        let behind = AES256CTR.apply(to: Array(message[count...]), at: 0, key: key, iv: zero)
        #expect(Array(whole[count...]) == behind)
        // A piece that begins behind the wrap.
        let start = min(count + 5, message.count)
        let late = AES256CTR.apply(to: Array(message[start...]), at: UInt64(start), key: key, iv: nonce + last)
        #expect(late == Array(whole[start...]))
    }

    @Test("no bytes become no bytes")
    func empty() {
        #expect(AES256CTR.apply(to: [], at: 0, key: key, iv: Random.bytes(16)) == [])
        #expect(AES256CTR.apply(to: [], at: .max, key: key, iv: Random.bytes(16)) == [])
    }
}
