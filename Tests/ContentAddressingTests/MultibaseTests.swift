import ContentAddressing
import Core
import Primitives
import Testing

@Suite struct MultibaseTests {
    @Test(
        "bytes have the texts of the multibase specification",
        arguments: [
            (Multibase.base16, "f796573206d616e692021"), (.base16Upper, "F796573206D616E692021"),
            (.base32, "bpfsxgidnmfxgsibb"), (.base32Upper, "BPFSXGIDNMFXGSIBB"), (.base36, "k2lcpzo5yikidynfl"),
            (.base36Upper, "K2LCPZO5YIKIDYNFL"), (.base58btc, "z7paNL19xttacUY"), (.base64, "meWVzIG1hbmkgIQ"),
            (.base64url, "ueWVzIG1hbmkgIQ"),
        ])
    func known(base: Multibase, text: String) throws {
        let bytes = Array("yes mani !".utf8)
        #expect(base.encode(bytes) == text)
        let decoded = try Multibase.decode(text)
        #expect(decoded.base == base && decoded.bytes == bytes)
    }

    @Test("leading zeros survive every base", arguments: Multibase.allCases)
    func zeros(base: Multibase) throws {
        for zeros in 0...5 {
            for rest in [[], [1], [0xff, 0], Random.bytes(30)] as [[UInt8]] {
                let bytes = [UInt8](repeating: 0, count: zeros) + rest
                #expect(try Multibase.decode(base.encode(bytes)).bytes == bytes)
            }
        }
    }

    @Test(
        "a text that no bytes have is refused",
        arguments: ["f1", "fgg", "bb", "bab", "bpf7", "ba=", "mA", "mAB", "uAA+", "z0", "zl", "k-", "q11", "", "m AAA"])
    func refusals(text: String) {
        #expect(throws: MalformedBytes.self) { try Multibase.decode(text) }
    }

    @Test("varints have one form, of at most nine bytes", arguments: [0, 1, 127, 128, 255, 300, 16384, Varint.maximum])
    func varints(number: UInt64) throws {
        let bytes = Varint.encode(number)
        #expect(bytes.count <= 9)
        var reader = ByteReader(bytes)
        #expect(try Varint.read(&reader) == number)
        #expect(reader.isAtEnd)
        for count in bytes.indices {
            var short = ByteReader(Array(bytes[..<count]))
            #expect(throws: MalformedBytes.self) { try Varint.read(&short) }
        }
        var padded = bytes
        padded[padded.count - 1] |= 0x80
        var reader2 = ByteReader(padded + [0])
        #expect(throws: MalformedBytes.self) { try Varint.read(&reader2) }
    }
}
