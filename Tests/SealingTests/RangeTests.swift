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
                let opened = try Opener.openRange(start..<end, of: object.reference, kind: .chunk) { range in
                    #expect(range == layout.sealedRange(forBody: start..<end))
                    return Array(object.bytes[range])
                }
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
            digest: object.reference.digest, key: object.reference.key, bodyLength: 3 * 8192, contentLength: 3 * 8192,
            flags: [], epoch: 1)
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
                try Opener.openRange(range, of: object.reference, kind: .chunk) { _ in object.bytes }
            }
        }
        for bytes in [[], Array(object.bytes.dropLast()), object.bytes + [0]] {
            #expect(throws: Failure.self) {
                try Opener.openRange(0..<1, of: object.reference, kind: .chunk) { _ in bytes }
            }
        }
        for first in [-1, 1, Int.max, Int.min] {
            #expect(throws: Failure.self) {
                try Opener.openFrames(object.bytes[...], firstFrame: first, object.reference, kind: .chunk)
            }
        }
    }
}
