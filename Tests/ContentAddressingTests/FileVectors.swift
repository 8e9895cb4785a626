import ContentAddressing
import Core
import Testing

/// Files and the CIDs that Kubo and the UnixFS specification give for them.
struct FileVector: Sendable, CustomTestStringConvertible {
    enum Content: Sendable {
        case text(String)
        case keyStream(seed: String, count: Int)
    }

    let name: String
    let profile: UnixFSProfile
    var metadata = UnixFSMetadata.none
    let content: Content
    let cid: String

    var testDescription: String { name }

    var count: Int {
        switch content {
        case .text(let text): text.utf8.count
        case .keyStream(_, let count): count
        }
    }

    /// Hands the content out in pieces that end at no boundary of a profile.
    func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
        switch content {
        case .text(let text): try body(Array(text.utf8))
        case .keyStream(let seed, let count):
            var stream = KeyStream(seed: seed)
            for start in stride(from: 0, to: count, by: Self.pieceLength) {
                try body(Array(stream.next(Self.pieceLength).prefix(count - start)))
            }
        }
    }

    private static let pieceLength = 1367 * 512
}

extension UnixFSProfile {
    static func kubo(
        _ version: CID.Version, raw: Bool, chunk: Int = 262_144, width: Int = 174, layout: Layout = .balanced,
        function: HashFunction = .sha256
    ) -> UnixFSProfile {
        UnixFSProfile(
            chunkLength: chunk, width: width, layout: layout, hasRawLeaves: raw, version: version, function: function)
    }
}

extension FileVector {
    static let all = [
        FileVector(
            name: "hello world, v0", profile: .kubo(.v0, raw: false),
            content: .text("hello world"),
            cid: "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"),
        FileVector(
            name: "hello world, v1 raw leaf", profile: .kubo(.v1, raw: true),
            content: .text("hello world"),
            cid: "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
        FileVector(
            name: "hello world, v1 dag-pb leaf", profile: .kubo(.v1, raw: false),
            content: .text("hello world"),
            cid: "bafybeihykld7uyxzogax6vgyvag42y7464eywpf55gxi5qpoisibh3c5wa"),
        FileVector(
            name: "hello world, v1 sha2-512", profile: .kubo(.v1, raw: true, function: .sha512),
            content: .text("hello world"),
            cid: """
                bafkrgqbqt3gerhas23vuzrapkdeqf4vu2dwxp3srdj6hvg6nhsug2tgyn6mj3u23yx7utftq3i2ckw2fwdh5qmhid5qf3t35yvkc5\
                e5ottlw6
                """),
        FileVector(
            name: "empty file, v0", profile: .kubo(.v0, raw: false),
            content: .text(""),
            cid: "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"),
        FileVector(
            name: "empty file, v1 dag-pb", profile: .kubo(.v1, raw: false),
            content: .text(""),
            cid: "bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y"),
        FileVector(
            name: "empty file, v1 raw", profile: .kubo(.v1, raw: true),
            content: .text(""),
            cid: "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        FileVector(
            name: "hello world + LF, v1 raw", profile: .kubo(.v1, raw: true),
            content: .text("hello world\n"),
            cid: "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"),
        FileVector(
            name: "gateway checker text, v1 dag-pb", profile: .kubo(.v1, raw: false),
            content: .text("Hello from IPFS Gateway Checker\n"),
            cid: "bafybeifx7yeb55armcsxwwitkymga5xf53dxiarykms3ygqic223w5sk3m"),
        FileVector(
            name: "Hello Worlds!, v0", profile: .kubo(.v0, raw: false),
            content: .text("Hello Worlds!\n"),
            cid: "QmVr26fY1tKyspEJBniVhqxQeEjhF78XerGiqWAwraVLQH"),
        FileVector(
            name: "Helloo Worlds!, v0", profile: .kubo(.v0, raw: false),
            content: .text("Helloo Worlds!\n"),
            cid: "Qmf35k66MZNW2GijohUmXQEWKZU4cCGTCwK6idfnt152wJ"),
        FileVector(
            name: "IPFS + LF, v0", profile: .kubo(.v0, raw: false),
            content: .text("IPFS\n"),
            cid: "QmdFyxZXsFiP4csgfM5uPu99AvFiKH62CSPDw5TP92nr7w"),
        FileVector(
            name: "Hello MFS!, v0", profile: .kubo(.v0, raw: false),
            content: .text("Hello MFS!\n"),
            cid: "QmVT8bL3sGBA2TwvX8JPhrv5CYZL8LLLfW7mxkUjPZsgBr"),
        FileVector(
            name: "hello + LF, v1", profile: .kubo(.v1, raw: true),
            content: .text("hello\n"),
            cid: "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am"),
        FileVector(
            name: "ascii.txt, v1", profile: .kubo(.v1, raw: true),
            content: .text("hello application/vnd.ipld.car\n"),
            cid: "bafkreifkam6ns4aoolg3wedr4uzrs3kvq66p4pecirz6y2vlrngla62mxm"),
        FileVector(
            name: "file with utf8 name, v1", profile: .kubo(.v1, raw: true),
            content: .text("I am a txt file on path with utf8\n"),
            cid: "bafkreialihlqnf5uwo4byh4n3cmwlntwqzxxs2fg5vanqdi3d7tb2l5xkm"),
        FileVector(
            name: "percent-named file, v1", profile: .kubo(.v1, raw: true),
            content: .text("hello from a percent encoded filename\n"),
            cid: "bafkreihfmctcb2kuvoljqeuphqr2fg2r45vz5cxgq5c2yrxnqg5erbitmq"),
        FileVector(
            name: "Hello Mars!, v0", profile: .kubo(.v0, raw: false),
            content: .text("Hello Mars!\n"),
            cid: "QmPrrHqJzto9m7SyiRzarwkqPcCSsKR2EB1AyqJfe8L8tN"),
        FileVector(
            name: "Hello Mars!, v1", profile: .kubo(.v1, raw: true),
            content: .text("Hello Mars!\n"),
            cid: "bafkreibmlvvgdyihetgocpof6xk64kjjzdeq2e4c7hqs3krdheosk4tgj4"),
        FileVector(
            name: "Hello Venus!, v1 blake2b-256", profile: .kubo(.v1, raw: true, function: .blake2b(length: 32)),
            content: .text("Hello Venus!\n"),
            cid: "bafk2bzacebxnke2fb5mgzxyjuuavvcfht4fd3gvn4klkujz6k72wboynhuvfw"),
        FileVector(
            name: "empty file with mode 0640", profile: .kubo(.v0, raw: false),
            metadata: UnixFSMetadata(mode: 416),
            content: .text(""),
            cid: "QmQLgxypSNGNFTuUPGCecq6dDEjb6hNB5xSyVmP3cEuNtq"),
        FileVector(
            name: "empty file with mtime", profile: .kubo(.v0, raw: false),
            metadata: UnixFSMetadata(modified: Timestamp(seconds: 1604320482, nanoseconds: 0)),
            content: .text(""),
            cid: "QmQ6kErEW8kztQFV8vbwNU8E4dmtGsYpRiboiLxUEwibvj"),
        FileVector(
            name: "empty file with mode 0640 and mtime", profile: .kubo(.v0, raw: false),
            metadata: UnixFSMetadata(mode: 416, modified: Timestamp(seconds: 1604320482, nanoseconds: 0)),
            content: .text(""),
            cid: "QmYkvboLsvLFcSYmqVJRxvBdYRQLroLv9kELf3LRiCqBri"),
        FileVector(
            name: "empty file with mode 0764", profile: .kubo(.v0, raw: false),
            metadata: UnixFSMetadata(mode: 500),
            content: .text(""),
            cid: "QmchD3BN8TQ3RW6jPLxSaNkqvfuj7syKhzTRmL4EpyY1Nz"),
        FileVector(
            name: "empty file with mtime 2020-10-24", profile: .kubo(.v0, raw: false),
            metadata: UnixFSMetadata(modified: Timestamp(seconds: 1603539720, nanoseconds: 0)),
            content: .text(""),
            cid: "QmT3aY4avDcYXCWpU8CJzqUkW7YEuEsx36S8cTNoLcuK1B"),
        FileVector(
            name: "empty file with mtime with ns", profile: .kubo(.v0, raw: false),
            metadata: UnixFSMetadata(modified: Timestamp(seconds: 1603539720, nanoseconds: 54321)),
            content: .text(""),
            cid: "QmaKH8H5rXBUBCX4vdxi7ktGQEL7wejV7L9rX2qpZjwncz"),
        FileVector(
            name: "empty file with mode 0764, mtime, ns", profile: .kubo(.v0, raw: false),
            metadata: UnixFSMetadata(mode: 500, modified: Timestamp(seconds: 1603539720, nanoseconds: 54321)),
            content: .text(""),
            cid: "QmUkxrtBA8tPjwCYz1HrsoRfDz6NgKut3asVeHVQNH4C8L"),
        FileVector(
            name: "v0-2015 file of one chunk", profile: .kubo(.v0, raw: false),
            content: .keyStream(seed: "chunk-v0-seed", count: 262144),
            cid: "QmWmRj3dFDZdb6ABvbmKhEL6TmPbAfBZ1t5BxsEyJrcZhE"),
        FileVector(
            name: "v0-2015 file one byte over a chunk", profile: .kubo(.v0, raw: false),
            content: .keyStream(seed: "chunk-v0-seed", count: 262145),
            cid: "QmYyLxtzZyW22zpoVAtKANLRHpDjZtNeDjQdJrcQNWoRkJ"),
        FileVector(
            name: "v0-2015 file of 174 chunks", profile: .kubo(.v0, raw: false),
            content: .keyStream(seed: "v0-seed", count: 45613056),
            cid: "QmUbBALi174SnogsUzLpYbD4xPiBSFANF4iztWCsHbMKh2"),
        FileVector(
            name: "v0-2015 file one byte over 174 chunks", profile: .kubo(.v0, raw: false),
            content: .keyStream(seed: "v0-seed", count: 45613057),
            cid: "QmV81WL765sC8DXsRhE5fJv2rwhS4icHRaf3J9Zk5FdRnW"),
        FileVector(
            name: "v1-2025 file of one chunk", profile: .kubo(.v1, raw: true, chunk: 1048576, width: 1024),
            content: .keyStream(seed: "chunk-v1-seed", count: 1048576),
            cid: "bafkreiacndfy443ter6qr2tmbbdhadvxxheowwf75s6zehscklu6ezxmta"),
        FileVector(
            name: "v1-2025 file one byte over a chunk", profile: .kubo(.v1, raw: true, chunk: 1048576, width: 1024),
            content: .keyStream(seed: "chunk-v1-seed", count: 1048577),
            cid: "bafybeigmix7t42i6jacydtquhet7srwvgpizfg7gjbq7627d35mjomtu64"),
        FileVector(
            name: "trickle v0, 45 MiB", profile: .kubo(.v0, raw: false, layout: .trickle),
            content: .keyStream(seed: "trickle-test", count: 47_185_920),
            cid: "QmbqR6g7YCpndLcCZZXkGyj13uMcSrwDYUvZ47vJqBVjUH"),
        FileVector(
            name: "v0, 256 MiB, width 1024", profile: .kubo(.v0, raw: false, width: 1024),
            content: .keyStream(seed: "hello world", count: 268435456),
            cid: "QmbBftNHWmjSWKLC49dMVrfnY8pjrJYntiAXirFJ7oJrNk"),
    ]
}
