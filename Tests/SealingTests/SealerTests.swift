import ContentAddressing
import Core
import Primitives
import Sealing
import Testing

@Suite struct SealerTests {
    private static let secret = EpochSecret(
        number: 7, secret: SecretBytes(copying: (0..<32).map { UInt8($0) }))
    private let sealer = Sealer(SealerTests.secret)

    @Test(
        "a body of any length opens again, by reference and by the epoch's secret",
        arguments: [0, 1, 15, 16, 8191, 8192, 8193, 16383, 16384, 16385, 262_144, 1 << 20, 5_000_001])
    func roundTrip(length: Int) throws {
        let body = Random.bytes(length)
        for kind in [ObjectKind.chunk, .node] {
            let object = sealer.seal(body, as: kind)
            #expect(object.bytes.count == SealedLayout(bodyLength: length).sealedLength)
            #expect(object.reference.digest == ObjectCID.compute(over: object.bytes))
            #expect(object.reference.contentLength == UInt64(length) && object.reference.epoch == 7)
            #expect(try Opener.open(object.bytes, object.reference, kind: kind) == body)
            #expect(throws: Never.self) { try Opener.checkDigest(object.bytes, object.reference.digest) }
            let opened = try sealer.open(object.bytes, kind: kind)
            #expect(opened.content == body && opened.kind == kind && opened.reference == object.reference)
        }
    }

    @Test("the bytes of the format do not change")
    func fixture() throws {
        let packings: [(SealedFixture.Object, Packing, ObjectKind, [UInt8])] = [
            (SealedFixture.plain, .none, .commit, Array("The quick brown fox".utf8)),
            (SealedFixture.padded, Packing(compresses: true, pads: true), .commit, Array("The quick brown fox".utf8)),
            (SealedFixture.compressed, .standard, .chunk, SealedFixture.chunkContent),
            (SealedFixture.compressedAndPadded, .standard, .chunk, SealedFixture.chunkContent),
        ]
        for (fixture, packing, kind, content) in packings {
            let bytes = try #require(Hex.decode(fixture.sealed))
            let reference = try ObjectReference(bytes: try #require(Hex.decode(fixture.reference)))
            #expect("\(reference.cid)" == fixture.cid)
            #expect(try Opener.open(bytes, reference, kind: kind) == content)
            let opened = try sealer.open(bytes, kind: kind)
            #expect(opened.content == content && opened.reference == reference)
            // What zstd makes of content is not part of the format.
            guard !reference.flags.contains(.compressed) else { continue }
            let object = Sealer(Self.secret, packing: packing).seal(content, as: kind)
            #expect(object.bytes == bytes && object.reference == reference)
        }
        let long = sealer.seal((0..<300_000).map { UInt8($0 % 251) }, as: .chunk)
        #expect("\(long.reference.cid)" == SealedFixture.longCID)
    }

    @Test("equal content becomes equal objects; another kind, packing, epoch or secret makes another")
    func determinism() {
        let body = Random.bytes(100)
        let object = sealer.seal(body, as: .chunk)
        #expect(sealer.seal(body, as: .chunk).bytes == object.bytes)
        let otherEpoch = Sealer(EpochSecret(number: 8, secret: Self.secret.secret))
        let otherSecret = Sealer(EpochSecret(number: 7))
        for other in [
            sealer.seal(body, as: .chunkList),
            Sealer(Self.secret, packing: Packing(compresses: false, pads: true)).seal(body, as: .chunk),
            otherSecret.seal(body, as: .chunk), sealer.seal(body + [0], as: .chunk),
        ] {
            #expect(other.reference.digest != object.reference.digest)
            #expect(other.reference.key != object.reference.key)
        }
        #expect(otherEpoch.seal(body, as: .chunk).reference.digest != object.reference.digest)
    }

    @Test("every flipped bit is refused, by reference and by the epoch's secret", arguments: [0, 1, 40])
    func flippedBits(length: Int) {
        let object = sealer.seal(Random.bytes(length), as: .chunk)
        for bit in 0..<object.bytes.count * 8 {
            var damaged = object.bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(
                isRefused { () throws(Failure) in _ = try Opener.open(damaged, object.reference, kind: .chunk) },
                "bit \(bit), by reference")
            let code = refusal { () throws(Failure) in _ = try sealer.open(damaged) }
            #expect(code == (bit / 8 == 4 ? .unknownFormat : .integrity), "bit \(bit), by secret")
            #expect(isRefused { () throws(Failure) in try Opener.checkDigest(damaged, object.reference.digest) })
        }
    }

    @Test("every truncation and every byte too many is refused", arguments: [0, 40, 8192, 8200])
    func truncations(length: Int) {
        let object = sealer.seal(Random.bytes(length), as: .chunk)
        let cuts = Set(0..<min(200, object.bytes.count)).union(object.bytes.count - 60..<object.bytes.count)
            .union([52 + 8192, 52 + 8208].filter { $0 < object.bytes.count })
        for bytes in cuts.map({ Array(object.bytes[..<$0]) }) + [object.bytes + [0]] {
            #expect(isRefused { () throws(Failure) in _ = try Opener.open(bytes, object.reference, kind: .chunk) })
            #expect(isRefused { () throws(Failure) in _ = try sealer.open(bytes) })
        }
    }

    @Test("frames do not change places, go missing or come twice")
    func framesInOrder() {
        let object = sealer.seal(Random.bytes(3 * 8192), as: .chunk)
        func frame(_ number: Int) -> ArraySlice<UInt8> {
            object.bytes[52 + number * 8208..<52 + (number + 1) * 8208]
        }
        let header = object.bytes[..<52]
        for order in [[1, 0, 2], [0, 2, 1], [0, 0, 2], [0, 1, 1], [0, 1], [0, 1, 2, 2]] {
            let bytes = Array(header) + order.flatMap { Array(frame($0)) }
            #expect(isRefused { () throws(Failure) in _ = try Opener.open(bytes, object.reference, kind: .chunk) })
            #expect(isRefused { () throws(Failure) in _ = try sealer.open(bytes) })
        }
    }

    @Test("a reference that differs in anything but its digest opens nothing")
    func wrongReferences() {
        let object = sealer.seal(Random.bytes(10), as: .chunk)
        let right = object.reference
        func wrong(
            key: ObjectKey? = nil, length: UInt64? = nil, content: UInt64? = nil, flags: ObjectFlags? = nil,
            epoch: UInt32? = nil
        ) -> ObjectReference {
            ObjectReference(
                digest: right.digest, key: key ?? right.key, bodyLength: length ?? right.bodyLength,
                contentLength: content ?? length ?? right.contentLength, flags: flags ?? right.flags,
                epoch: epoch ?? right.epoch)
        }
        let references = [
            wrong(key: ObjectKey(Random.bytes(32))), wrong(length: 11), wrong(length: .max), wrong(content: 9),
            wrong(content: 9, flags: .padded), wrong(content: 20, flags: .compressed), wrong(epoch: 8),
        ]
        for reference in references {
            #expect(isRefused { () throws(Failure) in _ = try Opener.open(object.bytes, reference, kind: .chunk) })
        }
        #expect(isRefused { () throws(Failure) in _ = try Opener.open(object.bytes, right, kind: .node) })
        #expect(isRefused { () throws(Failure) in _ = try sealer.open(object.bytes, kind: .node) })
        #expect(isRefused { () throws(Failure) in _ = try Sealer(EpochSecret(number: 7)).open(object.bytes) })
        #expect(isRefused { () throws(Failure) in _ = try Sealer(EpochSecret(number: 8)).open(object.bytes) })
    }

    @Test("an object whose id is not its body's is refused, though every tag fits")
    func foreignID() throws {
        // Who holds the epoch's secret can seal a body under the key of another id: only recomputing the id tells.
        let body: [UInt8] = [1, 2, 3]
        let forged = ForgedObject(Self.secret, body: body, id: SHA256.digest(of: [1]))
        #expect(isRefused { () throws(Failure) in _ = try sealer.open(forged.bytes) })
        #expect(try Opener.open(forged.bytes, forged.reference, kind: .chunk) == body)
        let honest = ForgedObject(Self.secret, body: body)
        #expect(honest.bytes == sealer.seal(body, as: .chunk).bytes)
    }

    @Test("threads that seal at once do not disturb each other")
    func threads() {
        let body = Random.bytes(100_000)
        let expected = sealer.seal(body, as: .chunk).reference
        let results = Gate<[ObjectReference?]>([])
        for _ in 0..<8 {
            Threads.start("seal") { [sealer] in
                for _ in 0..<20 {
                    let object = sealer.seal(body, as: .chunk)
                    let opened = try? Opener.open(object.bytes, object.reference, kind: .chunk)
                    results.withLock { $0.append(opened == body ? object.reference : nil) }
                }
                results.wakeAll()
            }
        }
        let all = results.wait { $0.count == 160 ? .done($0) : .wait(until: nil) }
        #expect(all.count == 160)
        #expect(Set(all) == [expected])
    }
}
