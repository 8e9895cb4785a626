import Core
import Primitives
import Sealing
import Testing

/// No key ever meets two bodies, whatever a compressor does: AES-GCM under one key and nonce has nothing to lose twice.
@Suite struct KeyUniquenessTests {
    private static let secret = EpochSecret(number: 1)

    /// Versions of a compressor that disagree about everything, good and bad.
    private static let compressors: [Compressor] = {
        var all = [-50, -5, 1, 2, 3, 6, 9, 19].map { Compressor.zstd(level: $0) }
        let good = Compressor.standard
        // Other valid frames: one more that holds nothing, or a skippable one, behind the first.
        for tail: [UInt8] in [[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0], [0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9]] {
            all.append(
                unsafe Compressor { content, output in
                    let count = unsafe good.run(content, output)
                    guard let count, count + tail.count <= output.count else { return nil }
                    for (index, byte) in tail.enumerated() { unsafe output[count + index] = byte }
                    return count + tail.count
                })
        }
        // Garbage of one length for everything, of many lengths, and the identity as far as it goes.
        for length in [1, 2, 17] {
            all.append(
                unsafe Compressor { _, output in
                    guard output.count >= length else { return nil }
                    for index in 0..<length { unsafe output[index] = 0x5a }
                    return length
                })
        }
        all.append(
            unsafe Compressor { content, output in
                let count = min(content.count / 2, output.count)
                for index in 0..<count { unsafe output[index] = content[index] }
                return count
            })
        all.append(
            unsafe Compressor { content, output in
                let count = min(output.count, content.count)
                for index in 0..<count { unsafe output[index] = content[index] }
                return count
            })
        all.append(unsafe Compressor { _, _ in nil })
        return all
    }()

    private static var contents: [[UInt8]] {
        var contents: [[UInt8]] = []
        for sample in SampleContent.allCases {
            for length in [0, 1, 255, 256, 4096, 4097, 8192, 20_000, 65_536, 65_537, 140_000] {
                for seed in 0..<2 as Range<UInt8> { contents.append(sample.bytes(length, seed: seed)) }
            }
        }
        // Such as look like what padding and packing make of others.
        let short = SampleContent.text.bytes(100)
        contents += [
            short + [0x80], short + [0x80] + [UInt8](repeating: 0, count: 155), short + [0], [0x80], [0x80, 0], [],
        ]
        return contents
    }

    private struct Use: Hashable {
        let kind: ObjectKind
        let flags: ObjectFlags
        let body: [UInt8]
    }

    private struct Frame: Hashable {
        let key: ObjectKey
        let number: Int
        let isLast: Bool
    }

    @Test("two objects have one key if and only if kind, flags and body are the same, and a nonce meets one frame")
    func keys() throws {
        var uses: [ObjectKey: Use] = [:]
        var keys: [Use: ObjectKey] = [:]
        var frames: [Frame: Digest] = [:]
        var seals = 0
        for packing in Packing.all {
            for compressor in packing.compresses ? Self.compressors : [.standard] {
                let sealer = Sealer(Self.secret, packing: packing, compressor: compressor)
                for content in Self.contents {
                    for kind in [ObjectKind.chunk, .node] {
                        let object = sealer.seal(content, as: kind)
                        let use = try self.use(of: object)
                        seals += 1
                        let key = object.reference.key
                        let sameKey = uses.updateValue(use, forKey: key)
                        #expect(sameKey == nil || sameKey == use, "a key met two bodies")
                        let sameUse = keys.updateValue(key, forKey: use)
                        #expect(sameUse == nil || sameUse == key, "a body met two keys")
                        let layout = SealedLayout(bodyLength: use.body.count)
                        for number in 0..<layout.frameCount {
                            let frame = Frame(key: key, number: number, isLast: number == layout.frameCount - 1)
                            let text = SHA256.digest(of: Array(use.body[layout.bodyRange(ofFrame: number)]))
                            let same = frames.updateValue(text, forKey: frame)
                            #expect(same == nil || same == text, "a nonce met two frames")
                        }
                    }
                }
            }
        }
        // Enough of them differ, and enough repeat, for the comparisons to say something.
        #expect(seals > 2000 && uses.count > 500 && uses.count < seals / 2)
    }

    /// What was encrypted, read back with the key.
    private func use(of object: SealedObject) throws -> Use {
        let body = try Opener.openFrames(object.bytes[...], firstFrame: 0, object.reference, kind: object.kind)
        return Use(kind: object.kind, flags: object.reference.flags, body: body)
    }

    @Test("what any honest version of the compressor made opens to the content that it was given")
    func versions() throws {
        for level in [-50, -5, 1, 3, 9, 19] as [Int32] {
            let sealer = Sealer(Self.secret, packing: .standard, compressor: .zstd(level: level))
            for content in Self.contents {
                let object = sealer.seal(content, as: .chunk)
                #expect(try Opener.open(object.bytes, object.reference, kind: .chunk) == content)
            }
        }
    }
}
