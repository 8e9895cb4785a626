import Core
import Primitives
import Sealing
import Testing

/// Objects whose tags and ids all fit and whose bodies are malformed: another device of the vault is broken, or evil.
@Suite struct MalformedBodyTests {
    private let secret = EpochSecret(number: 3)

    /// A body that is right: two groups, of which the second is stored as it is.
    private struct Parts {
        var length: [UInt8]
        var table: [[UInt8]]
        var groups: [[UInt8]]
        var body: [UInt8] { length + table.flatMap { $0 } + groups.flatMap { $0 } }
    }

    private let content = SampleContent.zeros.bytes(65_536) + SampleContent.random.bytes(100)

    private func parts() throws -> Parts {
        let object = Sealer(secret, packing: .standard).seal(content, as: .chunk)
        let body = try Opener.openFrames(object.bytes[...], firstFrame: 0, object.reference, kind: .chunk)
        let first = Int(body[3]) << 8 + Int(body[4]) + 1
        let parts = Parts(
            length: Array(body[..<3]), table: [Array(body[3..<5]), Array(body[5..<7])],
            groups: [Array(body[7..<7 + first]), Array(body[(7 + first)...])])
        try #require(parts.groups[1].count == 100 && parts.body == body)
        return parts
    }

    /// Refused by every way in, with `.integrity`; a range does not look at padding.
    private func refuses(
        _ body: [UInt8], _ flags: ObjectFlags = .compressed, contentLength: Int? = nil, kind: ObjectKind = .chunk
    ) -> Bool {
        let object = ForgedObject(
            secret, body: body, kind: kind, flags: flags, contentLength: UInt64(contentLength ?? content.count))
        let wanted = 0..<(contentLength ?? content.count)
        return isRefused { () throws(Failure) in _ = try Sealer(secret).open(object.bytes) }
            && isRefused { () throws(Failure) in _ = try Opener.open(object.bytes, object.reference, kind: kind) }
            && (flags.contains(.padded)
                || isRefused { () throws(Failure) in
                    _ = try Opener.openRange(wanted, of: object.reference, kind: kind) { Array(object.bytes[$0]) }
                })
    }

    @Test("the body that the others are made of is right")
    func right() throws {
        let body = try parts().body
        let object = ForgedObject(secret, body: body, flags: .compressed, contentLength: UInt64(content.count))
        #expect(try Opener.open(object.bytes, object.reference, kind: .chunk) == content)
        #expect(try Sealer(secret).open(object.bytes).content == content)
    }

    @Test("a table that is cut, too long, or says other than what stands behind it is refused")
    func tables() throws {
        let right = try parts()
        for count in 0..<right.body.count { #expect(refuses(Array(right.body[..<count])), "cut to \(count)") }
        #expect(refuses(right.body + [0]))
        func changed(_ change: (inout Parts) -> Void) -> [UInt8] {
            var parts = right
            change(&parts)
            return parts.body
        }
        #expect(refuses(changed { $0.table[0][1] &+= 1 }))
        #expect(refuses(changed { $0.table[0][1] &-= 1 }))
        #expect(refuses(changed { $0.table[0] = [0xff, 0xff] }))
        #expect(refuses(changed { $0.table[1] = [0, 100] }))
        #expect(refuses(changed { $0.table[1] = [0, 98] }))
        #expect(refuses(changed { $0.table.swapAt(0, 1) }))
        #expect(refuses(changed { $0.groups.swapAt(0, 1) }))
        #expect(refuses(changed { $0.table.removeLast() }))
        #expect(refuses(changed { $0.table.append([0, 0]) }))
        // A group stored longer than its content: one byte more, and its place in the table.
        #expect(
            refuses(
                changed {
                    $0.table[1] = [0, 100]; $0.groups[1].append(0)
                }))
    }

    @Test("a length of content that is padded, zero, enormous, or not that of its groups is refused")
    func lengths() throws {
        let right = try parts()
        for length: [UInt8] in [
            [], [0], [0x80, 0x80, 0], [0xe4, 0x80, 0x84, 0], [0xff], [UInt8](repeating: 0xff, count: 9) + [1],
            [UInt8](repeating: 0xff, count: 9), [0x81, 0x80, 0x80, 0x20], [0xe3, 0x80, 4], [0xe5, 0x80, 4],
            [0xe4, 0x80, 8],
        ] {
            var parts = right
            parts.length = length
            #expect(refuses(parts.body), "\(length)")
        }
    }

    @Test("a group that is not one frame of its length is refused")
    func frames() throws {
        let right = try parts()
        let good = right.groups[0]
        let half = try #require(frame(of: [UInt8](repeating: 0, count: 32_768)))
        let long = try #require(frame(of: [UInt8](repeating: 0, count: 65_537)))
        let whole = try #require(frame(of: [UInt8](repeating: 0, count: 65_536)))
        try #require(whole == good)
        let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]
        let empty = try #require(frame(of: []))
        // With a dictionary's id: the flag in the frame's descriptor, and the id behind the window.
        let dictionary = Array(good[..<4]) + [good[4] | 1, good[5], 7] + Array(good[6...])
        for group in [
            half, long, half + half, good + skippable, skippable + good, good + empty, good + [0], [0], skippable,
            dictionary, Array(good.dropLast()), SampleContent.random.bytes(500), [UInt8](repeating: 0, count: 40),
        ] {
            var parts = right
            parts.groups[0] = group
            parts.table[0] = [UInt8](bigEndian: UInt16(group.count - 1))
            #expect(refuses(parts.body), "\(group.prefix(20)) of \(group.count)")
        }
    }

    private func frame(of content: [UInt8]) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: 200)
        let count = unsafe content.withUnsafeBytes { content in
            unsafe output.withUnsafeMutableBytes { unsafe Compressor.standard.run(content, $0) }
        }
        return count.map { Array(output[..<$0]) }
    }

    @Test("flipped bits of a body are refused or open to content of the same length, and never trap")
    func flips() throws {
        let body = try parts().body
        for bit in 0..<body.count * 8 {
            var flipped = body
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let object = ForgedObject(secret, body: flipped, flags: .compressed, contentLength: UInt64(content.count))
            let opened: [UInt8]
            do throws(Failure) {
                opened = try Opener.open(object.bytes, object.reference, kind: .chunk)
            } catch {
                #expect(error.code == .integrity)
                continue
            }
            #expect(opened.count == content.count)
        }
    }

    @Test("a body that expands to more than 64 MiB is refused before memory is taken for it")
    func bombs() throws {
        let bomb = try #require(frame(of: [UInt8](repeating: 0, count: 65_536)))
        func body(groups: Int) -> [UInt8] {
            var writer = ByteWriter()
            writer.append(varint: UInt64(groups) << 16)
            for _ in 0..<groups { writer.append(integer: UInt16(bomb.count - 1)) }
            for _ in 0..<groups { writer.append(bomb) }
            return writer.bytes
        }
        let most = ForgedObject(secret, body: body(groups: 1024), flags: .compressed, contentLength: 64 << 20)
        #expect(try Sealer(secret).open(most.bytes).content.count == 64 << 20)
        #expect(refuses(body(groups: 1025), contentLength: 1025 << 16))
        // A table of a terabyte, of which the body has only the beginning.
        var claim = ByteWriter()
        claim.append(varint: 1 << 40)
        #expect(refuses(claim.bytes + [UInt8](repeating: 0, count: 20_000), contentLength: 64 << 20))
    }

    @Test("a reference that says another length of content than the body is refused")
    func otherLengths() throws {
        let body = try parts().body
        for length in [content.count - 1, content.count + 1, 65_537, 65_536, 131_072, 1, 0] {
            let object = ForgedObject(secret, body: body, flags: .compressed, contentLength: UInt64(length))
            #expect(
                isRefused { () throws(Failure) in _ = try Opener.open(object.bytes, object.reference, kind: .chunk) })
            guard length > 0 else { continue }
            #expect(
                isRefused { () throws(Failure) in
                    _ = try Opener.openRange(0..<1, of: object.reference, kind: .chunk) { Array(object.bytes[$0]) }
                })
        }
        let padded = ForgedObject(secret, body: [1, 2, 3, 0x80, 0, 0], flags: .padded, contentLength: 3)
        #expect(try Opener.open(padded.bytes, padded.reference, kind: .chunk) == [1, 2, 3])
        for length in [0, 2, 4, 5, 6] as [UInt64] {
            let object = ForgedObject(secret, body: [1, 2, 3, 0x80, 0, 0], flags: .padded, contentLength: length)
            #expect(
                isRefused { () throws(Failure) in _ = try Opener.open(object.bytes, object.reference, kind: .chunk) })
        }
    }

    @Test("padding that is not a mark and zeros is refused")
    func paddings() throws {
        for body: [UInt8] in [[], [0], [0, 0, 0], [1, 2, 3], [0x80, 0, 1], [0x80, 0x40], [0x80, 0, 0, 0x81]] {
            #expect(refuses(body, .padded, contentLength: 0), "\(body)")
        }
        let right = try parts().body
        for tail: [UInt8] in [[], [0], [0, 0x80], [1, 0x80, 0]] {
            #expect(refuses(right + tail, [.compressed, .padded]), "\(tail)")
        }
    }

    @Test("nothing but a chunk opens as compressed")
    func otherKinds() throws {
        let body = try parts().body
        for kind in ObjectKind.allCases where kind != .chunk {
            #expect(refuses(body, kind: kind))
            #expect(refuses(body + [0x80], [.compressed, .padded], kind: kind))
        }
    }
}
