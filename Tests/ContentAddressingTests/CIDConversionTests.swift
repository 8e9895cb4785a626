import ContentAddressing
import Core
import Primitives
import Testing

@Suite struct CIDConversionTests {
    private static let digest = SHA256.digest(of: [9])

    @Test("version 0 and version 1 lead to each other only for dag-pb with a whole SHA-256")
    func versions() throws {
        let old = CID(version0: Self.digest)
        #expect("\(old)".hasPrefix("Qm") && "\(old)".count == 46)
        #expect(old.asVersion1 == CID(codec: .dagPB, digest: Self.digest))
        #expect(try old.asVersion1.converted(to: .v0) == old)
        #expect(try old.converted() == old)
        #expect(try old.converted(to: .v1) == old.asVersion1)
        #expect(try old.converted(codec: .raw) == CID(codec: .raw, digest: Self.digest))
        #expect(try old.converted(codec: .dagPB) == old)
        #expect(try CID(codec: .raw, digest: Self.digest).converted(to: .v0, codec: .dagPB) == old)
    }

    @Test("what has no version 0 says why")
    func reasons() throws {
        let short = try Multihash(code: Multihash.sha256, digest: Array(Self.digest.bytes[..<31]))
        let other = try HashFunction.blake2b(length: 32).hash(of: [1])
        let cases: [(CID, String)] = [
            (CID(codec: .raw, digest: Self.digest), "the codec is raw, not dag-pb"),
            (CID(codec: Codec(rawValue: 0x1234), digest: Self.digest), "the codec is 0x1234, not dag-pb"),
            (CID(codec: .dagPB, multihash: other), "the hash function is blake2b-256, not sha2-256"),
            (CID(codec: .dagPB, multihash: short), "its digest is not whole"),
        ]
        for (cid, reason) in cases {
            do throws(Failure) {
                _ = try cid.converted(to: .v0)
                Issue.record("\(cid) became version 0")
            } catch {
                #expect(error.code == .invalid && error.message.hasSuffix(reason))
            }
        }
        expectFailure(.invalid) { () throws(Failure) in try CID(version0: Self.digest).converted(to: .v0, codec: .raw) }
    }

    @Test("version 0 is written in base58 alone", arguments: Multibase.allCases)
    func bases(base: Multibase) throws {
        let old = CID(version0: Self.digest)
        #expect(try old.asVersion1.text(only: base) == old.asVersion1.text(in: base))
        guard base != .base58btc else {
            #expect(try old.text(only: base) == "\(old)")
            return
        }
        expectFailure(.invalid) { () throws(Failure) in try old.text(only: base) }
    }

    @Test("reading tells the base too", arguments: Multibase.allCases)
    func readBase(base: Multibase) throws {
        let cid = CID(codec: .raw, digest: Self.digest)
        let read = try CID.read(cid.text(in: base))
        #expect(read.cid == cid && read.base == base)
        #expect(try CID.read(CID(version0: Self.digest).description).base == .base58btc)
    }

    @Test(
        "a CID is shown with all its parts",
        arguments: [
            (
                "bafkreidon73zkcrwdb5iafqtijxildoonbwnpv7dyd6ef3qdgads2jc4su",
                "base32 - cidv1 - raw - (sha2-256 : 256 : "
                    + "6E6FF7950A36187A801613426E858DCE686CD7D7E3C0FC42EE0330072D245C95)"
            ),
            (
                "QmYNmQKp6SuaVrpgWRsPTgCQCnpxUYGq76YEKBXuj2N4H6",
                "base58btc - cidv0 - dag-pb - (sha2-256 : 256 : "
                    + "951F99627AA2B355676C88CCB67FDB60DF1CF964382DF2880EE6A1D36FA183A9)"
            ),
            ("bafkqabtimvwgy3yk", "base32 - cidv1 - raw - (identity : 48 : 68656C6C6F0A)"),
            ("bafkqaaa", "base32 - cidv1 - raw - (identity : 0 : )"),
        ])
    func summaries(text: String, expected: String) throws {
        let (cid, base) = try CID.read(text)
        #expect(cid.summary(in: base) == expected)
    }

    @Test("codecs are found by their names, and shown by their numbers where they have none")
    func codecs() throws {
        for (name, number) in [
            ("identity", 0x00), ("cbor", 0x51), ("raw", 0x55), ("dag-pb", 0x70), ("dag-cbor", 0x71),
            ("libp2p-key", 0x72), ("dag-json", 0x0129), ("json", 0x0200), ("ipns-record", 0x0300),
            ("car-index-sorted", 0x0400), ("car-multihash-index-sorted", 0x0401),
        ] as [(String, UInt64)] {
            let codec = try #require(Codec(named: name))
            #expect(codec.rawValue == number && codec.name == name && "\(codec)" == name)
        }
        #expect(Codec(named: "dagpb") == nil && Codec(named: "") == nil)
        #expect("\(Codec(rawValue: 0xabcd))" == "0xabcd" && Codec(rawValue: 0xabcd).name == nil)
    }
}
