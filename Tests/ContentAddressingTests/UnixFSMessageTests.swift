import ContentAddressing
import Core
import Testing

@Suite struct UnixFSMessageTests {
    @Test(
        "each node has the one encoding that importers give it",
        arguments: [
            (UnixFSMessage(.file, fileSize: 0), "08021800"), (UnixFSMessage(.directory), "0801"),
            (UnixFSMessage(.file, data: [0x68, 0x69], fileSize: 2), "0802120268691802"),
            (UnixFSMessage(.raw, data: [0x68, 0x69], fileSize: 2), "0800120268691802"),
            (UnixFSMessage(.file, fileSize: 300, blockSizes: [172, 128]), "080218ac0220ac01208001"),
            (UnixFSMessage(.symlink, data: [0x61]), "0804120161"),
            (UnixFSMessage(.shard, data: [1], hashType: 0x22, fanout: 256), "08051201012822308002"),
            (UnixFSMessage(.file, data: [], fileSize: 0, mode: 0o640), "08021200180038a003"),
            (UnixFSMessage(.file, fileSize: 0, mode: 0), "080218003800"),
            (UnixFSMessage(.file, fileSize: 0, mode: .max), "0802180038ffffffff0f"),
            (
                UnixFSMessage(.file, fileSize: 0, modified: Timestamp(seconds: 1_604_320_482)),
                "08021800420608e2f9fffc05"
            ),
            (
                UnixFSMessage(.file, fileSize: 0, modified: Timestamp(seconds: -1, nanoseconds: 1)),
                "08021800421008ffffffffffffffffff011501000000"
            ),
            (
                UnixFSMessage(.directory, mode: 0o755, modified: Timestamp(seconds: 0, nanoseconds: 999_999_999)),
                "080138ed034207080015ffc99a3b"
            ),
        ] as [(UnixFSMessage, String)])
    func known(message: UnixFSMessage, text: String) throws {
        #expect(Hex.encode(message.encoded) == text)
        #expect(try UnixFSMessage(decoding: message.encoded) == message)
    }

    @Test(
        "whatever is not the one encoding of a message is refused",
        arguments: [
            // No kind, an unknown one, one that is not a number or not first.
            "", "08", "0806", "08ffffffffffffffffff01", "0a00", "1800", "18000802", "1200", "088000", "880002",
            // Unknown fields, field zero, fields of other kinds.
            "08024800", "08020000", "08025200", "08021000", "08021a00", "08022200", "08022a00", "08023200", "08023a00",
            "08024000", "08021500000000", "08021d00000000",
            // Packed sizes.
            "080218ac022204ac018001",
            // Out of order or twice.
            "08020802", "080218001200", "080218001800", "0802120012001800", "080220001800", "0802200018002000",
            "0802180038003800", "08021800280022", "080128222822", "080130083008", "08014202080042020800",
            "0801420208003800",
            // Lengths beyond the message, padded numbers, modes beyond 32 bits.
            "080212", "08021205", "0802188000", "0802380080", "0802388080808010", "0802181201ff",
            // Times: empty, without seconds, padded, zero or too many nanoseconds, too short, twice, unknown, swapped.
            "080142", "08014200", "080142051501000000", "08014203088000", "0801420708001500000000",
            "0801420708001500ca9a3b", "08014207080015ffffffff", "08014206080015010000", "0801420408000800",
            "0801420408001001", "08014203080015", "0801420715010000000800",
            "0801420c080015010000001501000000", "08014209080015010000001800",
            "0801420b08ffffffffffffffffff02",
        ])
    func refusals(text: String) throws {
        let bytes = try hex(text)
        #expect(throws: MalformedBytes.self) { try UnixFSMessage(decoding: bytes) }
    }

    @Test("sizes of a file have to agree, and to be there")
    func sizes() throws {
        try UnixFSMessage(.file, fileSize: 0).checkFile(linkCount: 0)
        try UnixFSMessage(.raw, data: [1, 2], fileSize: 2).checkFile(linkCount: 0)
        try UnixFSMessage(.file, data: [1], fileSize: 6, blockSizes: [2, 3]).checkFile(linkCount: 2)
        try UnixFSMessage(.file, fileSize: .max, blockSizes: [.max, 0]).checkFile(linkCount: 2)
        let wrong: [(UnixFSMessage, Int)] = [
            (UnixFSMessage(.file), 0), (UnixFSMessage(.file, data: [1]), 0), (UnixFSMessage(.file, fileSize: 1), 0),
            (UnixFSMessage(.file, data: [1], fileSize: 0), 0), (UnixFSMessage(.file, data: [1], fileSize: 2), 0),
            (UnixFSMessage(.file, fileSize: 5, blockSizes: [2, 3]), 1),
            (UnixFSMessage(.file, fileSize: 5, blockSizes: [2, 3]), 3), (UnixFSMessage(.file, fileSize: 0), 1),
            (UnixFSMessage(.file, fileSize: 4, blockSizes: [2, 3]), 2),
            // Sums that come round to the right number.
            (UnixFSMessage(.file, fileSize: 1, blockSizes: [.max, 2]), 2),
            (UnixFSMessage(.file, data: [1], fileSize: 0, blockSizes: [.max]), 1),
            (UnixFSMessage(.directory), 0), (UnixFSMessage(.symlink, fileSize: 0), 0),
            (UnixFSMessage(.metadata, fileSize: 0), 0),
        ]
        for (message, links) in wrong {
            #expect(throws: MalformedBytes.self) { try message.checkFile(linkCount: links) }
        }
    }

    @Test("the fanout of a shard is a power of two from 8 to 1024", arguments: 0...1100 as ClosedRange<UInt64>)
    func fanouts(fanout: UInt64) throws {
        let shard = UnixFSMessage(.shard, hashType: 0x22, fanout: fanout)
        if [8, 16, 32, 64, 128, 256, 512, 1024].contains(fanout) {
            try shard.checkShard()
        } else {
            #expect(throws: MalformedBytes.self) { try shard.checkShard() }
        }
    }

    @Test("a shard has one hash function and a bounded fanout")
    func shards() {
        for message in [
            UnixFSMessage(.shard, hashType: 0x22, fanout: 1 << 63), UnixFSMessage(.shard, hashType: 0x22),
            UnixFSMessage(.shard, fanout: 256), UnixFSMessage(.shard, hashType: 0x12, fanout: 256),
            UnixFSMessage(.directory, hashType: 0x22, fanout: 256),
        ] {
            #expect(throws: MalformedBytes.self) { try message.checkShard() }
        }
    }

    @Test("permissions are the low bits of the mode, or what the kind has without one")
    func permissions() {
        #expect(UnixFSMessage(.file, mode: 0o100_4640).permissions == 0o4640)
        #expect(UnixFSMessage(.file, mode: 0).permissions == 0)
        #expect(UnixFSMessage(.file).permissions == 0o644 && UnixFSMessage(.raw).permissions == 0o644)
        #expect(UnixFSMessage(.directory).permissions == 0o755 && UnixFSMessage(.shard).permissions == 0o755)
    }

    @Test("random messages survive, and what damaged ones are read as is written as those bytes")
    func random() throws {
        var random = SeededRandom(seed: 4)
        for _ in 0..<2000 {
            let message = random.message()
            let bytes = message.encoded
            #expect(try UnixFSMessage(decoding: bytes) == message)
            for count in bytes.indices { Self.expectIdentity(Array(bytes[..<count])) }
            for _ in 0..<8 {
                var damaged = bytes
                damaged[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
                Self.expectIdentity(damaged)
            }
            Self.expectIdentity([8, 2] + random.bytes(upTo: 30))
        }
    }

    /// Refused, or the one encoding of what it is read as.
    private static func expectIdentity(_ bytes: [UInt8]) {
        if let message = try? UnixFSMessage(decoding: bytes) { #expect(message.encoded == bytes) }
    }
}

extension SeededRandom {
    fileprivate mutating func message() -> UnixFSMessage {
        UnixFSMessage(
            UnixFSMessage.Kind.allCases[below(6)], data: chance(2) ? nil : bytes(upTo: 20)[...],
            fileSize: chance(2) ? nil : number(), blockSizes: (0..<below(4)).map { _ in number() },
            hashType: chance(3) ? number() : nil, fanout: chance(3) ? number() : nil,
            mode: chance(3) ? UInt32(truncatingIfNeeded: number()) : nil,
            modified: chance(3)
                ? Timestamp(
                    seconds: Int64(bitPattern: number()), nanoseconds: UInt32(chance(2) ? 0 : below(1_000_000_000)))
                : nil)
    }
}
