import Core
import Sealing
import Testing

@Suite struct PaddingTests {
    private let sealer = Sealer(EpochSecret(number: 1), packing: Packing(compresses: false, pads: true))

    private func length(_ content: Int, _ kind: ObjectKind = .chunk) -> Int {
        Int(sealer.seal([UInt8](repeating: 7, count: content), as: kind).reference.bodyLength)
    }

    @Test(
        "a padded body has the length of its class",
        arguments: [
            (0, 256), (1, 256), (255, 256), (256, 272), (271, 272), (272, 288), (511, 512), (512, 544), (1023, 1024),
            (1024, 1088), (8191, 8192), (8192, 8704), (65_535, 65_536), (65_536, 67_584), (1 << 20, 1_081_344),
        ])
    func classes(content: Int, body: Int) {
        #expect(length(content) == body)
    }

    @Test("every kind of object is padded alike")
    func kinds() {
        for kind in ObjectKind.allCases { #expect(length(1000, kind) == 1024) }
    }

    @Test("classes are few, ascend, hold what they must, and cost what has 256 bytes a sixteenth at most")
    func classesOfAllLengths() {
        var before = 0
        var classes: Set<Int> = []
        for content in 0..<5000 {
            let body = length(content)
            #expect(body > content && body >= before)
            if content >= 256 { #expect(body * 16 <= content * 17) }
            #expect(length(body - 1) == body)
            before = body
            classes.insert(body)
        }
        // 16 for each power of two from 256 to 4096, and some of the next.
        #expect(classes.count == 1 + 4 * 16 + 4)
    }
}
