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

    @Test("random values survive, and what random bytes decode to encodes to those bytes")
    func random() throws {
        var state = RandomValues()
        for _ in 0..<2000 {
            let value = state.value(depth: 0)
            #expect(try DagCBOR(decoding: value.encoded) == value)
            var damaged = value.encoded
            let place = Int(state.next() % UInt64(damaged.count))
            damaged[place] ^= 1 << UInt8(state.next() % 8)
            if let other = try? DagCBOR(decoding: damaged) {
                #expect(other != value)
                #expect(other.encoded == damaged)
            }
            #expect(throws: MalformedBytes.self) { try DagCBOR(decoding: value.encoded.dropLast()) }
        }
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

/// Values of every kind, the same ones each time.
private struct RandomValues: RandomNumberGenerator {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    private mutating func bytes() -> [UInt8] { (0..<next() % 40).map { _ in UInt8(truncatingIfNeeded: next()) } }
    private mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }

    mutating func value(depth: Int) -> DagCBOR {
        switch next() % (depth < 4 ? 10 : 8) {
        case 0: return .null
        case 1: return .bool(next() % 2 == 0)
        case 2: return .unsigned(next() >> (next() % 64))
        case 3: return .negative(next() >> (next() % 64))
        case 4: return DagCBOR.Finite(Double(bitPattern: next())).map(DagCBOR.float) ?? .null
        case 5: return .bytes(bytes())
        case 6: return .text(text())
        case 7: return .link(CID(codec: .raw, digest: SHA256.digest(of: bytes())))
        case 8: return .list((0..<next() % 6).map { _ in value(depth: depth + 1) })
        default:
            var map = DagCBOR.Map()
            for _ in 0..<next() % 6 { map[text()] = value(depth: depth + 1) }
            return .map(map)
        }
    }
}
