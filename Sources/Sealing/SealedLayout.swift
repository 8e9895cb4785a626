/// Where the bytes of a body lie in its sealed form: a header, then frames, each with its tag behind it.
package struct SealedLayout: Sendable, Hashable {
    package static let headerLength = 52
    /// The part of the header that every frame is bound to, and that a reference tells without reading it.
    package static let prefixLength = 20
    package static let frameLengthLog2: UInt8 = 13
    /// 8 KiB: a random read of 4 KiB opens one frame, and the cost per frame is still a tenth of its encryption.
    package static let frameLength = 1 << Int(frameLengthLog2)
    package static let tagLength = 16
    package static let sealedFrameLength = frameLength + tagLength
    /// Objects are made and checked in memory; the largest (bundles) have 4 MiB.
    package static let maximumBodyLength = 1 << 30

    package let bodyLength: Int

    /// The layout of a body of that length, or nil when none may be that long.
    package init?(bodyLength: UInt64) {
        guard bodyLength <= UInt64(Self.maximumBodyLength) else { return nil }
        self.bodyLength = Int(bodyLength)
    }

    package init(bodyLength: Int) {
        precondition((0...Self.maximumBodyLength).contains(bodyLength), "no body is that long")
        self.bodyLength = bodyLength
    }

    /// At least one: an empty body is one empty frame.
    package var frameCount: Int { max(1, (bodyLength + Self.frameLength - 1) / Self.frameLength) }
    package var sealedLength: Int { Self.headerLength + bodyLength + frameCount * Self.tagLength }

    /// The bytes of the body in one frame.
    package func bodyRange(ofFrame frame: Int) -> Range<Int> {
        let start = frame * Self.frameLength
        return start..<min(start + Self.frameLength, bodyLength)
    }

    /// The frames that hold `range` of the body.
    package func frames(forBody range: Range<Int>) -> Range<Int> {
        precondition(range.lowerBound >= 0 && range.upperBound <= bodyLength, "a range lies inside its body")
        if range.isEmpty { return 0..<0 }
        return range.lowerBound / Self.frameLength..<(range.upperBound - 1) / Self.frameLength + 1
    }

    /// The sealed bytes of some frames; those of the first include the header, which it is bound to.
    package func sealedRange(ofFrames frames: Range<Int>) -> Range<Int> {
        if frames.isEmpty { return 0..<0 }
        let start = frames.lowerBound == 0 ? 0 : Self.headerLength + frames.lowerBound * Self.sealedFrameLength
        return start..<min(Self.headerLength + frames.upperBound * Self.sealedFrameLength, sealedLength)
    }

    /// The sealed bytes from which `range` of the body can be opened.
    package func sealedRange(forBody range: Range<Int>) -> Range<Int> { sealedRange(ofFrames: frames(forBody: range)) }

    package static func sealedRange(forBody range: Range<Int>, bodyLength: Int) -> Range<Int> {
        SealedLayout(bodyLength: bodyLength).sealedRange(forBody: range)
    }
}
