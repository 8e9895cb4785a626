import Sealing
import Testing

@Suite struct SealedLayoutTests {
    @Test(
        "sealed lengths follow from body lengths",
        arguments: [
            (0, 1, 68), (1, 1, 69), (8191, 1, 8259), (8192, 1, 8260), (8193, 2, 8277), (16384, 2, 16468),
            (1 << 20, 128, 52 + (1 << 20) + 128 * 16),
        ])
    func lengths(body: Int, frames: Int, sealed: Int) {
        let layout = SealedLayout(bodyLength: body)
        #expect(layout.frameCount == frames)
        #expect(layout.sealedLength == sealed)
    }

    @Test(
        "the frames of a body cover it once, and their sealed bytes the object once",
        arguments: [0, 1, 8192, 8193, 50_000])
    func cover(length: Int) {
        let layout = SealedLayout(bodyLength: length)
        var body = 0
        var sealed = 0
        for frame in 0..<layout.frameCount {
            #expect(layout.bodyRange(ofFrame: frame).lowerBound == body)
            #expect(layout.sealedRange(ofFrames: frame..<frame + 1).lowerBound == sealed)
            body = layout.bodyRange(ofFrame: frame).upperBound
            sealed = layout.sealedRange(ofFrames: frame..<frame + 1).upperBound
        }
        #expect(body == length)
        #expect(sealed == layout.sealedLength)
        #expect(layout.sealedRange(ofFrames: 0..<layout.frameCount) == 0..<layout.sealedLength)
    }

    @Test("a range needs the frames that it touches and no other")
    func ranges() {
        let layout = SealedLayout(bodyLength: 100_000)
        #expect(layout.frames(forBody: 0..<1) == 0..<1)
        #expect(layout.frames(forBody: 8191..<8192) == 0..<1)
        #expect(layout.frames(forBody: 8191..<8193) == 0..<2)
        #expect(layout.frames(forBody: 8192..<12288) == 1..<2)
        #expect(layout.frames(forBody: 99_999..<100_000) == 12..<13)
        #expect(layout.frames(forBody: 500..<500).isEmpty)
        #expect(layout.sealedRange(forBody: 500..<500).isEmpty)
        #expect(layout.sealedRange(forBody: 10..<20) == 0..<52 + 8208)
        #expect(layout.sealedRange(forBody: 8192..<8193) == 52 + 8208..<52 + 2 * 8208)
        #expect(
            SealedLayout.sealedRange(forBody: 99_999..<100_000, bodyLength: 100_000).upperBound == layout.sealedLength)
    }

    @Test("a length that no body has gives no layout")
    func limits() {
        #expect(SealedLayout(bodyLength: UInt64(SealedLayout.maximumBodyLength)) != nil)
        #expect(SealedLayout(bodyLength: UInt64(SealedLayout.maximumBodyLength) + 1) == nil)
        #expect(SealedLayout(bodyLength: UInt64.max) == nil)
    }
}
