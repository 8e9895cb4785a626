import Core
import Primitives
import Sealing
import Testing

@Suite struct RangeTests {
    private let sealer = Sealer(EpochSecret(number: 1))

    @Test("any range of a body opens from its own frames alone")
    func ranges() throws {
        let body = Random.bytes(3 * 8192 + 100)
        let object = sealer.seal(body, as: .chunk)
        let layout = SealedLayout(bodyLength: body.count)
        let edges = [0, 1, 4096, 8191, 8192, 8193, 16384, 24576, body.count - 1, body.count]
        for start in edges {
            for end in edges where end >= start {
                let bytes = object.bytes[layout.sealedRange(forBody: start..<end)]
                let opened = try Opener.openRange(start..<end, from: bytes, object.reference, kind: .chunk)
                #expect(opened == Array(body[start..<end]), "\(start)..<\(end)")
            }
        }
    }

    @Test("whole frames open by themselves, wherever they lie", arguments: [0, 1, 2, 3])
    func frames(first: Int) throws {
        let body = Random.bytes(3 * 8192 + 100)
        let object = sealer.seal(body, as: .chunk)
        let layout = SealedLayout(bodyLength: body.count)
        for end in first + 1...4 {
            let bytes = object.bytes[layout.sealedRange(ofFrames: first..<end)]
            let opened = try Opener.openFrames(bytes, firstFrame: first, object.reference, kind: .chunk)
            #expect(opened == Array(body[first * 8192..<min(end * 8192, body.count)]))
            // The same bytes as other frames, or as frames of another kind, are refused.
            for other in 0..<4 where other != first {
                #expect(throws: Failure.self) {
                    try Opener.openFrames(bytes, firstFrame: other, object.reference, kind: .chunk)
                }
            }
            #expect(throws: Failure.self) {
                try Opener.openFrames(bytes, firstFrame: first, object.reference, kind: .node)
            }
            #expect(throws: Failure.self) {
                try Opener.openFrames(bytes.dropLast(), firstFrame: first, object.reference, kind: .chunk)
            }
        }
    }

    @Test("the last frame of a shorter body is not the middle of a longer one")
    func lastFrame() {
        let body = Random.bytes(2 * 8192)
        let object = sealer.seal(body, as: .chunk)
        let longer = ObjectReference(
            digest: object.reference.digest, key: object.reference.key, length: 3 * 8192, flags: [], epoch: 1)
        let layout = SealedLayout(bodyLength: body.count)
        let bytes = object.bytes[layout.sealedRange(ofFrames: 1..<2)]
        #expect(throws: Never.self) { try Opener.openFrames(bytes, firstFrame: 1, object.reference, kind: .chunk) }
        #expect(throws: Failure.self) { try Opener.openFrames(bytes, firstFrame: 1, longer, kind: .chunk) }
    }

    @Test("a range outside the body, or bytes that are not its frames, are refused")
    func refusals() {
        let object = sealer.seal([1, 2, 3], as: .chunk)
        for range in [0..<4, 4..<5, 3..<9] {
            #expect(throws: Failure.self) {
                try Opener.openRange(range, from: object.bytes[...], object.reference, kind: .chunk)
            }
        }
        #expect(throws: Failure.self) { try Opener.openRange(0..<1, from: [], object.reference, kind: .chunk) }
        for first in [-1, 1, Int.max, Int.min] {
            #expect(throws: Failure.self) {
                try Opener.openFrames(object.bytes[...], firstFrame: first, object.reference, kind: .chunk)
            }
        }
    }

    @Test("a reference survives its encoding, and anything else is refused")
    func references() throws {
        for (length, epoch) in [(0, 0), (127, 1), (128, 300), (1 << 30, UInt32.max)] as [(UInt64, UInt32)] {
            let reference = ObjectReference(
                digest: SHA256.digest(of: [1]), key: ObjectKey(Random.bytes(32)), length: length, flags: .compressed,
                epoch: epoch)
            let bytes = reference.bytes
            #expect(try ObjectReference(bytes: bytes) == reference)
            #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: bytes + [0]) }
            for count in bytes.indices {
                #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: Array(bytes[..<count])) }
            }
            var changed = bytes
            changed[0] = 1
            #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: changed) }
            changed[0] = 0
            changed[1] = 4
            #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: changed) }
            #expect(!"\(reference)".contains(Hex.encode(reference.key.bytes)))
        }
        let tooLong = Array(
            ObjectReference(
                digest: SHA256.digest(of: []), key: ObjectKey(Random.bytes(32)), length: .max, flags: [], epoch: 0
            ).bytes)
        #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: tooLong) }
    }
}
