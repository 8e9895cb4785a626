import Core
import Primitives
import Sealing
import Testing

@Suite struct ReferenceTests {
    private func reference(
        _ bodyLength: UInt64, _ contentLength: UInt64, _ flags: ObjectFlags, epoch: UInt32 = 1
    ) -> ObjectReference {
        ObjectReference(
            digest: SHA256.digest(of: [1]), key: ObjectKey((0..<32).map { UInt8($0) }), bodyLength: bodyLength,
            contentLength: contentLength, flags: flags, epoch: epoch)
    }

    @Test(
        "a reference survives its encoding, and anything else is refused",
        arguments: [
            (0, 0, [], 0), (127, 127, [], 1), (128, 128, [], 300), (1 << 30, 1 << 30, [], .max),
            (256, 0, .padded, 1), (1 << 30, (1 << 30) - 1, .padded, 2), (4, 1, .compressed, 1), (4, 2, .compressed, 5),
            (5000, 65_537, .compressed, 9), (2053 + 1024, 64 << 20, [.compressed, .padded], 128),
        ] as [(UInt64, UInt64, ObjectFlags, UInt32)])
    func roundTrips(bodyLength: UInt64, contentLength: UInt64, flags: ObjectFlags, epoch: UInt32) throws {
        let reference = reference(bodyLength, contentLength, flags, epoch: epoch)
        let bytes = reference.bytes
        #expect(try ObjectReference(bytes: bytes) == reference)
        #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: bytes + [0]) }
        for count in bytes.indices {
            #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: Array(bytes[..<count])) }
        }
        for (place, value) in [(0, 0), (0, 2), (1, 4), (1, bytes[1] | 8)] as [(Int, UInt8)] {
            var changed = bytes
            changed[place] = value
            #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: changed) }
        }
        #expect(!"\(reference)".contains(Hex.encode(reference.key.bytes)))
    }

    @Test("without a flag the length of the content is not written, with one it is")
    func forms() {
        #expect(reference(300, 300, []).bytes.count == 2 + 64 + 2 + 1)
        #expect(reference(300, 299, .padded).bytes.suffix(3) == [1, 0xab, 2])
    }

    @Test(
        "lengths that no object has are refused",
        arguments: [
            ((1 << 30) + 1, (1 << 30) + 1, []), (.max, .max, []),
            (256, 256, .padded), (256, 257, .padded), (256, .max, .padded), (0, 0, .padded),
            (100, 0, .compressed), (100, (64 << 20) + 1, .compressed), (100, .max, .compressed),
            // One group of one byte: 1 for the length, 2 in the table, 1 stored.
            (3, 1, .compressed), (5, 1, .compressed), (4, 1, [.compressed, .padded]),
            // Two groups of at least a byte each, behind a table of 7.
            (8, 65_537, .compressed), (7 + 65_537 + 1, 65_537, .compressed), (9, 65_537, [.compressed, .padded]),
        ] as [(UInt64, UInt64, ObjectFlags)])
    func impossible(bodyLength: UInt64, contentLength: UInt64, flags: ObjectFlags) {
        let reference = reference(bodyLength, contentLength, flags)
        #expect(throws: MalformedBytes.self) { try ObjectReference(bytes: reference.bytes) }
        #expect(isRefused { () throws(Failure) in _ = try Opener.open([], reference, kind: .chunk) })
        #expect(
            isRefused { () throws(Failure) in
                _ = try Opener.openRange(0..<1, of: reference, kind: .chunk) { _ in [] }
            })
    }
}
