import Core
import Primitives
import Testing

@Suite struct HashTests {
    @Test(
        "SHA-256 gives the digests of FIPS 180-4",
        arguments: [
            ([UInt8](), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                [UInt8](repeating: 0x61, count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func vectors(message: [UInt8], digest: String) {
        #expect(SHA256.digest(of: message).description == digest)
        #expect(SHA256.digest(of: ([9] + message)[1...]).description == digest)
    }

    @Test("the pieces in which a message comes do not matter", arguments: [0, 1, 55, 56, 63, 64, 65, 127, 128, 200])
    func pieces(cut: Int) {
        let message = (0..<200).map { UInt8($0) }
        var hash = SHA256()
        hash.update(message[..<cut])
        hash.update(message[cut...])
        #expect(hash.finish() == SHA256.digest(of: message))
        hash.update([1])
        #expect(hash.finish() == SHA256.digest(of: message + [1]))
    }

    @Test(
        "HMAC gives the codes of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func codes(key: [UInt8], message: String, code: String) {
        let key = HMACSHA256.Key(key)
        let message = Array(message.utf8)
        #expect(HMACSHA256.authenticate(message, key: key).description == code)
        let streaming = HMACSHA256(key: key)
        for byte in message { streaming.update([byte]) }
        #expect(streaming.finish().description == code)
        #expect(streaming.finish().description == code)
    }

    @Test("head and body of a message may lie apart")
    func parts() {
        let key = HMACSHA256.Key([UInt8](repeating: 7, count: 64))
        let message = (0..<150).map { UInt8($0) }
        let whole = HMACSHA256.authenticate(message, key: key)
        for cut in [0, 1, 64, 149, 150] {
            let code = unsafe message.withUnsafeBytes { bytes in
                unsafe HMACSHA256.authenticate(
                    UnsafeRawBufferPointer(rebasing: bytes[..<cut]), UnsafeRawBufferPointer(rebasing: bytes[cut...]),
                    key: key)
            }
            #expect(code == whole)
        }
        #expect(HMACSHA256.authenticate(message, key: HMACSHA256.Key([UInt8](repeating: 7, count: 63))) != whole)
    }

    @Test("HKDF gives the keys of RFC 5869")
    func derivation() {
        let secret = SecretBytes(copying: [UInt8](repeating: 0x0b, count: 22))
        let salt = hex("000102030405060708090a0b0c")
        #expect(
            HKDF.extract(secret, salt: salt).copy()
                == hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"))
        #expect(
            HKDF.derive(secret, salt: salt, info: hex("f0f1f2f3f4f5f6f7f8f9"), count: 42).copy()
                == hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
        #expect(
            HKDF.derive(secret, info: [], count: 42).copy()
                == hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
    }

    @Test("a longer expansion begins with the shorter one", arguments: [0, 1, 31, 32, 33, 64, 65, HKDF.maximumCount])
    func expansionLengths(count: Int) {
        let key = HMACSHA256.Key([1, 2, 3])
        let longest = HKDF.expand(key, info: [9], count: HKDF.maximumCount).copy()
        #expect(HKDF.expand(key, info: [9], count: count).copy() == Array(longest[..<count]))
        #expect(Set(stride(from: 0, to: longest.count, by: 32).map { Array(longest[$0..<$0 + 32]) }).count == 255)
    }
}
