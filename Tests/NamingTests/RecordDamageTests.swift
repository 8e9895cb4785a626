import Core
import Naming
import Primitives
import Testing
import VectorFiles

/// What becomes of records when a bit of them is turned or their end is missing.
@Suite struct RecordDamageTests {
    /// The bits of a record that can be turned without its being refused.
    ///
    /// Whatever a turned bit leaves genuine must say what the record said.
    private func indifferentBits(of record: NameRecord, for name: IPNSName) -> [Int] {
        var bits: [Int] = []
        for bit in 0..<record.bytes.count * 8 {
            var damaged = record.bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let read = try? NameRecord.read(damaged, for: name) else { continue }
            bits.append(bit)
            #expect(read.value == record.value && read.sequence == record.sequence)
            #expect(read.validUntil == record.validUntil && read.timeToLive == record.timeToLive)
        }
        return bits
    }

    /// The bits of the content of a field.
    private func bits(of field: UInt64, in record: [UInt8]) throws -> Range<Int> {
        var reader = FieldReader(record)
        while let (found, value) = try reader.next() {
            guard found == field else { continue }
            let count = try value.bytes("a field").count
            return (reader.position - count) * 8..<reader.position * 8
        }
        return 0..<0
    }

    private func expectNoEndMissing(_ record: [UInt8], _ name: IPNSName) throws {
        for count in record.indices {
            #expect(try refusal(of: Array(record[..<count]), for: name)?.code == .integrity, "\(count) bytes")
        }
        #expect(try refusal(of: record + [0], for: name)?.code == .integrity)
    }

    @Test("no bit of a record in the newer half alone can change, with or without its key", arguments: [false, true])
    func newerHalf(hasKey: Bool) throws {
        let parts = try Parts(RecordFixture().bytes)
        let bytes = NameRecord.assembled(
            signatureV2: parts.signature, data: parts.data, publicKey: hasKey ? RecordFixture.key.publicKey : nil)
        let name = try RecordFixture.name
        #expect(indifferentBits(of: try NameRecord.read(bytes, for: name), for: name).isEmpty)
        try expectNoEndMissing(bytes, name)
    }

    @Test(
        "of a record of ours only the bits of the legacy signature can change, and with them nothing that it says",
        arguments: [0, 9, 300, .max] as [UInt64], [0, 60_000_000_000] as [Int64])
    func ours(sequence: UInt64, timeToLive: Int64) throws {
        let record = NameRecord.signed(
            value: "/ipfs/bafkqaaa", sequence: sequence, validUntil: Timestamp(seconds: 2_000_000_000),
            timeToLive: .nanoseconds(timeToLive), by: RecordFixture.key)
        let name = try RecordFixture.name
        let legacy = try bits(of: 2, in: record.bytes)
        try #require(legacy.count == 512)
        #expect(indifferentBits(of: record, for: name) == Array(legacy))
        try expectNoEndMissing(record.bytes, name)
    }

    @Test(
        "of a record that others published only the bits of the legacy signature can change",
        .enabled(if: VectorFiles.areHereOrMustBe, "the files of vectors are not on this machine"),
        arguments: [
            ("k51qzi5uqu5dit2ku9mutlfgwyz8u730on38kd10m97m36bjt66my99hb6103f", "_v2"),
            ("k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w", "_v1-v2"),
            ("12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d", ""),
            ("QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3", ""),
        ])
    func published(text: String, ending: String) throws {
        let bytes = try VectorFiles.content(of: "ipns/\(text)\(ending).ipns-record")
        let name = try IPNSName(text)
        let legacy = try bits(of: 2, in: bytes)
        #expect(legacy.isEmpty == (ending == "_v2"))
        #expect(indifferentBits(of: try NameRecord.read(bytes, for: name), for: name) == Array(legacy))
        try expectNoEndMissing(bytes, name)
    }

    @Test("the records of secp256k1 keys are verified, and no bit of their newer half can change")
    func secp256k1() throws {
        let name = try IPNSName(Secp256k1Records.name)
        let record = try NameRecord.read(hex(Secp256k1Records.newer), for: name)
        #expect(record.value == RecordFixture.value && record.sequence == 4)
        #expect(indifferentBits(of: record, for: name).isEmpty)
        try expectNoEndMissing(record.bytes, name)

        let both = try NameRecord.read(hex(Secp256k1Records.both), for: name)
        #expect(both.value == RecordFixture.value && both.validUntil == Timestamp(rfc3339: RecordFixture.end))
        let legacy = try bits(of: 2, in: both.bytes)
        // Its signatures have no fixed length, so the byte of the length before one is as indifferent as the signature
        // is.
        let indifferent = indifferentBits(of: both, for: name)
        #expect(indifferent.allSatisfy { (legacy.lowerBound - 8..<legacy.upperBound).contains($0) })
        #expect(Set(legacy).isSubset(of: indifferent))
    }
}

/// Records made with another implementation, for the private key c9afa9d8…0f6721.
private enum Secp256k1Records {
    static let name = "kzwfwjn5ji4pur5vt87j4s5a82e94ahrdkt51vmlptqjwrh69q4p8424hh1obph"
    static let newer =
        "424730450220504b0236379c84a295cae03868930549f08ad566473ccfefdc014e075c0acd9a022100819dd9983c"
        + "c92907958cdef68d62f3686cb247cfc41f0e8a370a0d7a215040cd4a5ba56354544c1b00000045d964b800655661"
        + "6c75654e2f697066732f6261666b716161616853657175656e6365046856616c696469747956323034302d30312d"
        + "30315430303a30303a30302e355a6c56616c69646974795479706500"
    static let both =
        "0a0e2f697066732f6261666b7161616112463044022004f5e0f35a76dae7dbb2cdec10010510ab959712592d76f4"
        + "f56e4ae9fa5ddc2902201158d85657bbb01e2a67e071cb48058582e03427c7706075f20362e925845d0e18002216"
        + "323034302d30312d30315430303a30303a30302e355a28043080f092cbdd083a2508021221032c8c31fc9f990c6b"
        + "55e3865a184a4ce50e09481f2eaeb3e60ec1cea13a6ae645424730450220504b0236379c84a295cae03868930549"
        + "f08ad566473ccfefdc014e075c0acd9a022100819dd9983cc92907958cdef68d62f3686cb247cfc41f0e8a370a0d"
        + "7a215040cd4a5ba56354544c1b00000045d964b8006556616c75654e2f697066732f6261666b7161616168536571"
        + "75656e6365046856616c696469747956323034302d30312d30315430303a30303a30302e355a6c56616c69646974"
        + "795479706500"
}
