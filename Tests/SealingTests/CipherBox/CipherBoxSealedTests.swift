import Core
import Primitives
import Sealing
import Testing

@Suite struct CipherBoxSealedTests {
    private typealias Vectors = CipherBoxVectors
    private let message = Array("Hello, CipherBox!".utf8)
    private let body = CipherBoxVectors.hex("196a1416ae4cf2abbd0bb8bdd7dd16be5527207b3c04f9e0a0acf4274fdccbdd5e")

    /// Metadata as text, and the `data` of its envelope under the vectors' key and IV.
    private static let envelopes = [
        (
            #"{"version":"v2","children":[]}"#,
            "Ki0OH7MTu4e6Wer6061b6ladIO92vEP4Ox+aUfZiCEq1+Bw1nFifBmjnGju+gw=="
        ),
        (
            #"{"version":"v1","cid":"bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e","fileKeyEncrypted":"#
                + #""deadbeef","fileIv":"aabbccddeeff00112233aabb","size":11,"mimeType":"text/plain","#
                + #""encryptionMode":"GCM","createdAt":1700000000000,"modifiedAt":1700000000000}"#,
            "Ki0OH7MTu4e6Wer6065b6ladIeI44hP/NFvLeM52wl8yZqg1QMsg75VhAGN9nNQoKpVA3pQMdJMemMZqs+qtyucN8zb6A7/DQg0nUgt"
                + "KYXUE49Gca65uKmMz15jHpAVKM/dxeQp0oLF0C1mY9EpqaZuY6OTAAU2lVJt4LKMYwR2jX5zzH2Wqbf0m/6SY5DLKfWzaubK+"
                + "9DsN8OZkmmdO3mLGAMV87h+AMZP+IOwKl3W9d0LVHWClDihvt73d8ldpGDoqCpNnYv24LuEDoQECNx14DddJvn5MlsrCE+tNz"
                + "J9Pw+Xor3bLpsFgvnGWCLSy213GRi1XrZBb8Rd4VkA0M4IEkUWihQrPz9yt7XqonsnTQZZi"
        ),
    ]

    private func isRefused(_ body: () throws(Failure) -> Void) -> Bool {
        do throws(Failure) {
            try body()
            return false
        } catch { return error.code == .integrity }
    }

    @Test("CipherBox's own vector seals and opens, as file content and as one run of bytes")
    func vector() throws {
        let sealed = try CipherBoxSealed(sealing: message, key: Vectors.key, iv: Vectors.iv)
        #expect(sealed.body == body && sealed.bytes == Vectors.iv + body)
        #expect(try CipherBoxSealed(iv: Vectors.iv, body: body).open(Vectors.key) == message)
        #expect(try CipherBoxSealed(bytes: Vectors.iv + body).open(Vectors.key) == message)
    }

    @Test("metadata has the envelope that an independent implementation makes", arguments: envelopes)
    func envelope(text: String, data: String) throws {
        let sealed = try CipherBoxSealed(sealing: Array(text.utf8), key: Vectors.key, iv: Vectors.iv)
        let envelope = #"{"iv":"aabbccddeeff00112233aabb","data":"\#(data)"}"#
        #expect(String(decoding: sealed.envelope, as: UTF8.self) == envelope)
        // Rust's writer sorts the keys; a person's may break lines.
        let others = [
            envelope, #"{"data":"\#(data)","iv":"aabbccddeeff00112233aabb"}"#,
            "{\n  \"iv\" : \"AABBCCDDEEFF00112233AABB\",\n  \"data\" : \"\(data)\"\n}\n",
        ]
        for other in others {
            #expect(try CipherBoxSealed(envelope: Array(other.utf8)).open(Vectors.key) == Array(text.utf8))
        }
    }

    @Test(
        "what is no envelope is refused",
        arguments: [
            "", "{}", "[]", "null", "\"iv\"", #"{"iv":"aabbccddeeff00112233aabb"}"#,
            #"{"data":"AAAAAAAAAAAAAAAAAAAAAA=="}"#,
            #"{"iv":"aabbccddeeff00112233aabb","data":"AAAAAAAAAAAAAAAAAAAAAA==","x":1}"#,
            #"{"iv":"aabbccddeeff00112233aabb","data":"AAAAAAAAAAAAAAAAAAAAAA==","iv":"aabbccddeeff00112233aabb"}"#,
            #"{"iv":"aabbccddeeff00112233aabb","Data":"AAAAAAAAAAAAAAAAAAAAAA=="}"#,
            #"{"iv":"aabbccddeeff00112233aa","data":"AAAAAAAAAAAAAAAAAAAAAA=="}"#,
            #"{"iv":"aabbccddeeff00112233aabbcc","data":"AAAAAAAAAAAAAAAAAAAAAA=="}"#,
            #"{"iv":"aabbccddeeff00112233aabg","data":"AAAAAAAAAAAAAAAAAAAAAA=="}"#,
            #"{"iv":17,"data":"AAAAAAAAAAAAAAAAAAAAAA=="}"#, #"{"iv":"aabbccddeeff00112233aabb","data":null}"#,
            #"{"iv":"aabbccddeeff00112233aabb","data":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
            #"{"iv":"aabbccddeeff00112233aabb","data":"AAAAAAAAAAAAAAAAAAAAAB=="}"#,
            #"{"iv":"aabbccddeeff00112233aabb","data":"AAAAAAAAAAAAAAAAAAAA-_=="}"#,
            #"{"iv":"aabbccddeeff00112233aabb","data":"AAAAAAAAAAAAAAAAAAAA"}"#,
            #"{"iv":"aabbccddeeff00112233aabb","data":"AAAAAAAAAAAAAAAAAAAAAA=="} x"#,
        ])
    func noEnvelope(text: String) {
        #expect(throws: MalformedBytes.self) { try CipherBoxSealed(envelope: Array(text.utf8)) }
    }

    @Test("the sizes are bounded: an IV of 12 bytes, a tag of 16, a blob that the server would take")
    func sizes() throws {
        for count in [0, 11, 13, 16] {
            #expect(throws: MalformedBytes.self) { try CipherBoxSealed(iv: Random.bytes(count), body: body) }
            #expect(throws: Failure.self) {
                try CipherBoxSealed(sealing: message, key: Vectors.key, iv: Random.bytes(count))
            }
        }
        for count in [0, 1, 12, 27] {
            #expect(throws: MalformedBytes.self) { try CipherBoxSealed(bytes: Random.bytes(count)) }
        }
        #expect(throws: Never.self) { try CipherBoxSealed(bytes: Random.bytes(28)) }
        let limit = CipherBoxSealed.maximumLength
        let zeros = [UInt8](repeating: 0, count: limit + 1)
        #expect(throws: MalformedBytes.self) { try CipherBoxSealed(iv: Vectors.iv, body: zeros) }
        #expect(throws: Never.self) { try CipherBoxSealed(iv: Vectors.iv, body: zeros.dropLast()) }
        let sealed = try CipherBoxSealed(iv: Vectors.iv, body: body)
        for key in [0, 31, 33].map({ SecretBytes(random: $0) }) {
            #expect(throws: Failure.self) { try CipherBoxSealed(sealing: message, key: key) }
            #expect(isRefused { () throws(Failure) in _ = try sealed.open(key) })
        }
    }

    @Test("every length comes back, each time under another IV", arguments: [0, 1, 15, 16, 17, 100_000])
    func lengths(count: Int) throws {
        let plaintext = Random.bytes(count)
        let key = SecretBytes(random: 32)
        let (first, second) = (
            try CipherBoxSealed(sealing: plaintext, key: key), try CipherBoxSealed(sealing: plaintext, key: key)
        )
        #expect(first.body.count == count + 16 && first.bytes.count == count + 28)
        #expect(first.iv != second.iv && first.body != second.body)
        #expect(try first.open(key) == plaintext)
        #expect(try CipherBoxSealed(envelope: second.envelope).open(key) == plaintext)
    }

    @Test("a wrong key, any flipped bit and any missing byte are refused alike")
    func tampering() throws {
        let whole = Vectors.iv + body
        #expect(try CipherBoxSealed(bytes: whole).open(Vectors.key) == message)
        var damaged = (0..<whole.count * 8).map { bit in
            var changed = whole
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            return changed
        }
        damaged += (28..<whole.count).map { Array(whole[..<$0]) } + [whole + [0]]
        for bytes in damaged {
            let sealed = try CipherBoxSealed(bytes: bytes)
            #expect(isRefused { () throws(Failure) in _ = try sealed.open(Vectors.key) })
        }
        let sealed = try CipherBoxSealed(bytes: whole)
        #expect(isRefused { () throws(Failure) in _ = try sealed.open(SecretBytes(random: 32)) })
    }
}
