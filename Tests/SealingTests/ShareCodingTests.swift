import ContentAddressing
import Core
import Primitives
import Sealing
import Testing

/// Manifests whose body is written here, from the description of the format.
@Suite struct ShareCodingTests {
    private static let reference = Sealer(EpochSecret(number: 3)).seal(Random.bytes(100), as: .chunk).reference
    private static let zeroTime = FieldValue.bytes([UInt8](repeating: 0, count: 12)[...])

    /// The fields of a small file's manifest.
    private static let file: [UInt64: FieldValue] = [
        1: .number(1), 2: .number(1), 3: .bytes([0x66]), 4: .bytes(reference.bytes[...]), 5: .number(100), 7: zeroTime,
    ]

    private static func encode(_ fields: [UInt64: FieldValue]) -> [UInt8] {
        var writer = FieldWriter()
        for (number, value) in fields.sorted(by: { $0.key < $1.key }) { writer.field(number, value) }
        return writer.bytes
    }

    private static func open(_ body: [UInt8]) throws(Failure) -> ShareManifest {
        let secret = EpochSecret(number: .max)
        let object = Sealer(secret).seal(body, as: .share)
        let text = "cbstore://\(object.reference.cid)#" + Multibase.base64url.encodeWithoutPrefix(secret.secret.copy())
        return try ShareManifest(opening: object.bytes, with: try ShareLink(parsing: text))
    }

    private static func code(_ body: [UInt8]) -> FailureCode? {
        do throws(Failure) {
            _ = try open(body)
            return nil
        } catch { return error.code }
    }

    @Test("the fields are those of the format")
    func fields() throws {
        let plain = try Self.open(Self.encode(Self.file))
        #expect(plain.name == Name("f") && plain.content == .chunk(Self.reference))
        #expect(plain.created == Timestamp(seconds: 0) && plain.expires == nil)
        var listed = Self.file
        listed[6] = .number(2)
        listed[8] = .bytes([0, 0, 0, 0, 0, 0, 0, 1, 0x3b, 0x9a, 0xc9, 0xff])
        let list = try Self.open(Self.encode(listed))
        #expect(list.content == .list(Self.reference, depth: 2, size: 100))
        #expect(list.expires == Timestamp(seconds: 1, nanoseconds: 999_999_999))
        var tree = Self.file
        tree[2] = .number(2)
        tree[5] = nil
        #expect(try Self.open(Self.encode(tree)).content == .tree(Self.reference))
    }

    @Test("a share made by an independent implementation opens, and its bytes do not change")
    func fixture() throws {
        let link = try ShareLink(parsing: ShareFixture.link)
        let sealed = try #require(Hex.decode(ShareFixture.object))
        let manifest = try ShareManifest(opening: sealed, with: link)
        #expect(manifest.name == Name("résumé.txt"))
        #expect(manifest.created == Timestamp(seconds: 1_790_000_000, nanoseconds: 250_000_000))
        #expect(manifest.expires == Timestamp(seconds: 1_800_000_000))
        guard case .list(let reference, depth: 1, size: 12_345_678) = manifest.content else {
            Issue.record("not the file of the fixture: \(manifest.content)")
            return
        }
        let digest = Digest([UInt8](repeating: 0x11, count: 32))
        #expect(reference.digest == digest && reference.key == ObjectKey([UInt8](repeating: 0x22, count: 32)))
        #expect(reference.epoch == 1 && reference.layout?.bodyLength == 5_000_000)
        // What was read is written again in the same bytes, the field of a later version among them.
        let secret = EpochSecret(number: .max, secret: SecretBytes(copying: (64..<96).map { UInt8($0) }))
        let (again, newLink) = manifest.seal()
        let body = try Sealer(secret).open(sealed, kind: .share).content
        #expect(try ShareManifest(opening: again.bytes, with: newLink) == manifest)
        #expect(again.reference.layout?.bodyLength == body.count)
        #expect(Sealer(secret).seal(body, as: .share).bytes == sealed)
    }

    @Test("fields of a later version stay, byte for byte")
    func unknownFields() throws {
        var fields = Self.file
        fields[9] = .number(1)
        fields[300] = .bytes([1, 2, 3])
        let body = Self.encode(fields)
        let manifest = try Self.open(body)
        #expect(try manifest != Self.open(Self.encode(Self.file)))
        let (object, link) = manifest.seal()
        let again = try ShareManifest(opening: object.bytes, with: link)
        #expect(again == manifest)
        #expect(object.reference.layout?.bodyLength == body.count)
    }

    @Test("another version and an unknown kind are refused as such")
    func otherVersions() {
        for (field, value) in [(1, 0), (1, 2), (1, .max), (2, 0), (2, 3)] as [(UInt64, UInt64)] {
            var fields = Self.file
            fields[field] = .number(value)
            #expect(Self.code(Self.encode(fields)) == .unknownFormat, "field \(field)")
        }
    }

    static let missing: [UInt64] = [1, 2, 3, 4, 5, 7]

    @Test("a manifest without one of its fields is refused", arguments: missing)
    func missingField(number: UInt64) {
        var fields = Self.file
        fields[number] = nil
        #expect(Self.code(Self.encode(fields)) == .integrity)
    }

    @Test("a field with a wrong value or of the wrong type is refused, and so is one that comes twice")
    func wrongValues() {
        let longName = [UInt8](repeating: 0x66, count: 256)
        let badTime = [UInt8](repeating: 0, count: 8) + [0x3b, 0x9a, 0xca, 0x00]
        let wrong: [(UInt64, FieldValue)] = [
            (1, .bytes([0])), (2, .bytes([1])), (3, .number(1)), (3, .bytes([])), (3, .bytes(Array("a/b".utf8)[...])),
            (3, .bytes([0x2e, 0x2e])), (3, .bytes(longName[...])), (4, .number(1)), (4, .bytes([])),
            (4, .bytes(Self.reference.bytes.dropLast())), (4, .bytes((Self.reference.bytes + [0])[...])),
            (5, .bytes([7])), (5, .number(99)), (5, .number(101)), (6, .number(8)), (6, .number(.max)), (6, .bytes([])),
            (7, .number(0)),
            (7, .bytes([UInt8](repeating: 0, count: 11)[...])), (7, .bytes([UInt8](repeating: 0, count: 13)[...])),
            (7, .bytes(badTime[...])), (8, .bytes(badTime[...])), (8, .number(1)), (8, .bytes([])),
        ]
        for (number, value) in wrong {
            var fields = Self.file
            fields[number] = value
            #expect(Self.code(Self.encode(fields)) == .integrity, "field \(number): \(value)")
        }
        for (number, value) in Self.file {
            var writer = FieldWriter()
            writer.field(number, value)
            #expect(Self.code(Self.encode(Self.file) + writer.bytes) == .integrity, "field \(number) twice")
        }
        for (number, value) in [(5, 7), (6, 0)] as [(UInt64, UInt64)] {
            var tree = Self.file
            tree[2] = .number(2)
            tree[5] = nil
            tree[number] = .number(value)
            #expect(Self.code(Self.encode(tree)) == .integrity, "a tree with field \(number)")
        }
    }

    @Test("every truncation of the body is refused, and a body beyond the limit")
    func truncations() {
        let body = Self.encode(Self.file)
        for count in 0..<body.count { #expect(Self.code(Array(body[..<count])) == .integrity, "\(count) bytes") }
        func padded(to length: Int) -> [UInt8] {
            var writer = FieldWriter()
            writer.bytes(9, [UInt8](repeating: 0, count: length - body.count - 4))
            return body + writer.bytes
        }
        #expect(padded(to: 65_536).count == 65_536)
        #expect(Self.code(padded(to: 65_536)) == nil)
        #expect(Self.code(padded(to: 65_537)) == .integrity)
    }
}
