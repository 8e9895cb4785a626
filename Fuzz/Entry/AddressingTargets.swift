internal import ContentAddressing
internal import Core
internal import StorageSupport

extension FuzzTarget {
    /// CIDs as text and as bytes, and texts in every base.
    static let cid = FuzzTarget("cid", longestInput: 600, [{ cidText }, { cidBytes }, { multibase }])

    static func anyCID(_ random: inout SeededRandom) -> CID {
        let codecs: [Codec] = [.raw, .dagPB, .dagCBOR, .libp2pKey, Codec(rawValue: random.next() >> 1)]
        let codec = codecs[random.below(codecs.count)]
        if random.chance(), let hash = try? Multihash(code: Multihash.identity, digest: random.someBytes(128)) {
            return CID(codec: codec, multihash: hash)
        }
        return random.chance() ? CID(version0: random.digest()) : CID(codec: codec, digest: random.digest())
    }

    private static var cidText: Part {
        Part { random in
            Array(anyCID(&random).text(in: Multibase.allCases[random.below(Multibase.allCases.count)]).utf8)
        } check: { input in
            let text = try accepted(String(validating: input, as: UTF8.self))
            let cid = try CID.parse(text).cid
            try require((try? CID.parse(cid.description).cid) == cid, "a CID changes as text")
            try require((try? CID(bytes: cid.bytes)) == cid, "a CID changes as bytes")
            guard cid.version == .v1 else { return try require(cid.description == text, "two texts are one CID") }
            try requireOneText(input, cid.bytes)
        }
    }

    /// Letters have a case only in some bases; beyond that a base has one text for some bytes.
    private static func requireOneText(_ text: [UInt8], _ bytes: [UInt8]) throws {
        let base = try accepted(text.first.flatMap { Multibase(rawValue: Character(Unicode.Scalar($0))) })
        let written = Array(base.encode(bytes).utf8)
        switch base {
        case .base58btc, .base64, .base64pad, .base64url, .base64urlpad:
            try require(written == text, "two texts are one in their base")
        default: try require(written.map(lowered) == text.map(lowered), "two texts are one in their base")
        }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

    private static var cidBytes: Part {
        Part { random in
            anyCID(&random).bytes
        } check: { input in
            let cid = try CID(bytes: input)
            try require(cid.bytes == input, "two byte strings are one CID")
            try require((try? CID.parse(cid.description).cid) == cid, "a CID changes as text")
        }
    }

    private static var multibase: Part {
        Part { random in
            Array(Multibase.allCases[random.below(Multibase.allCases.count)].encode(random.someBytes(100)).utf8)
        } check: { input in
            let text = try accepted(String(validating: input, as: UTF8.self))
            let (base, bytes) = try Multibase.decode(text)
            try require((try? Multibase.decode(base.encode(bytes)).bytes) == bytes, "bytes change in a base")
            try requireOneText(input, bytes)
        }
    }

    static let dagCBOR = FuzzTarget("dag-cbor") { random in
        anyValue(&random, depth: 0).encoded
    } check: { input in
        let value = try DagCBOR(decoding: input)
        try require(value.encoded == input, "two encodings are one value")
    }

    static func anyValue(_ random: inout SeededRandom, depth: Int) -> DagCBOR {
        switch random.below(depth < 4 ? 10 : 8) {
        case 0: return .null
        case 1: return .bool(random.chance())
        case 2: return .unsigned(random.anyNumber())
        case 3: return .negative(random.anyNumber())
        case 4: return DagCBOR.Finite(Double(bitPattern: random.next())).map(DagCBOR.float) ?? .null
        case 5: return .bytes(random.someBytes())
        case 6: return .text(random.someText())
        case 7: return .link(anyCID(&random))
        case 8: return .list(random.several(5) { anyValue(&$0, depth: depth + 1) })
        default:
            var map = DagCBOR.Map()
            for _ in 0..<random.below(6) { map[random.someText(6)] = anyValue(&random, depth: depth + 1) }
            return .map(map)
        }
    }
}
