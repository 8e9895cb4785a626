import ContentAddressing
import Core
import Primitives
import Testing
import VectorFiles

@Suite struct DagPBTests {
    /// An identity CID of five bytes, in hexadecimal.
    private static let cid = "015500050001020304"

    @Test(
        "every block that others made is read, written again byte for byte, and has its CID",
        .enabled(if: VectorFiles.areHereOrMustBe, "the files of vectors are not on this machine"))
    func fixtures() throws {
        let file = try JSON(parsing: VectorFiles.content(of: "codec_fixtures.json"))
        var count = 0
        for fixture in try #require(file["fixtures"]?.elements) {
            guard let entry = fixture["dag-pb"] else { continue }
            count += 1
            let block = try hex(#require(entry["hex"]?.text))
            let node = try DagPBNode(decoding: block)
            #expect(node.encoded == block)
            let cid = try CID(try #require(entry["cid"]?.text))
            try cid.check(block)
            // The same node in the data model: what the other codecs of the fixture hold.
            let form = try DagCBOR(decoding: hex(#require(fixture["dag-cbor"]?["hex"]?.text)))
            #expect(Self.dataModel(of: node) == form)
        }
        #expect(count == 17)
    }

    private static func dataModel(of node: DagPBNode) -> DagCBOR {
        var map = DagCBOR.Map()
        map["Links"] = .list(
            node.links.map { link in
                var entry: DagCBOR.Map = ["Hash": .link(link.cid)]
                entry["Name"] = link.name.flatMap(\.string).map(DagCBOR.text)
                entry["Tsize"] = link.totalSize.map(DagCBOR.unsigned)
                return .map(entry)
            })
        map["Data"] = node.data.map { .bytes(Array($0)) }
        return .map(map)
    }

    @Test("absent is not empty, and each has bytes of its own")
    func absence() throws {
        let cid = try CID(bytes: hex(Self.cid))
        for (node, text) in [
            (DagPBNode(), ""), (DagPBNode(data: []), "0a00"), (DagPBNode(data: [7]), "0a0107"),
            (DagPBNode(links: [.init(cid: cid)]), "120b0a09" + Self.cid),
            (DagPBNode(links: [.init(cid: cid, name: Name(""))]), "120d0a09" + Self.cid + "1200"),
            (DagPBNode(links: [.init(cid: cid, totalSize: 0)]), "120d0a09" + Self.cid + "1800"),
            (
                DagPBNode(links: [.init(cid: cid, name: Name([0xff]), totalSize: .max)]),
                "12190a09" + Self.cid + "1201ff18ffffffffffffffffff01"
            ),
        ] as [(DagPBNode, String)] {
            #expect(Hex.encode(node.encoded) == text)
            #expect(try DagPBNode(decoding: node.encoded) == node)
        }
    }

    @Test(
        "whatever is not the one encoding of a node is refused",
        arguments: [
            // Unknown fields, field zero, and fields of other kinds.
            "1a00", "2200", "0200", "00", "0801", "1001", "0d00000000", "0900000000000000", "0b0c", "fa0100",
            // Links behind the data, data twice.
            "0a00120b0a09" + cid, "0a000a00", "0a01070a0107",
            // Lengths beyond the block, padded and huge ones, a padded tag.
            "0a", "0a01", "12", "1201", "0a8000", "0a810000", "0affffffffffffffffff01", "0affffffffffffffffff02",
            "0affffffff0f", "8a0000", "0a05010203", "120c0a09" + cid,
            // A link without a hash, with an empty hash, one that is cut, one with something behind, one that is no CID.
            "1200", "12021200", "12021801", "12020a00", "120a0a080155000500010203", "120c0a0a" + cid + "00",
            "12040a020001", "12040a020101",
            // Links with unknown fields, fields of other kinds, out of order, twice.
            "120d0a09" + cid + "2000", "120d0a09" + cid + "2200", "120d0a09" + cid + "1000", "120d0a09" + cid + "1a00",
            "12020801", "120d12000a09" + cid, "120d18000a09" + cid, "120f0a09" + cid + "18001200",
            "12160a09" + cid + "0a09" + cid, "120f0a09" + cid + "12001200", "120f0a09" + cid + "18001800",
            "120e0a09" + cid + "188000", "12160a09" + cid + "18ffffffffffffffffff02",
            "120f0a09" + cid + "1d000000", "12100a09" + cid + "1d00000000",
            // A hash of version 0 that is cut off, and one of version 2.
            "12060a0412200102", "12040a020255",
        ])
    func refusals(text: String) throws {
        let bytes = try hex(text)
        #expect(throws: MalformedBytes.self) { try DagPBNode(decoding: bytes) }
    }

    @Test("the data of a node is a part of its block wherever that lies")
    func slices() throws {
        let block = try hex("120b0a09" + Self.cid + "0a03010203")
        let node = try DagPBNode(decoding: ([9, 9] + block + [9])[2..<2 + block.count])
        #expect(try node == DagPBNode(decoding: block))
        #expect(node.data == [1, 2, 3])
    }

    @Test("random nodes survive, and what damaged ones are read as is written as those bytes")
    func random() throws {
        var random = SeededRandom(seed: 3)
        for _ in 0..<1500 {
            let node = random.node()
            let block = node.encoded
            #expect(try DagPBNode(decoding: block) == node)
            for count in block.indices { Self.expectIdentity(Array(block[..<count])) }
            for _ in 0..<8 where !block.isEmpty {
                var damaged = block
                damaged[random.below(block.count)] ^= 1 << UInt8(random.below(8))
                Self.expectIdentity(damaged)
            }
            Self.expectIdentity(random.bytes(upTo: 40))
        }
    }

    /// Refused, or the one encoding of what it is read as.
    private static func expectIdentity(_ bytes: [UInt8]) {
        if let node = try? DagPBNode(decoding: bytes) { #expect(node.encoded == bytes) }
    }
}

extension SeededRandom {
    /// A CID of either version and of various functions.
    mutating func cid() -> CID {
        let bytes = bytes(upTo: 40)
        switch below(5) {
        case 0: return CID(version0: SHA256.digest(of: bytes))
        case 1: return CID(codec: Codec(rawValue: next() >> UInt64(1 + below(60))), digest: SHA256.digest(of: bytes))
        case 2: return CID(codec: .dagPB, digest: SHA256.digest(of: bytes))
        default:
            let function = HashFunction.all[below(HashFunction.all.count)]
            guard let multihash = try? function.hash(of: bytes) else {
                preconditionFailure("40 bytes are not too many")
            }
            return CID(codec: .raw, multihash: multihash)
        }
    }

    mutating func number() -> UInt64 { next() >> UInt64(below(64)) }

    fileprivate mutating func node() -> DagPBNode {
        DagPBNode(
            links: (0..<below(4)).map { _ in
                .init(
                    cid: cid(), name: chance(3) ? nil : Name(bytes(upTo: 8)), totalSize: chance(3) ? nil : number())
            },
            data: chance(3) ? nil : bytes(upTo: 30)[...])
    }
}
