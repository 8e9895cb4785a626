import Core
import MockServer
import Testing

/// Domains, asked of a DNS server of the test's own.
@Suite struct DomainTests {
    private static let cid = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"

    /// `serve(ANSWERS)` answers text questions on a port of its own from a table of hosts: text records, a number for a
    /// refusal, or nothing for silence. `resolve(STATUS, WORDS…)` runs the program against it; its two streams.
    private static let preamble = """
        import os, socket, struct, subprocess, threading
        def serve(hosts):
            server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            server.bind(("127.0.0.1", 0))
            def answer():
                while True:
                    question, client = server.recvfrom(4096)
                    at, labels = 12, []
                    while question[at]:
                        labels.append(question[at + 1:at + 1 + question[at]].decode())
                        at += 1 + question[at]
                    asked = question[12:at + 5]
                    assert asked[-4:] == b"\\x00\\x10\\x00\\x01", asked
                    found = hosts.get(".".join(labels), 3)
                    if found is None: continue
                    code, texts = (found, []) if isinstance(found, int) else (0, found)
                    flags = 0x8180 | code if code < 16 else 0x8380
                    reply = question[:2] + struct.pack(">HHHHH", flags, 1, len(texts), 0, 0) + asked
                    for text in texts:
                        pieces = [text[i:i + 255] for i in range(0, len(text), 255)]
                        data = b"".join(bytes([len(piece)]) + piece.encode() for piece in pieces)
                        reply += b"\\xc0\\x0c" + struct.pack(">HHIH", 16, 1, 60, len(data)) + data
                    server.sendto(reply, client)
            threading.Thread(target=answer, daemon=True).start()
            os.environ["CBSTORE_DNS_SERVER"] = "127.0.0.1:%d" % server.getsockname()[1]
        def resolve(status, *words):
            done = subprocess.run([os.environ["CBSTORE"], "resolve", *words], capture_output=True, text=True)
            assert done.returncode == status, (words, done)
            return done.stdout, done.stderr

        """

    @Test("a domain stands for what DNS says of it, by a chain of domains and with paths")
    func resolve() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.python(
                Self.preamble + """
                    cid = "\(Self.cid)"
                    long = "/" + "x" * 400
                    serve({
                        "_dnslink.example.org": ["v=spf1 -all", "dnslink=/ipfs/" + cid, "dnslink=/other/x"],
                        "_dnslink.docs.example.org": ["dnslink=/ipns/example.org/docs"],
                        "_dnslink.long.example.org": ["dnslink=/ipfs/" + cid + long],
                        "_dnslink.two.example.org": ["dnslink=/ipfs/" + cid, "dnslink=/ipns/example.org"],
                        "_dnslink.none.example.org": [], "_dnslink.other.example.org": ["hello"],
                        "_dnslink.circle.example.org": ["dnslink=/ipns/circle.example.org"],
                        "_dnslink.broken.example.org": 2, "_dnslink.cut.example.org": 16,
                        "example.org": ["dnslink=/ipfs/bafkqaaa"],
                    })
                    for name in ["example.org", "/ipns/example.org", "ipns://Example.org/", "EXAMPLE.ORG."]:
                        assert resolve(0, name) == ("/ipfs/" + cid + "\\n", ""), name
                    assert resolve(0, "docs.example.org")[0] == "/ipfs/" + cid + "/docs\\n"
                    assert resolve(0, "long.example.org")[0] == "/ipfs/" + cid + long + "\\n"
                    assert '"verified":false' in resolve(0, "--json", "example.org")[0]
                    assert "2 DNSLinks" in resolve(7, "two.example.org")[1]
                    for name in ["none.example.org", "other.example.org", "missing.example.org"]:
                        out, said = resolve(3, name)
                        assert out == "" and "_dnslink." + name in said, said
                    assert "32 domains" in resolve(1, "circle.example.org")[1]
                    assert "DNS does not answer" in resolve(5, "broken.example.org")[1]
                    assert "DNS does not answer" in resolve(5, "cut.example.org")[1]
                    resolve(1, "/ipns/example.org/docs")
                    os.environ["CBSTORE_DNS_SERVER"] = "localhost:53"
                    resolve(64, "example.org")
                    """)
        }
    }

    @Test("a domain that refers to a key's name stands for what its record says")
    func key() throws {
        try Scratch.withMock { mock in
            try Scratch.with(vault: false) { scratch in
                try scratch.connect(to: mock.url)
                let name = try #require(try scratch.expect(0, "key", "gen", "blog").lines.first)
                try scratch.expect(0, "publish", "--key", "blog", Self.cid)
                try scratch.python(
                    Self.preamble + """
                        name = "\(name)"
                        serve({"_dnslink.a.org": ["dnslink=/ipns/" + name], "_dnslink.b.org": ["dnslink=/ipns/a.org/x"]})
                        out, said = resolve(0, "a.org")
                        assert out == "/ipfs/\(Self.cid)\\n" and "refers to the name " + name in said, (out, said)
                        assert resolve(0, "-q", "b.org") == ("/ipfs/\(Self.cid)/x\\n", "")
                        """)
            }
        }
    }

    @Test("a DNS server that is silent is waited for a few seconds, not for ever")
    func silence() throws {
        try Scratch.with(vault: false) { scratch in
            let begun = SystemTime.monotonic()
            try scratch.python(
                Self.preamble + """
                    serve({"_dnslink.example.org": None})
                    assert "DNS does not answer" in resolve(5, "example.org")[1]
                    """)
            #expect(SystemTime.monotonic() - begun < .seconds(25))
        }
    }
}
