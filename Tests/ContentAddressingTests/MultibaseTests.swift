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
            (.base64url, "ueWVzIG1hbmkgIQ"), (.base64pad, "MeWVzIG1hbmkgIQ=="), (.base64urlpad, "UeWVzIG1hbmkgIQ=="),
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
        arguments: [
            "f1", "fgg", "bb", "bab", "bpf7", "ba=", "mA", "mAB", "mAA==", "uAA+", "uAA==", "z0", "zl", "zI", "zO",
            "k-",
            "K-", "q11", "", "m AAA", "MAA", "MAA=", "MAB==", "MAAA", "MAAA==", "M=", "M====", "MA===", "M==AA",
            "MAAB=",
            "UAA+A", "b\u{301}aa", "é", "f\u{0}\u{0}",
        ])
    func refusals(text: String) {
        #expect(throws: MalformedBytes.self) { try Multibase.decode(text) }
    }

    @Test("every text has one form: what is read is written again", arguments: Multibase.allCases)
    func canonical(base: Multibase) throws {
        var random = SeededRandom(seed: 1)
        let alphabet = Array(base.encodeWithoutPrefix((0...255).map { UInt8($0) }))
        var accepted = 0
        for _ in 0..<4000 {
            let text = String((0..<random.below(14)).map { _ in alphabet[random.below(alphabet.count)] })
            guard let bytes = try? base.decodeWithoutPrefix(text) else { continue }
            accepted += 1
            #expect(base.encodeWithoutPrefix(bytes) == text)
        }
        #expect(accepted > 100)
    }

    @Test("numbers come out as a slow division says, at every length", arguments: [Multibase.base36, .base58btc])
    func numbers(base: Multibase) throws {
        let alphabet = Array(base == .base36 ? "0123456789abcdefghijklmnopqrstuvwxyz" : Self.base58)
        var random = SeededRandom(seed: 2)
        for count in 0...140 {
            for bytes in [
                random.bytes(count), [UInt8](repeating: 0xff, count: count), [1] + [UInt8](repeating: 0, count: count),
            ] {
                let expected = String(Self.naiveDigits(bytes, base: alphabet.count).map { alphabet[$0] })
                #expect(base.encodeWithoutPrefix(bytes) == expected)
                #expect(try base.decodeWithoutPrefix(expected) == bytes)
            }
        }
    }

    private static let base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

    private static func naiveDigits(_ bytes: [UInt8], base: Int) -> [Int] {
        var digits: [Int] = []
        var number = bytes.map { Int($0) }
        while number.contains(where: { $0 != 0 }) {
            var rest = 0
            for index in number.indices {
                let value = rest * 256 + number[index]
                (number[index], rest) = (value / base, value % base)
            }
            digits.insert(rest, at: 0)
        }
        return bytes.prefix { $0 == 0 }.map { _ in 0 } + digits
    }

    @Test("big-number texts are read up to a length, and no longer", arguments: [Multibase.base36, .base58btc])
    func longest(base: Multibase) throws {
        let limit = Multibase.maximumBigNumberDigits
        let digit = base == .base36 ? "z" : "2"
        let text = String(repeating: digit, count: limit)
        #expect(try base.encodeWithoutPrefix(base.decodeWithoutPrefix(text)) == text)
        #expect(throws: MalformedBytes.self) { try base.decodeWithoutPrefix(text + digit) }
        #expect(throws: MalformedBytes.self) {
            try base.decodeWithoutPrefix(String(repeating: digit, count: 10_000_000))
        }
    }

    @Test("bases are found by their names")
    func names() {
        for base in Multibase.allCases { #expect(Multibase(named: base.name) == base) }
        #expect(Multibase(named: "base32upper") == .base32Upper && Multibase(named: "base58btc") == .base58btc)
        #expect(Multibase(named: "base58") == nil && Multibase(named: "") == nil)
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
