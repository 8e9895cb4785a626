import ContentAddressing
import Core
import Primitives
import Sealing
import Testing

@Suite struct ShareTests {
    private static let reference = Sealer(EpochSecret(number: 3)).seal(Random.bytes(100), as: .chunk).reference
    private static let created = Timestamp(seconds: 1_790_000_000, nanoseconds: 999_999_999)

    static let contents: [ShareManifest.Content] = [
        .chunk(reference), .list(reference, depth: 0, size: .max),
        .list(reference, depth: 7, size: 1 << 40), .tree(reference),
    ]

    private func manifest(
        _ content: ShareManifest.Content = .chunk(ShareTests.reference), name: String = "report.pdf",
        expires: Timestamp? = nil
    ) throws -> ShareManifest {
        try ShareManifest(name: Name(name), content: content, created: Self.created, expires: expires)
    }

    private func code(_ body: () throws -> Void) -> FailureCode? {
        do {
            try body()
            return nil
        } catch { return (error as? Failure)?.code }
    }

    private static func link(_ cid: CID, _ secret: [UInt8]) throws -> ShareLink {
        try ShareLink(parsing: "cbstore://\(cid)#" + Multibase.base64url.encodeWithoutPrefix(secret))
    }

    private static func secret(of link: ShareLink) throws -> [UInt8] {
        try Multibase.base64url.decodeWithoutPrefix(String(link.text.suffix(43)))
    }

    @Test("a manifest comes back from its object and the text of its link", arguments: contents)
    func roundTrip(content: ShareManifest.Content) throws {
        for expires in [nil, Timestamp(seconds: 0), Timestamp(seconds: .min), Timestamp(seconds: .max)] {
            let manifest = try manifest(content, expires: expires)
            let (object, link) = manifest.seal()
            #expect(object.kind == .share && object.reference.epoch == 0xffff_ffff)
            #expect(link.cid == ObjectCID.cid(of: object.bytes))
            let opened = try ShareManifest(opening: object.bytes, with: try ShareLink(parsing: link.text))
            #expect(opened == manifest)
            #expect(opened.content == content && opened.expires == expires && opened.created == Self.created)
        }
    }

    @Test("two shares of one file have nothing in common on the outside, and no link opens the other")
    func unlinkable() throws {
        let manifest = try manifest()
        let (first, second) = (manifest.seal(), manifest.seal())
        #expect(first.link.cid != second.link.cid)
        #expect(try Self.secret(of: first.link) != Self.secret(of: second.link))
        // The id comes behind magic, kind, number and length, which are the same for all shares of this length.
        #expect(first.object.bytes[..<20] == second.object.bytes[..<20])
        #expect(first.object.bytes[20..<52] != second.object.bytes[20..<52])
        #expect(first.object.bytes[52...] != second.object.bytes[52...])
        for (object, link) in [(first.object, second.link), (second.object, first.link)] {
            #expect(code { _ = try ShareManifest(opening: object.bytes, with: link) } == .integrity)
        }
    }

    @Test("every flipped bit, every truncation and a byte too many are refused")
    func damage() throws {
        let (object, link) = try manifest().seal()
        let secret = try Self.secret(of: link)
        var damaged = (0..<object.bytes.count * 8).map { bit in
            var bytes = object.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            return bytes
        }
        damaged += (0..<object.bytes.count).map { Array(object.bytes[..<$0]) } + [object.bytes + [0]]
        for (number, bytes) in damaged.enumerated() {
            #expect(code { _ = try ShareManifest(opening: bytes, with: link) } == .integrity)
            // Also when somebody changes the link to name the damaged bytes: then its tags refuse the object.
            let forged = try Self.link(ObjectCID.cid(of: bytes), secret)
            let isOtherVersion = number < object.bytes.count * 8 && number / 8 == 4
            #expect(
                code { _ = try ShareManifest(opening: bytes, with: forged) }
                    == (isOtherVersion ? .unknownFormat : .integrity))
        }
        #expect(throws: Never.self) { try ShareManifest(opening: object.bytes, with: link) }
    }

    @Test("another secret, or the CID of another object, opens nothing")
    func wrongLinks() throws {
        let (object, right) = try manifest().seal()
        let (_, other) = try manifest().seal()
        let secret = try Self.secret(of: right)
        let wrong = [
            try Self.link(right.cid, Random.bytes(32)), try Self.link(other.cid, secret),
            try Self.link(ObjectCID.cid(of: [1, 2, 3]), secret),
        ]
        for link in wrong {
            #expect(code { _ = try ShareManifest(opening: object.bytes, with: link) } == .integrity)
        }
        let large = [UInt8](repeating: 0, count: 100_000)
        let link = try Self.link(ObjectCID.cid(of: large), secret)
        #expect(code { _ = try ShareManifest(opening: large, with: link) } == .integrity)
    }

    @Test("a share's secret opens no object of another kind or epoch, and a vault's epochs open no share")
    func separation() throws {
        let (object, link) = try manifest().seal()
        let secret = SecretBytes(copying: try Self.secret(of: link))
        let body = try Sealer(EpochSecret(number: .max, secret: secret)).open(object.bytes, kind: .share).content
        func open(_ kind: ObjectKind, _ epoch: UInt32) throws {
            let sealed = Sealer(EpochSecret(number: epoch, secret: secret)).seal(body, as: kind)
            _ = try ShareManifest(
                opening: sealed.bytes, with: try Self.link(sealed.reference.cid, secret.copy()))
        }
        #expect(throws: Never.self) { try open(.share, .max) }
        for kind in ObjectKind.allCases where kind != .share { #expect(code { try open(kind, .max) } == .integrity) }
        for epoch: UInt32 in [0, 1, .max - 1] { #expect(code { try open(.share, epoch) } == .integrity) }
        let ring = try SealerRing([EpochSecret(number: 1), EpochSecret(number: 2)], packing: .standard)
        #expect(code { _ = try ring.open(object.bytes) } == .integrity)
    }

    @Test("a share expires by the reader's clock, to the nanosecond, and says what that is worth")
    func expiry() throws {
        let end = Timestamp(seconds: 2_000_000_000, nanoseconds: 5)
        let manifest = try manifest(expires: end)
        for now in [Timestamp(seconds: .min), Timestamp(seconds: 2_000_000_000, nanoseconds: 4)] {
            #expect(code { try manifest.checkExpiry(at: now) } == nil)
        }
        for now in [end, Timestamp(seconds: 2_000_000_001), Timestamp(seconds: .max)] {
            #expect(code { try manifest.checkExpiry(at: now) } == .denied)
        }
        let failure = #expect(throws: Failure.self) { try manifest.checkExpiry(at: end) }
        #expect(failure?.message.contains("2033-05-18T03:33:20Z") == true)
        #expect(failure?.advice?.contains("protects nothing") == true)
        let endless = try self.manifest()
        #expect(code { try endless.checkExpiry(at: Timestamp(seconds: .max)) } == nil)
    }

    @Test(
        "what is no name of a file cannot be shared",
        arguments: ["", ".", "..", "a/b", "/", "a\0", String(repeating: "x", count: 256)])
    func names(name: String) throws {
        #expect(code { _ = try manifest(name: name) } == .invalid)
        #expect(throws: Never.self) { try manifest(name: String(repeating: "x", count: 255)) }
    }

    @Test("a list nested deeper than a file's record allows cannot be shared", arguments: [-1, 8, .max])
    func depths(depth: Int) {
        #expect(code { _ = try manifest(.list(Self.reference, depth: depth, size: 1)) } == .invalid)
    }
}
