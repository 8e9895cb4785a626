import Core
import Primitives
import Sealing
import Testing

@Suite struct PackingTests {
    private static let secret = EpochSecret(number: 7, secret: SecretBytes(copying: (0..<32).map { UInt8($0) }))
    private static let lengths = [
        0, 1, 255, 256, 4095, 4096, 65_535, 65_536, 65_537, 1 << 20, 1 << 20 + 1, 4 << 20,
    ]

    @Test(
        "content of any length and kind opens again, by reference and by the epoch's secret, whatever the packing",
        arguments: Packing.all, lengths)
    func roundTrip(packing: Packing, length: Int) throws {
        let sealer = Sealer(Self.secret, packing: packing)
        for sample in SampleContent.allCases {
            let content = sample.bytes(length)
            for kind in [ObjectKind.chunk, .node] {
                let object = sealer.seal(content, as: kind)
                let reference = object.reference
                #expect(reference.contentLength == UInt64(length))
                #expect(object.bytes.count == SealedLayout(bodyLength: Int(reference.bodyLength)).sealedLength)
                #expect(reference.flags.contains(.padded) == packing.pads)
                #expect(try ObjectReference(bytes: reference.bytes) == reference)
                #expect(try Opener.open(object.bytes, reference, kind: kind) == content, "\(sample)")
                let opened = try sealer.open(object.bytes, kind: kind)
                #expect(opened.content == content && opened.reference == reference && opened.kind == kind)
                // What another device chose for its own objects decides nothing about opening these.
                #expect(try Sealer(Self.secret).open(object.bytes).content == content)
            }
        }
    }

    @Test("chunks of 4 KiB and more are compressed where that saves a sixteenth, and nothing else is")
    func whatIsCompressed() {
        let sealer = Sealer(Self.secret, packing: .standard)
        func flags(_ content: [UInt8], _ kind: ObjectKind = .chunk) -> ObjectFlags {
            sealer.seal(content, as: kind).reference.flags
        }
        for length in [4096, 65_536, 65_537, 1 << 20] {
            #expect(flags(SampleContent.text.bytes(length)) == .compressed)
            #expect(flags(SampleContent.halves.bytes(length)) == .compressed)
            #expect(flags(SampleContent.random.bytes(length)).isEmpty)
        }
        #expect(flags(SampleContent.text.bytes(4095)).isEmpty)
        #expect(flags(SampleContent.zeros.bytes(64 << 20)) == .compressed)
        #expect(flags(SampleContent.zeros.bytes((64 << 20) + 1)).isEmpty)
        let text = SampleContent.text.bytes(100_000)
        for kind in ObjectKind.allCases where kind != .chunk { #expect(flags(text, kind).isEmpty, "\(kind)") }
        #expect(Sealer(Self.secret).seal(text, as: .chunk).reference.flags.isEmpty)
        // One part in 32 that compresses to nothing saves less than a sixteenth.
        #expect(flags(SampleContent.zeros.bytes(32 << 10) + SampleContent.random.bytes(31 * 32 << 10)).isEmpty)
    }

    @Test("a body that would save less than a sixteenth is given up, one that saves it is kept")
    func border() {
        let content = SampleContent.text.bytes(65_536)
        // The table of one group of this length has 5 bytes; the last frame that fits has 61,440 − 5.
        for (length, isKept) in [(61_434, true), (61_435, true), (61_436, false), (61_440, false)] {
            let compressor = unsafe Compressor { _, output in output.count >= length ? length : nil }
            let object = Sealer(Self.secret, packing: .standard, compressor: compressor).seal(content, as: .chunk)
            #expect((object.reference.flags == .compressed) == isKept, "\(length)")
            #expect(object.reference.bodyLength == (isKept ? UInt64(length) + 5 : 65_536))
        }
    }

    @Test("equal content becomes equal objects, whatever a context compressed before", arguments: Packing.all)
    func determinism(packing: Packing) {
        let sealer = Sealer(Self.secret, packing: packing)
        let content = SampleContent.halves.bytes(200_000)
        let first = sealer.seal(content, as: .chunk)
        for seed in 1...8 as ClosedRange<UInt8> {
            _ = sealer.seal(SampleContent.text.bytes(10_000 * Int(seed), seed: seed), as: .chunk)
            _ = sealer.seal(SampleContent.zeros.bytes(1 << 20), as: .chunk)
            #expect(sealer.seal(content, as: .chunk).bytes == first.bytes)
        }
    }

    @Test("any range opens alone, from the frames that it takes", arguments: Packing.all)
    func ranges(packing: Packing) throws {
        for sample in SampleContent.allCases {
            let content = sample.bytes(3 * 65_536 + 100)
            let object = Sealer(Self.secret, packing: packing).seal(content, as: .chunk)
            let edges = [
                0, 1, 4096, 8191, 8192, 65_535, 65_536, 65_537, 131_072, 196_608, content.count - 1, content.count,
            ]
            for start in edges {
                for end in edges where end >= start {
                    var reads = 0
                    let opened = try Opener.openRange(start..<end, of: object.reference, kind: .chunk) {
                        reads += 1
                        return Array(object.bytes[$0])
                    }
                    #expect(opened == Array(content[start..<end]), "\(sample), \(start)..<\(end)")
                    #expect(reads <= (start == end ? 0 : object.reference.flags.contains(.compressed) ? 2 : 1))
                }
            }
        }
    }

    @Test("a range of compressed content reads the table's frame and those of its groups, and no other")
    func framesOfARange() throws {
        let content = SampleContent.text.bytes(1 << 20)
        let object = Sealer(Self.secret, packing: .standard).seal(content, as: .chunk)
        let perGroup = Int(object.reference.bodyLength) / 16
        var ranges: [Range<Int>] = []
        let opened = try Opener.openRange(10 * 65_536 + 5..<10 * 65_536 + 10, of: object.reference, kind: .chunk) {
            ranges.append($0)
            return Array(object.bytes[$0])
        }
        #expect(opened == Array(content[10 * 65_536 + 5..<10 * 65_536 + 10]))
        #expect(ranges.count == 2 && ranges[0] == 0..<52 + 8208)
        #expect(ranges[1].count < perGroup * 11 / 10 + 2 * 8208)
    }

    @Test("every flipped bit is refused, whatever the packing", arguments: Packing.all, [300, 4200])
    func flippedBits(packing: Packing, length: Int) {
        let sealer = Sealer(Self.secret, packing: packing)
        let object = sealer.seal(SampleContent.halves.bytes(length), as: .chunk)
        for bit in 0..<object.bytes.count * 8 {
            var damaged = object.bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let byReference = isRefused { () throws(Failure) in
                _ = try Opener.open(damaged, object.reference, kind: .chunk)
            }
            let bySecret = refusal { () throws(Failure) in _ = try sealer.open(damaged) }
            let expected = bit / 8 == 4 ? FailureCode.unknownFormat : .integrity
            if !byReference || bySecret != expected { Issue.record("bit \(bit) went through") }
        }
    }

    @Test("flipped bits and truncations of a large object are refused", arguments: Packing.all)
    func largeDamage(packing: Packing) {
        let sealer = Sealer(Self.secret, packing: packing)
        let object = sealer.seal(SampleContent.halves.bytes(1 << 20), as: .chunk)
        for sample in 0..<300 {
            let bit = sample &* 7_919_317 % (object.bytes.count * 8)
            var damaged = object.bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let cut = Array(object.bytes[..<(bit / 8)])
            for bytes in [damaged, cut] {
                #expect(
                    isRefused { () throws(Failure) in _ = try Opener.open(bytes, object.reference, kind: .chunk) })
                if sample % 10 == 0 {
                    #expect(isRefused { () throws(Failure) in _ = try sealer.open(bytes) })
                }
            }
        }
    }

    @Test("every truncation is refused, whatever the packing", arguments: Packing.all)
    func truncations(packing: Packing) {
        let sealer = Sealer(Self.secret, packing: packing)
        let object = sealer.seal(SampleContent.halves.bytes(9500), as: .chunk)
        for count in object.bytes.indices {
            let cut = Array(object.bytes[..<count])
            #expect(isRefused { () throws(Failure) in _ = try Opener.open(cut, object.reference, kind: .chunk) })
            #expect(isRefused { () throws(Failure) in _ = try sealer.open(cut) })
            #expect(
                isRefused { () throws(Failure) in
                    _ = try Opener.openRange(0..<9500, of: object.reference, kind: .chunk) { range in
                        Array(cut[range.clamped(to: 0..<count)])
                    }
                })
        }
    }
}
