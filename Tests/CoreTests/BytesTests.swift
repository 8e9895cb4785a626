import Core
import Testing

@Suite struct BytesTests {
    @Test(
        "a varint reads back, in as many bytes as it needs",
        arguments: [
            (0, 1), (1, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (UInt64(UInt32.max), 5), (1 << 63, 10),
            (.max, 10),
        ] as [(UInt64, Int)])
    func varint(_ number: UInt64, _ length: Int) throws {
        var writer = ByteWriter()
        writer.append(varint: number)
        #expect(writer.bytes.count == length)
        var reader = ByteReader(writer.bytes)
        #expect(try reader.varint() == number)
        #expect(reader.isAtEnd)
    }

    @Test(
        "a varint that is cut, padded or too long is refused",
        arguments: [
            [], [0x80], [0xff, 0xff], [0x80, 0x00], [0xff, 0x80, 0x00],
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        ] as [[UInt8]])
    func hostileVarint(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: MalformedBytes.self) { try reader.varint() }
    }

    @Test(
        "a length beyond the buffer, or beyond memory, is refused and moves nothing",
        arguments: [
            [0x01], [0x05, 1, 2, 3, 4], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1],
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 1],
        ] as [[UInt8]])
    func hostileLength(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: MalformedBytes.self) { try reader.lengthPrefixed() }
    }

    @Test("a read that fails leaves the reader where it was")
    func staysAfterFailure() throws {
        var reader = ByteReader([1, 2, 3])
        #expect(throws: MalformedBytes.self) { try reader.integer(UInt32.self) }
        #expect(throws: MalformedBytes.self) { try reader.slice(-1) }
        #expect(throws: MalformedBytes.self) { try reader.slice(4) }
        #expect(reader.remaining == 3)
        #expect(try reader.array(3) == [1, 2, 3])
        #expect(throws: MalformedBytes.self) { try reader.byte() }
        #expect(try reader.slice(0).isEmpty)
    }

    @Test("a slice keeps its own indices and reads only itself")
    func slices() throws {
        let whole: [UInt8] = [9, 9, 0, 1, 0xaa, 9]
        var reader = ByteReader(whole[2..<5])
        #expect(try reader.integer(UInt16.self) == 1)
        #expect(try reader.byte() == 0xaa)
        #expect(reader.isAtEnd)
    }

    @Test("integers of each width are big-endian and keep their sign")
    func integers() throws {
        var writer = ByteWriter()
        writer.append(integer: UInt32(0x0102_0304))
        writer.append(integer: Int64(-2))
        #expect(writer.bytes == [1, 2, 3, 4, 255, 255, 255, 255, 255, 255, 255, 254])
        var reader = ByteReader(writer.bytes)
        #expect(try reader.integer(UInt32.self) == 0x0102_0304)
        #expect(try reader.integer(Int64.self) == -2)
    }

    @Test("fields read back in order, unknown ones included")
    func fields() throws {
        var writer = FieldWriter()
        writer.number(1, 0)
        writer.bytes(2, [7, 8])
        writer.number(900, UInt64.max)
        writer.field(901, .bytes([]))
        var reader = FieldReader(writer.bytes)
        var found: [UInt64] = []
        var values: [FieldValue] = []
        while let (field, value) = try reader.next() {
            found.append(field)
            values.append(value)
        }
        #expect(found == [1, 2, 900, 901])
        #expect(values == [.number(0), .bytes([7, 8]), .number(.max), .bytes([])])
        #expect(throws: MalformedBytes.self) { try values[0].bytes("it") }
        #expect(throws: MalformedBytes.self) { try values[1].number("it") }
        #expect(throws: MalformedBytes.self) { try values[1].bytes("it", count: 3) }
        #expect(try values[1].bytes("it", count: 2) == [7, 8])
    }

    @Test("a field of another wire type, or cut anywhere, is refused")
    func hostileFields() throws {
        for wire: UInt8 in [1, 3, 4, 5, 6, 7] {
            var reader = FieldReader([1 << 3 | wire, 0])
            #expect(throws: MalformedBytes.self) { try reader.next() }
        }
        var writer = FieldWriter()
        writer.bytes(300, [1, 2, 3])
        for length in 1..<writer.bytes.count {
            var reader = FieldReader(writer.bytes[..<length])
            #expect(throws: MalformedBytes.self) { try reader.next() }
        }
    }

    @Test("a digest keeps its bytes and its order")
    func digests() {
        let low = Digest([UInt8](0..<32))
        var bytes = [UInt8](0..<32)
        bytes[31] = 99
        let high = Digest(bytes)
        #expect(low.bytes == [UInt8](0..<32))
        #expect(low < high)
        #expect(low != high)
        #expect(low.prefix == 0x0001_0203_0405_0607)
        #expect(low.description.hasPrefix("000102030405"))
    }

    @Test(
        "base64 has the standard alphabet and padding",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func base64(_ plain: String, _ coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
    }

    @Test("every byte survives base64 at every length")
    func base64Bytes() {
        for length in 0...64 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 251) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode([0xfb, 0xff, 0xbf]) == "+/+/")
    }

    @Test(
        "base64 of any other form is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zm-_", "Zg==Zg==",
            "Zé==",
        ])
    func hostileBase64(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
