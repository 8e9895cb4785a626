import Core
import Primitives
import Testing

@Suite struct CipherTests {
    private let key = SecretBytes(copying: hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
    private let nonce = hex("cafebabefacedbaddecaf888")
    private let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    private let plaintext = hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
            + "b16aedf5aa0de657ba637b39")
    private let sealed = hex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
            + "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b")

    @Test("AES-256-GCM gives the ciphertexts of the GCM submission to NIST")
    func vectors() throws {
        let cipher = AES256GCM(key: key)
        #expect(cipher.seal(plaintext, nonce: nonce, aad: aad) == sealed)
        #expect(try cipher.open(sealed, nonce: nonce, aad: aad) == plaintext)
        let zero = [UInt8](repeating: 0, count: 12)
        cipher.setKey(SecretBytes(count: 32))
        #expect(cipher.seal([], nonce: zero) == hex("530f8afbc74536b9a963b4f1c4cb738b"))
        #expect(try cipher.open(hex("530f8afbc74536b9a963b4f1c4cb738b"), nonce: zero) == [])
        #expect(
            cipher.seal([UInt8](repeating: 0, count: 16), nonce: zero)
                == hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"))
    }

    @Test("every flipped bit, every missing byte, another nonce or other associated data is refused")
    func refusals() throws {
        let cipher = AES256GCM(key: key)
        for bit in 0..<sealed.count * 8 {
            var damaged = sealed
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: PrimitiveError.notAuthentic) { try cipher.open(damaged, nonce: nonce, aad: aad) }
        }
        for count in 0..<sealed.count {
            #expect(throws: PrimitiveError.notAuthentic) {
                try cipher.open(Array(sealed[..<count]), nonce: nonce, aad: aad)
            }
        }
        #expect(throws: PrimitiveError.notAuthentic) {
            try cipher.open(sealed, nonce: nonce.reversed(), aad: aad)
        }
        #expect(throws: PrimitiveError.notAuthentic) { try cipher.open(sealed, nonce: nonce, aad: []) }
        #expect(try cipher.open(sealed, nonce: nonce, aad: aad) == plaintext)
    }

    @Test("a refused message leaves nothing of its plaintext in the output")
    func wipedOutput() {
        let cipher = AES256GCM(key: key)
        var damaged = sealed
        damaged[sealed.count - 1] ^= 1
        var output = [UInt8](repeating: 0xee, count: plaintext.count)
        var wasRefused = false
        unsafe output.withUnsafeMutableBytes { output in
            unsafe damaged.withUnsafeBytes { damaged in
                unsafe nonce.withUnsafeBytes { nonce in
                    unsafe aad.withUnsafeBytes { aad in
                        do throws(PrimitiveError) {
                            unsafe try cipher.open(nonce: nonce, aad: aad, sealed: damaged, into: output)
                        } catch { wasRefused = true }
                    }
                }
            }
        }
        #expect(wasRefused)
        #expect(output == [UInt8](repeating: 0, count: plaintext.count))
    }

    @Test("every length round-trips", arguments: [0, 1, 15, 16, 17, 8191, 8192, 8193, 1 << 20])
    func lengths(count: Int) throws {
        let cipher = AES256GCM(key: SecretBytes(random: 32))
        let message = Random.bytes(count)
        let sealed = cipher.seal(message, nonce: nonce)
        #expect(sealed.count == count + AES256GCM.tagLength)
        #expect(try cipher.open(sealed, nonce: nonce) == message)
    }

    @Test("a nonce of 16 bytes gives what independent implementations give, and no other length is taken for it")
    func longNonce() throws {
        let key = SecretBytes(copying: (0..<32).map { UInt8($0) })
        let nonce = (0..<16).map { UInt8($0) }
        let cipher = AES256GCM(key: key, nonceLength: 16)
        let message = Array("sixteen-byte nonce".utf8)
        let sealed = hex("1405d8025c812405ff86af4c75ca43dd37d65993b675dfc7203042bb077d12693f83")
        for _ in 0..<2 {
            #expect(cipher.seal(message, nonce: nonce) == sealed)
            #expect(try cipher.open(sealed, nonce: nonce) == message)
            #expect(cipher.seal([], nonce: nonce) == hex("1fe22185668c52bcacfdff70749c67b9"))
        }
        #expect(AES256GCM(key: key).seal(message, nonce: Array(nonce[..<12])) != sealed)
        cipher.setKey(SecretBytes(random: 32))
        #expect(throws: PrimitiveError.notAuthentic) { try cipher.open(sealed, nonce: nonce) }
    }
}
