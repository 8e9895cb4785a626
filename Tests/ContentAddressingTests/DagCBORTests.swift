import ContentAddressing
import Core
import Primitives
import Testing
import VectorFiles

@Suite struct DagCBORTests {
    private static let link = CID(codec: .raw, digest: SHA256.digest(of: [1, 2, 3]))

    private static func float(_ value: Double) -> DagCBOR { DagCBOR.Finite(value).map(DagCBOR.float) ?? .null }

    @Test(
        "each value has the one encoding that RFC 8949 and DAG-CBOR give it",
        arguments: [
            (.null, "f6"), (.bool(false), "f4"), (.bool(true), "f5"), (.unsigned(0), "00"), (.unsigned(23), "17"),
            (.unsigned(24), "1818"), (.unsigned(255), "18ff"), (.unsigned(256), "190100"),
            (.unsigned(65_535), "19ffff"), (.unsigned(65_536), "1a00010000"),
            (.unsigned(4_294_967_295), "1affffffff"), (.unsigned(4_294_967_296), "1b0000000100000000"),
            (.unsigned(.max), "1bffffffffffffffff"), (.integer(-1), "20"), (.integer(-24), "37"),
            (.integer(-25), "3818"), (.integer(.min), "3b7fffffffffffffff"), (.integer(.max), "1b7fffffffffffffff"),
            (.negative(.max), "3bffffffffffffffff"), (float(1.5), "fb3ff8000000000000"),
            (float(-0.0), "fb8000000000000000"), (.bytes([]), "40"), (.bytes([1, 2]), "420102"), (.text(""), "60"),
            (.text("é"), "62c3a9"), (.list([]), "80"), (.list([.unsigned(1), .list([.null])]), "820181f6"),
            (.map([:]), "a0"),
            (.map(["b": .unsigned(1), "aa": .unsigned(2), "a": .unsigned(3)]), "a361610361620162616102"),
        ] as [(DagCBOR, String)])
    func known(value: DagCBOR, text: String) throws {
        #expect(Hex.encode(value.encoded) == text)
        #expect(try DagCBOR(decoding: value.encoded) == value)
    }

    @Test("a link is a CID of either version behind a zero byte, under the tag 42")
    func links() throws {
        for cid in [Self.link, CID(version0: SHA256.digest(of: [4]))] {
            let encoded = DagCBOR.link(cid).encoded
            #expect(encoded.starts(with: [0xd8, 0x2a, 0x58, UInt8(cid.bytes.count + 1), 0]))
            #expect(try DagCBOR(decoding: encoded) == .link(cid))
        }
    }

    @Test(
        "whatever is not the one encoding of a value is refused",
        arguments: [
            // Longer than it needs to be.
            "", "1817", "190017", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3817", "580100", "7801ff",
            // Of indefinite length, or of a length that is reserved.
            "5f4100ff", "7f6161ff", "9f01ff", "bf616101ff", "ff", "1f", "df00", "1c", "1d", "1e", "3c", "fc", "fd",
            "fe",
            // Simple values that are not used, floats that are short, infinite or none.
            "f7", "f0", "f800", "f818", "f820", "f97e00", "f93c00", "fa3f800000", "fb7ff8000000000000",
            "fb7ff0000000000000", "fbfff0000000000000", "fb3ff80000000000",
            // Not UTF-8.
            "61ff", "62c328", "63eda080", "64f0808080",
            // Keys out of order, twice, or not text.
            "a2616201616102", "a2616101616102", "a262616101616202", "a10102", "a1416102", "a16161", "a2616101",
            // Something behind.
            "0000", "f6f6", "8001",
            // More than there is.
            "81", "8201", "9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff", "7bffffffffffffffff",
            "9b7fffffffffffffff00", "5b7fffffffffffffff00",
            // Tags and links.
            "c000", "d82a00", "d82a40", "d82a4100", "d82a4101", "d82b4100", "d9002a4100", "da0000002a4100", "ca4100",
            "d82a450001550001", "d82a46000155000001", "d82a6100", "d82a5f4100ff", "d82a",
        ])
    func refusals(text: String) throws {
        let bytes = try hex(text)
        #expect(throws: MalformedBytes.self) { try DagCBOR(decoding: bytes) }
    }

    @Test("nesting is read to its limit, and no further")
    func depth() throws {
        let deepest = DagCBOR.maximumDepth
        for head in [[0x81], [0xa1, 0x61, 0x61]] as [[UInt8]] {
            func nested(_ count: Int) -> [UInt8] { (0..<count).flatMap { _ in head } + [0xf6] }
            _ = try DagCBOR(decoding: nested(deepest - 1))
            #expect(throws: MalformedBytes.self) { try DagCBOR(decoding: nested(deepest)) }
            #expect(throws: MalformedBytes.self) { try DagCBOR(decoding: nested(1_000_000)) }
        }
    }

    @Test("keys that only look alike are two keys, and a key stands in a map once")
    func keys() throws {
        var map: DagCBOR.Map = ["é": .unsigned(1), "e\u{301}": .unsigned(2)]
        #expect(map.entries.count == 2)
        #expect(map["é"] == .unsigned(1) && map["e\u{301}"] == .unsigned(2))
        map["é"] = .null
        #expect(map.entries.count == 2 && map["é"] == .null)
        map["é"] = nil
        map["missing"] = nil
        #expect(map.entries.map(\.value) == [.unsigned(2)])
        #expect(DagCBOR.text("é") != .text("e\u{301}"))
        let twice: DagCBOR.Map = ["a": .unsigned(1), "a": .unsigned(2)]
        #expect(twice.entries.count == 1 && twice["a"] == .unsigned(2))
    }

    @Test("no number that is infinite or none can be written", arguments: [Double.nan, .infinity, -.infinity])
    func finite(value: Double) {
        #expect(DagCBOR.Finite(value) == nil)
    }

    @Test("a value is read up to a length, and no further")
    func length() throws {
        func bytes(_ count: Int) -> [UInt8] { DagCBOR.bytes([UInt8](repeating: 0, count: count - 5)).encoded }
        #expect(bytes(DagCBOR.maximumLength).count == DagCBOR.maximumLength)
        _ = try DagCBOR(decoding: bytes(DagCBOR.maximumLength))
        #expect(throws: MalformedBytes.self) { try DagCBOR(decoding: bytes(DagCBOR.maximumLength + 1)) }
    }

    @Test("counts and lengths beyond the bytes that follow are refused at once", arguments: [0x40, 0x60, 0x80, 0xa0])
    func hugeCounts(head: UInt8) {
        for width in 0..<4 {
            for byte in [0x7f, 0xff] as [UInt8] {
                let count = [UInt8](repeating: byte, count: 1 << width)
                for tail in [[], [0xf6], [UInt8](repeating: 0x60, count: 100)] as [[UInt8]] {
                    #expect(throws: MalformedBytes.self) {
                        try DagCBOR(decoding: [head | 24 + UInt8(width)] + count + tail)
                    }
                }
            }
        }
    }

    @Test("random values survive, and what damaged or cut ones are read as is written as those bytes")
    func random() throws {
        var random = SeededRandom(seed: 6)
        for _ in 0..<1500 {
            let value = random.value(depth: 0)
            let bytes = value.encoded
            #expect(try DagCBOR(decoding: bytes) == value)
            for _ in 0..<8 {
                var damaged = bytes
                damaged[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
                if let other = Self.expectIdentity(damaged) { #expect(other != value) }
            }
            // No value begins with another one.
            for count in bytes.indices where count < 40 || count.isMultiple(of: 17) || count == bytes.count - 1 {
                #expect(throws: MalformedBytes.self) { try DagCBOR(decoding: Array(bytes[..<count])) }
            }
            _ = Self.expectIdentity(random.bytes(upTo: 12))
            _ = Self.expectIdentity([0x82] + random.bytes(upTo: 12))
        }
    }

    /// Refused, or the one encoding of what it is read as.
    private static func expectIdentity(_ bytes: [UInt8]) -> DagCBOR? {
        guard let value = try? DagCBOR(decoding: bytes) else { return nil }
        #expect(value.encoded == bytes)
        return value
    }

    @Test(
        "the blocks that others made are read, written again byte for byte, and have their CIDs",
        .enabled(if: VectorFiles.areHereOrMustBe, "the files of vectors are not on this machine"))
    func blocks() throws {
        let file = try JSON(parsing: VectorFiles.content(of: "codec_fixtures.json"))
        let fixtures = try #require(file["fixtures"]?.elements)
        #expect(fixtures.count == 130)
        for fixture in fixtures {
            let block = try hex(#require(fixture["dag-cbor"]?["hex"]?.text))
            let value = try DagCBOR(decoding: block)
            #expect(value.encoded == block)
            let cid = CID(codec: .dagCBOR, digest: SHA256.digest(of: block))
            #expect(cid.description == fixture["dag-cbor"]?["cid"]?.text)
        }
    }
}

extension SeededRandom {
    private mutating func text() -> String { String(decoding: bytes(upTo: 39), as: UTF8.self) }

    fileprivate mutating func value(depth: Int) -> DagCBOR {
        switch below(depth < 4 ? 10 : 8) {
        case 0: return .null
        case 1: return .bool(chance(2))
        case 2: return .unsigned(number())
        case 3: return .negative(number())
        case 4: return DagCBOR.Finite(Double(bitPattern: next())).map(DagCBOR.float) ?? .null
        case 5: return .bytes(bytes(upTo: 300))
        case 6: return .text(text())
        case 7: return .link(cid())
        case 8: return .list((0..<below(6)).map { _ in value(depth: depth + 1) })
        default:
            var map = DagCBOR.Map()
            for _ in 0..<below(6) { map[text()] = value(depth: depth + 1) }
            return .map(map)
        }
    }
}
