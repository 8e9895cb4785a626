import Core
import Primitives
import Testing

/// Hash functions that only check what others named.
@Suite struct DigestTests {
    private static let million = [UInt8](repeating: 0x61, count: 1_000_000)

    private static func sha1(_ pieces: [ArraySlice<UInt8>]) -> [UInt8] {
        var hash = SHA1()
        for piece in pieces { unsafe piece.withUnsafeBytes { unsafe hash.update($0) } }
        return hash.finish()
    }

    private static func sha512(_ pieces: [ArraySlice<UInt8>]) -> [UInt8] {
        var hash = SHA512()
        for piece in pieces { unsafe piece.withUnsafeBytes { unsafe hash.update($0) } }
        return hash.finish()
    }

    private static func blake2b(_ pieces: [ArraySlice<UInt8>], length: Int) -> [UInt8] {
        var hash = BLAKE2b(length: length)
        for piece in pieces { unsafe piece.withUnsafeBytes { unsafe hash.update($0) } }
        return hash.finish()
    }

    @Test("SHA-1 and SHA-512 give the digests of FIPS 180-4")
    func vectors() {
        #expect(Self.sha1([]) == hex("da39a3ee5e6b4b0d3255bfef95601890afd80709"))
        #expect(Self.sha1([[]]) == hex("da39a3ee5e6b4b0d3255bfef95601890afd80709"))
        #expect(Self.sha1([Array("abc".utf8)[...]]) == hex("a9993e364706816aba3e25717850c26c9cd0d89d"))
        #expect(Self.sha1([Self.million[...]]) == hex("34aa973cd4c4daa4f61eeb2bdbad27316534016f"))
        #expect(
            Self.sha512([Array("abc".utf8)[...]])
                == hex(
                    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"))
        #expect(
            Self.sha512([Self.million[...]])
                == hex(
                    "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                        + "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"))
    }

    @Test(
        "BLAKE2b gives the digest of RFC 7693, and another one for each length",
        arguments: [
            (
                64,
                "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                    + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
            ),
            (32, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
            (20, "384264f676f39536840523f284921cdc68b6846b"),
        ])
    func blake2b(length: Int, digest: String) {
        #expect(Self.blake2b([Array("abc".utf8)[...]], length: length) == hex(digest))
    }

    @Test(
        "the pieces in which a message comes do not matter",
        arguments: [0, 1, 63, 64, 65, 111, 112, 127, 128, 129, 300])
    func pieces(cut: Int) {
        let message = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
        let parts = [message[..<cut], message[cut...]]
        #expect(Self.sha1(parts) == Self.sha1([message[...]]))
        #expect(Self.sha512(parts) == Self.sha512([message[...]]))
        for length in [1, 20, 33, 64] {
            #expect(Self.blake2b(parts, length: length) == Self.blake2b([message[...]], length: length))
        }
    }

    @Test("a computation goes on after its digest was asked for, and a copy goes its own way")
    func values() {
        var hash = BLAKE2b(length: 32)
        let bytes: [UInt8] = [1, 2, 3]
        unsafe bytes.withUnsafeBytes { unsafe hash.update($0) }
        let copy = hash
        #expect(hash.finish() == hash.finish())
        unsafe bytes.withUnsafeBytes { unsafe hash.update($0) }
        #expect(hash.finish() == Self.blake2b([[1, 2, 3, 1, 2, 3]], length: 32))
        #expect(copy.finish() == Self.blake2b([[1, 2, 3]], length: 32))
    }
}
