import ContentAddressing
import Core
import Primitives
import Testing

@Suite struct CIDTests {
    @Test("a CID in one form is the known CID in another", arguments: CIDVectors.conversions.indices)
    func conversions(index: Int) throws {
        let vector = CIDVectors.conversions[index]
        let isPeer = vector.codec == "libp2p-key" || vector.from.hasPrefix("12D3")
        let cid = try isPeer ? CID(peerID: vector.from) : CID(vector.from)
        let codec = try vector.codec.map { try #require(Codec(named: $0)) }
        let base = try #require(Multibase(named: vector.base))
        #expect(try cid.converted(to: .v1, codec: codec).text(only: base) == vector.cid)
        #expect(try CID(vector.cid).multihash == cid.multihash)
    }

    @Test("a block has its known CID", arguments: CIDVectors.blocks.indices)
    func blocks(index: Int) throws {
        let vector = CIDVectors.blocks[index]
        let bytes = try #require(Hex.decode(vector.bytes))
        let codec = try #require(Codec(named: vector.codec))
        let function = vector.isIdentity ? HashFunction.identity : .sha256
        let cid = CID(codec: codec, multihash: try function.hash(of: bytes))
        try cid.check(bytes)
        #expect("\(cid)" == vector.cid)
        #expect(try CID(vector.cid) == cid)
    }

    @Test("texts at the edge are accepted or refused as the specifications say")
    func edges() {
        for text in CIDVectors.accepted { #expect(throws: Never.self) { try CID(text) } }
        for text in CIDVectors.refused { #expect(throws: Failure.self) { try CID(text) } }
    }

    @Test("a CID round-trips through every base and through bytes", arguments: Multibase.allCases)
    func roundTrips(base: Multibase) throws {
        let digest = SHA256.digest(of: [1, 2, 3])
        for cid in [CID(codec: .raw, digest: digest), CID(codec: .dagJSON, digest: digest), CID(version0: digest)] {
            #expect(try CID(cid.text(in: base)) == cid)
            #expect(try CID(bytes: cid.bytes) == cid)
            var reader = ByteReader(cid.bytes + [7])
            #expect(try CID.read(&reader) == cid)
            #expect(reader.remaining == 1)
            #expect(throws: MalformedBytes.self) { try CID(bytes: cid.bytes + [7]) }
            for count in cid.bytes.indices {
                #expect(throws: MalformedBytes.self) { try CID(bytes: Array(cid.bytes[..<count])) }
            }
        }
    }

    @Test("base32, base36 and hexadecimal are read in either case, base58 only as written")
    func letterCase() throws {
        let cid = CID(codec: .raw, digest: SHA256.digest(of: []))
        for base in [Multibase.base16, .base16Upper, .base32, .base32Upper, .base36, .base36Upper] {
            let text = cid.text(in: base)
            #expect(try CID(text.uppercased()) == cid)
            #expect(try CID(text.lowercased()) == cid)
            #expect(try CID(String(text.prefix(1)) + text.dropFirst().uppercased()) == cid)
            #expect(try CID(String(text.prefix(1)) + text.dropFirst().lowercased()) == cid)
        }
        for base in [Multibase.base58btc, .base64, .base64url, .base64pad] {
            let text = cid.text(in: base)
            #expect((try? CID(String(text.prefix(1)) + text.dropFirst().uppercased())) != cid)
        }
    }

    @Test(
        "hostile bytes are refused without a large allocation",
        arguments: [
            [], [1], [1, 0x55], [0, 0x55, 0, 0], [2, 0x55, 0, 0], [3, 0x55, 0, 0], [0x12, 0x20], [0x12, 0x21],
            // A padded version, a padded codec, a varint of ten bytes, lengths of 2^62 and 129.
            [0x81, 0x00, 0x55, 0, 0], [1, 0xd5, 0x00, 0, 0],
            [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0],
            [1, 0x55, 0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40],
            [1, 0x55, 0x00, 0x81, 0x01] + [UInt8](repeating: 0, count: 129),
            // A SHA-256 of 33 bytes.
            [1, 0x55, 0x12, 33] + [UInt8](repeating: 0, count: 33),
        ] as [[UInt8]])
    func hostileBytes(bytes: [UInt8]) {
        #expect(throws: MalformedBytes.self) { try CID(bytes: bytes) }
    }

    @Test(
        "hostile texts are refused quickly",
        arguments: [
            "", "b", "Qm", "z", "x", "é", "b1", "bafkreié", "bafkqaaA=", "QmInvalidCID",
            "z" + String(repeating: "z", count: 100_000), "k" + String(repeating: "0", count: 1_000_000),
            "Qm" + String(repeating: "0", count: 44), "\u{0}", "b\u{301}afkqaaa",
        ])
    func hostileTexts(text: String) {
        #expect(throws: Failure.self) { try CID(text) }
        #expect(throws: MalformedBytes.self) {
            let tail = String(repeating: "z", count: Multibase.maximumBigNumberDigits + 1)
            return try Multibase.base58btc.decodeWithoutPrefix(text + tail)
        }
    }

    @Test("random CIDs survive in every form, and what damaged ones are read as is written as those bytes")
    func random() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<1000 {
            let cid = random.cid()
            let bytes = cid.bytes
            let base = Multibase.allCases[random.below(Multibase.allCases.count)]
            #expect(try CID(bytes: bytes) == cid)
            #expect(try CID(cid.text(in: base)) == cid)
            #expect(try CID(bytes: cid.asVersion1.bytes) == cid.asVersion1)
            for count in bytes.indices {
                #expect(throws: MalformedBytes.self) { try CID(bytes: Array(bytes[..<count])) }
            }
            for bit in 0..<bytes.count * 8 {
                var damaged = bytes
                damaged[bit / 8] ^= 1 << UInt8(bit % 8)
                Self.expectIdentity(damaged)
            }
            Self.expectIdentity(random.bytes(upTo: 50))
            Self.expectIdentity([1, 0x55, 0, UInt8(random.below(20))] + random.bytes(upTo: 20))
        }
    }

    @Test("a damaged text is refused, or is the text of another CID", arguments: Multibase.allCases)
    func damagedTexts(base: Multibase) throws {
        var random = SeededRandom(seed: 8)
        let letters = Array(" !+-/0123456789=ABCQabcmnqz_é".utf8)
        var accepted = 0
        for _ in 0..<600 {
            let cid = random.cid()
            var text = Array(cid.text(in: base).utf8)
            text[random.below(text.count)] = letters[random.below(letters.count)]
            guard let damaged = String(validating: text, as: UTF8.self), let read = try? CID.read(damaged) else {
                continue
            }
            accepted += 1
            // Where either case is read, the text comes back in one.
            #expect(read.cid.text(in: read.base).lowercased() == damaged.lowercased())
        }
        #expect(accepted > 10)
    }

    /// Refused, or the one encoding of what it is read as.
    private static func expectIdentity(_ bytes: [UInt8]) {
        if let cid = try? CID(bytes: bytes) { #expect(cid.bytes == bytes) }
    }

    @Test("the codec of an object follows from its length, and other CIDs name no object")
    func objects() throws {
        let digest = SHA256.digest(of: [4])
        #expect(ObjectCID.cid(digest, sealedLength: 0).codec == .raw)
        #expect(ObjectCID.cid(digest, sealedLength: 262_144).codec == .raw)
        #expect(ObjectCID.cid(digest, sealedLength: 262_145).codec == .dagPB)
        #expect(throws: Failure.self) { try ObjectCID.digest(of: CID(codec: .dagCBOR, digest: digest)) }
        let identity = try Multihash(code: Multihash.identity, digest: digest.bytes)
        #expect(throws: Failure.self) { try ObjectCID.digest(of: CID(codec: .raw, multihash: identity)) }
    }

    @Test("an Ed25519 key and its name lead to each other")
    func names() throws {
        let text = "k51qzi5uqu5dk3v4rmjber23h16xnr23bsggmqqil9z2gduiis5se8dht36dam"
        let key = try #require(try CID(text).ed25519Key)
        #expect(key.count == 32)
        #expect(try CID.name(ofEd25519Key: key).nameText == text)
        #expect(CID(codec: .raw, digest: SHA256.digest(of: key)).ed25519Key == nil)
        #expect(throws: MalformedBytes.self) { try CID.name(ofEd25519Key: [1]) }
    }
}
