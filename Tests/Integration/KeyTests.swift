import Core
import Testing

/// Keys that publish names by hand, and the records they make without a network.
@Suite struct KeyTests {
    private static let seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    private static let name = "k51qzi5uqu5dg9ufswxt229ntzdy7p4125xzv5rtyjso89ajdujg6csfxcj260"
    private static let peerID = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB"
    /// The seed as libp2p and as OpenSSL write it.
    private static let message = Hex.decode(
        "08011240" + seed + "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
    private static let pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
        -----END PRIVATE KEY-----

        """

    private func mode(_ path: String) throws -> UInt32 { try Files.mode(of: path) & 0o777 }

    @Test("key gen makes a key for its owner's eyes alone, prints its name, and never overwrites one")
    func generate() throws {
        try Scratch.with(vault: false) { scratch in
            let name = try #require(try scratch.expect(0, "key", "gen", "blog").lines.first)
            #expect(name.hasPrefix("k51") && name.utf8.count == 62)
            #expect(try mode(scratch.home + "/keys") == 0o700)
            #expect(try mode(scratch.home + "/keys/blog.key") == 0o600)
            let before = try Files.readWhole(scratch.home + "/keys/blog.key", limit: 100)
            let again = try scratch.expect(7, "key", "gen", "blog")
            #expect(again.errors.contains("there is a key 'blog' already"))
            try scratch.expect(7, "key", "import", "blog", "-", input: .text(Self.pem))
            #expect(try Files.readWhole(scratch.home + "/keys/blog.key", limit: 100) == before)
            let json = try scratch.expect(0, "key", "gen", "--json", "other").json()
            #expect(json["key"]?.text == "other" && json["peer_id"]?.text?.hasPrefix("12D3KooW") == true)
            let listed = try scratch.expect(0, "key", "list")
            #expect(listed.lines == ["blog  \(name)", "other  \(json["name"]?.text ?? "")"])
            for label in ["../self", "-x", "", ".", "a/b"] { try scratch.expect(64, "key", "gen", "--", label) }
        }
    }

    @Test("an empty folder of keys lists nothing, and a key that is not there is said to be so")
    func nothing() throws {
        try Scratch.with(vault: false) { scratch in
            #expect(try scratch.expect(0, "key", "list").bytes.isEmpty)
            #expect(try scratch.expect(3, "key", "export", "blog").errors.contains("there is no key 'blog'"))
            try scratch.expect(3, "name", "create", "--key", "blog", "bafkqaaa")
            try scratch.expect(3, "key", "import", "blog", "missing")
            try scratch.expect(64, "key")
            try scratch.expect(64, "name")
        }
    }

    @Test("a key goes in and out in both formats with the bytes that other programs have")
    func exchange() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("kubo.key", Self.message ?? [])
            try scratch.write("openssl.pem", Self.pem)
            #expect(try scratch.expect(0, "key", "import", "one", "kubo.key").output == Self.name + "\n")
            #expect(try scratch.expect(0, "key", "import", "two", "openssl.pem").output == Self.name + "\n")
            let json = try scratch.expect(0, "key", "import", "--json", "three", "-", input: .text(Self.pem)).json()
            #expect(json["name"]?.text == Self.name && json["peer_id"]?.text == Self.peerID)
            #expect(try Files.readWhole(scratch.home + "/keys/two.key", limit: 100) == Self.message)
            for label in ["one", "two", "three"] {
                let output = try scratch.expect(0, "key", "export", label)
                #expect(output.bytes == Self.message)
                #expect(output.errors.contains("this is the secret itself"))
            }
            #expect(try scratch.expect(0, "key", "export", "one", "--format", "pem", "-o", "-").output == Self.pem)
            try scratch.expect(0, "key", "export", "one", "--format", "pem", "-o", "out.pem")
            #expect(try mode(scratch.path("out.pem")) == 0o600)
            #expect(try scratch.read("out.pem") == Array(Self.pem.utf8))
            try scratch.expect(7, "key", "export", "one", "-o", "out.pem")
            #expect(try scratch.read("out.pem") == Array(Self.pem.utf8))
            try scratch.expect(0, "key", "export", "one", "-o", "out.pem", "--force")
            #expect(try scratch.read("out.pem") == Self.message)
            let told = try scratch.expect(0, "key", "export", "one", "--json").json()
            #expect(told["format"]?.text == "libp2p")
            #expect(told["secret_base64"]?.text.flatMap { Base64.decode($0) } == Self.message)
            let silent = try scratch.expect(0, "key", "export", "one", "--json", "-o", "again.key").json()
            #expect(silent["name"]?.text == Self.name && silent["secret_base64"] == nil)
        }
    }

    @Test("what is no Ed25519 key is refused, and nothing of it is kept or shown")
    func refusals() throws {
        try Scratch.with(vault: false) { scratch in
            let other = Self.pem.replacing("PRIVATE KEY", with: "RSA PRIVATE KEY")
            let sealed = Self.pem.replacing("PRIVATE KEY", with: "ENCRYPTED PRIVATE KEY")
            for (text, words) in [
                ("", "no private key"), ("junk", "no private key"), (other, "RSA"), (sealed, "passphrase"),
                (Self.pem + "x", "no private key"), (String(repeating: "x", count: 20_000), "no private key"),
            ] {
                let outcome = try scratch.expect(1, "key", "import", "blog", "-", input: .text(text))
                #expect(outcome.errors.contains(words) && !outcome.errors.contains("AAEC"), "\(outcome)")
            }
            #expect(try scratch.expect(0, "key", "list").bytes.isEmpty)
        }
    }

    @Test("a file that cannot be written is named as it was given")
    func unwritable() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.expect(0, "key", "gen", "blog")
            let outcome = try scratch.expect(3, "key", "export", "blog", "-o", "nowhere/blog.key")
            #expect(
                outcome.errors.contains("nowhere/blog.key cannot be written") && outcome.output.isEmpty, "\(outcome)")
        }
    }

    @Test("a damaged key file is told, beside the keys that are well")
    func damaged() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.expect(0, "key", "gen", "good")
            try scratch.expect(0, "key", "gen", "bad")
            let path = scratch.home + "/keys/bad.key"
            var bytes = try Files.readWhole(path, limit: 100)
            bytes[20] ^= 1
            try Files.writeAtomically(path, bytes, mode: 0o600)
            let listed = try scratch.expect(2, "key", "list")
            #expect(listed.lines.count == 1 && listed.errors.contains("'bad' is damaged"))
            try scratch.expect(6, "key", "export", "bad")
            try scratch.expect(6, "name", "create", "--key", "bad", "bafkqaaa")
        }
    }

    @Test("a secret and a record are written to a terminal only when that was asked for")
    func terminal() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("openssl.pem", Self.pem)
            try scratch.expect(0, "key", "import", "blog", "openssl.pem")
            try scratch.python(
                TerminalTests.preamble + """
                    for words in [["key", "export", "blog"], ["key", "export", "blog", "--json"], ["name", "create", "--key", "blog", "bafkqaaa"]]:
                        status, shown = terminal(words)
                        assert status == 64 and b"terminal" in shown and b"PRIVATE" not in shown, (status, shown)
                        assert b"secret_base64" not in shown, shown
                    assert not os.path.exists(os.environ["CBSTORE_HOME"] + "/keys/blog.ipns-record")
                    status, shown = terminal(["key", "export", "blog", "--format", "pem", "-o", "-"])
                    assert status == 0 and b"BEGIN PRIVATE KEY" in shown, (status, shown)
                    """)
        }
    }
}
