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

    private static let empty = "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"

    @Test(
        "each option changes the CID as it does in other importers",
        arguments: [
            (["--profile", "unixfs-v0-2015"], "hello world", "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"),
            (["--cid-version", "0"], "hello world", "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"),
            (["--no-raw-leaves"], "hello world", "bafybeihykld7uyxzogax6vgyvag42y7464eywpf55gxi5qpoisibh3c5wa"),
            (
                ["--cid-version", "0", "--raw-leaves"], "hello world",
                "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
            ),
            (
                ["--hash", "blake2b-256"], "Hello Venus!\n",
                "bafk2bzacebxnke2fb5mgzxyjuuavvcfht4fd3gvn4klkujz6k72wboynhuvfw"
            ),
            (["--cid-version=0", "--mode=0640"], "", "QmQLgxypSNGNFTuUPGCecq6dDEjb6hNB5xSyVmP3cEuNtq"),
            (["--cid-version=0", "--mode=764"], "", "QmchD3BN8TQ3RW6jPLxSaNkqvfuj7syKhzTRmL4EpyY1Nz"),
            (["--cid-version=0", "--mtime=1604320482"], "", "QmQ6kErEW8kztQFV8vbwNU8E4dmtGsYpRiboiLxUEwibvj"),
            (
                ["--cid-version=0", "--mtime=1603539720.000054321"], "",
                "QmaKH8H5rXBUBCX4vdxi7ktGQEL7wejV7L9rX2qpZjwncz"
            ),
            (
                ["--cid-version=0", "--mode=0764", "--mtime=2020-10-24T23:42:00.000054321+12:00"], "",
                "QmUkxrtBA8tPjwCYz1HrsoRfDz6NgKut3asVeHVQNH4C8L"
            ),
            (["--trickle", "--cid-version=0"], "", empty),
        ])
    func options(_ options: [String], _ content: String, _ cid: String) throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("f", content)
            for verb in [["cid"], ["add", "--only-hash"]] {
                let outcome = try scratch.expect(0, verb + ["f"] + options)
                #expect(outcome.output == "\(cid)  f\n")
            }
        }
    }

    @Test("the mode and the time of a file are preserved when asked for")
    func preserved() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("f", "")
            try scratch.shell("chmod 0764 f && touch -d '2020-10-24T11:42:00.000054321Z' f")
            let both = try scratch.expect(0, "cid", "--cid-version=0", "--preserve-mode", "--preserve-mtime", "f")
            #expect(both.output == "QmUkxrtBA8tPjwCYz1HrsoRfDz6NgKut3asVeHVQNH4C8L  f\n")
            let given = try scratch.expect(0, "cid", "--cid-version=0", "--preserve-mode", "--mode=0640", "f")
            #expect(given.output == "QmQLgxypSNGNFTuUPGCecq6dDEjb6hNB5xSyVmP3cEuNtq  f\n")
            try scratch.expect(64, "cid", "--preserve-mode", "-", input: .text("x"))
        }
    }

    @Test("pieces and links count as asked, and a pipe gives what the file gives")
    func shapes() throws {
        try Scratch.with(vault: false) { scratch in
            // One node for two links: seven levels.
            try scratch.write("f", (0..<100).map { UInt8($0) })
            let deep = try scratch.expect(0, "cid", "--chunker=size-1", "--max-file-links=2", "f")
            #expect(deep.output == "bafybeiaafw5hhcvt5ofp3okx45sbscrnafdbtyzkvu5mktv7w444uarala  f\n")
            try scratch.shell("head -c 9000000 /dev/urandom > large")
            for options in ["", "--trickle --no-raw-leaves", "--profile unixfs-v1-2025", "--chunker size-1000"] {
                try scratch.shell(
                    """
                    file=$("$CBSTORE" cid \(options) large) && pipe=$(cat large | "$CBSTORE" cid \(options) -) &&
                    rest=$( (dd bs=1 count=9 of=/dev/null status=none; "$CBSTORE" cid \(options) -) < large) &&
                    tail=$(tail -c +10 large | "$CBSTORE" cid \(options) -) &&
                    test "${file%% *}" = "${pipe%% *}" && test "$rest" = "$tail" && test "$pipe" != "$tail"
                    """)
            }
        }
    }

    @Test(
        "what cannot be, or has no CID that others would agree on, is a usage error",
        arguments: [
            ["cid", "--cid-version", "0", "--hash", "sha2-512", "f"], ["cid", "--hash", "identity", "f"],
            ["cid", "--profile", "unixfs-v0-2015", "--hash", "sha1", "f"], ["cid", "--hash", "md5", "f"],
            ["cid", "--raw-leaves", "--mode", "644", "f"], ["cid", "--profile=unixfs-v1-2025", "--mtime=1", "f"],
            ["cid", "--chunker", "size-0", "f"], ["cid", "--chunker", "size-2096897", "f"],
            ["cid", "--chunker", "rabin", "f"], ["cid", "--chunker", "size-+5", "f"],
            ["cid", "--max-file-links", "1", "f"],
            ["cid", "--max-file-links", "16385", "f"], ["cid", "--mode", "0", "f"], ["cid", "--mode", "10000", "f"],
            ["cid", "--mode", "0o644", "f"], ["cid", "--mode", "+644", "f"], ["cid", "--mtime", "yesterday", "f"],
            ["cid", "--mtime", "1.", "f"], ["cid", "--mtime", "1.0000000001", "f"], ["cid", "--mtime=-1.5", "f"],
            ["cid", "--cid-version", "2", "f"], ["add", "f"], ["cid", "convert", empty],
            ["cid", "convert", "--version=0", "--base=base32", empty], ["cid", "convert", "--codec=none", empty],
            ["cid", "convert", "--version=0", "--codec=raw", empty], ["cid", "inspect"],
        ])
    func usage(_ words: [String]) throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("f", "hello world")
            let refused = try scratch.expect(64, words)
            #expect(refused.output.isEmpty)
        }
    }

    @Test("a folder is refused by name, and does not end the rest")
    func folders() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.shell("mkdir d && printf 'hello world' > f && printf 'hello world' > inspect")
            let folder = try scratch.expect(1, "add", "--only-hash", "d")
            #expect(folder.errors.contains("d is a folder"))
            let both = try scratch.expect(2, "add", "--only-hash", "d", "f")
            #expect(both.output.hasSuffix("  f\n"))
            let named = try scratch.expect(0, "cid", "./inspect")
            #expect(named.output.hasSuffix("  ./inspect\n"))
        }
    }

    @Test("inspect takes a CID apart")
    func inspect() throws {
        try Scratch.with(vault: false) { scratch in
            let raw = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
            let text = try scratch.expect(0, "cid", "inspect", raw, Self.empty).output
            #expect(
                text == """
                    \(raw)  base32 - cidv1 - raw - \
                    (sha2-256 : 256 : B94D27B9934D3E08A52E52D7DA7DABFAC484EFE37A5380EE9088F7ACE2EFCDE9)
                    \(Self.empty)  base58btc - cidv0 - dag-pb - \
                    (sha2-256 : 256 : BFCCDA787BABA32B59C78450AC3D20B633360B43992C77289F9ED46D843561E6)

                    """)
            let json = try scratch.expect(0, "cid", "inspect", "--json", Self.empty).json()
            #expect(json["version"]?.int == 0 && json["codec"]?.text == "dag-pb" && json["hash"]?.text == "sha2-256")
            #expect(json["base"]?.text == "base58btc" && json["bits"]?.int == 256)
            #expect(json["digest"]?.text == "bfccda787baba32b59c78450ac3d20b633360b43992c77289f9ed46d843561e6")
            let mixed = try scratch.expect(2, "cid", "inspect", "nonsense", raw)
            #expect(mixed.output.hasPrefix(raw))
            try scratch.expect(1, "cid", "inspect", "nonsense")
        }
    }

    @Test(
        "convert writes a CID in another version, base or codec",
        arguments: [
            (["--version=1", empty], "bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y"),
            (["--version=0", "bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y"], empty),
            (["--version=0", empty], empty), (["--base=base58btc", empty], empty),
            (["--base=base32", empty], "bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y"),
            (["--codec=raw", empty], "bafkreif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y"),
            (
                ["--base=base16", empty],
                "f01701220bfccda787baba32b59c78450ac3d20b633360b43992c77289f9ed46d843561e6"
            ),
            (
                ["--codec=dag-pb", "f01551220bfccda787baba32b59c78450ac3d20b633360b43992c77289f9ed46d843561e6"],
                "f01701220bfccda787baba32b59c78450ac3d20b633360b43992c77289f9ed46d843561e6"
            ),
        ])
    func convert(_ words: [String], _ cid: String) throws {
        try Scratch.with(vault: false) { scratch in
            let outcome = try scratch.expect(0, ["cid", "convert"] + words)
            #expect(outcome.output == cid + "\n")
        }
    }

    @Test("convert says why a CID has no version 0")
    func noVersion0() throws {
        try Scratch.with(vault: false) { scratch in
            let raw = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
            let refused = try scratch.expect(1, "cid", "convert", "--version", "0", raw)
            #expect(refused.errors.contains("not dag-pb"))
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
