import Core
import Testing

/// The CIDs of public content.
@Suite struct CidTests {
    @Test(
        "cid prints what ipfs add --cid-version=1 prints",
        arguments: [
            ("", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
            ("hello world", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
            ("hello world\n", "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"),
        ])
    func known(_ content: String, _ cid: String) throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("f", content)
            #expect(try scratch.expect(0, "cid", "f").output == "\(cid)  f\n")
            #expect(try scratch.expect(0, "cid", "-", input: .text(content)).output == "\(cid)  -\n")
            let json = try scratch.expect(0, "cid", "--json", "f").json()
            #expect(json["cid"]?.text == cid && json["size"]?.int == content.utf8.count)
        }
    }

    /// The DAG built once more, in another language and from the specifications of UnixFS, dag-pb and multiformats alone.
    private static let oracle = """
        import base64, hashlib, os, subprocess, sys
        def varint(n):
            out = b""
            while n > 127:
                out += bytes([n & 127 | 128]); n >>= 7
            return out + bytes([n])
        field = lambda number, data: varint(number << 3 | 2) + varint(len(data)) + data
        number = lambda key, value: varint(key << 3) + varint(value)
        cid = lambda codec, block: b"\\x01" + codec + b"\\x12\\x20" + hashlib.sha256(block).digest()
        def dag(data, chunk=262144, width=174):
            # (cid, bytes of the file below, bytes of the blocks below)
            level = [(cid(b"\\x55", data[i:i + chunk]), len(data[i:i + chunk]), len(data[i:i + chunk]))
                     for i in range(0, max(len(data), 1), chunk)]
            while len(level) > 1:
                above = []
                for start in range(0, len(level), width):
                    children = level[start:start + width]
                    size = sum(child[1] for child in children)
                    unixfs = number(1, 2) + number(3, size) + b"".join(number(4, child[1]) for child in children)
                    links = b"".join(field(2, field(1, c) + field(2, b"") + number(3, whole)) for c, _, whole in children)
                    block = links + field(1, unixfs)
                    above.append((cid(b"\\x70", block), size, len(block) + sum(child[2] for child in children)))
                level = above
            return "b" + base64.b32encode(level[0][0]).decode().lower().rstrip("=")
        sizes = [0, 1, 262143, 262144, 262145, 524288, 524289, 174 * 262144, 174 * 262144 + 1]
        data = os.urandom(4096) * (45613057 // 4096 + 1)
        for size in sizes:
            with open("f", "wb") as file:
                file.write(data[:size])
            printed = subprocess.check_output([os.environ["CBSTORE"], "cid", "f"]).decode().split()[0]
            assert printed == dag(data[:size]), (size, printed)
        """

    @Test("cid agrees with another implementation at every size around the chunk and the width of a node")
    func boundaries() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.python(Self.oracle)
        }
    }

    @Test("files that are missing are named, the others are done")
    func missing() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("f", "hello world")
            let outcome = try scratch.expect(2, "cid", "gone", "f")
            #expect(outcome.output.hasPrefix("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"))
            #expect(outcome.errors.contains("gone"))
            try scratch.expect(3, "cid", "gone")
        }
    }
}
