import Core
import Testing

/// Records made and checked without a network.
@Suite struct NameRecordTests {
    private static let cid = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
    private static let otherName = "k51qzi5uqu5dljtg5upm7x7ugan9lql3ewyknv4r4mhhkwzn8n7cnbd1unfwgq"
    /// Made with another implementation for the seed 00…1f: one that ended in 2020 and holds its key, and one without
    /// it.
    private static let expired =
        "3a240801122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b84240dcc57d9bdb58294822d04bae"
        + "15c6f1608575a934968f5d3afd57f25137ddebe4ec709da91ab5742eb10dd6e4312fc5c292147a1cb643323584b2655321025908"
        + "4a59a56354544c1b00000045d964b8006556616c75654e2f697066732f6261666b716161616853657175656e6365046856616c69"
        + "6469747954323032302d30312d30315430303a30303a30305a6c56616c69646974795479706500"
    private static let keyless =
        "4240f2ff183ab1ef0fd5eb5b7e34743e3611eb1bd341b6c1d6199016b517fb4c9b08f6eeac03a1bbad8fbffadf26e4fe75451afe"
        + "9801d4d8765da72c516f02bfdb0b4a9801a56354544c1b00000045d964b8006556616c756558412f697066732f6261666b726569"
        + "667a6a7574337465326e6879656b6b6c737332376e68336b37327973636f377933326b6f616f356565693636776f6633366e3565"
        + "6853657175656e6365076856616c6964697479581e323039392d31322d33315432333a35393a35392e3939393939393939395a6c"
        + "56616c69646974795479706500"
    private static let name = "k51qzi5uqu5dg9ufswxt229ntzdy7p4125xzv5rtyjso89ajdujg6csfxcj260"

    @Test("a record is made, inspected and verified, and each one has a higher number than the last")
    func roundTrip() throws {
        try Scratch.with(vault: false) { scratch in
            let name = try #require(try scratch.expect(0, "key", "gen", "blog").lines.first)
            let made = try scratch.expect(0, "name", "create", "--key", "blog", Self.cid, "-o", "first")
            #expect(made.bytes.isEmpty && made.errors.contains("number 0"))
            #expect(try scratch.expect(0, "name", "verify", name, "first").output == "/ipfs/\(Self.cid)\n")
            try scratch.expect(7, "name", "create", "--key", "blog", Self.cid, "-o", "first")
            let second = try scratch.expect(
                0, "name", "create", "--key", "blog", "/ipns/Example.org/a b", "--lifetime", "30d", "--ttl", "1h",
                "--json")
            let json = try second.json()
            #expect(json["sequence"]?.int == 1 && json["name"]?.text == name && json["ttl"]?.text == "1h")
            #expect(json["value"]?.text == "/ipns/example.org/a b")
            try scratch.write("second", try #require(json["record_base64"]?.text.flatMap { Base64.decode($0) }))
            let verified = try scratch.expect(0, "name", "verify", "--json", "ipns://\(name)/", "second").json()
            #expect(verified["sequence"]?.int == 1 && verified["validity"] == json["validity"])
            let inspected = try scratch.expect(0, "name", "inspect", "--json", "second").json()
            #expect(inspected["name"]?.text == name && inspected["genuine"] == .bool(true))
            #expect(inspected["ttl_ns"]?.int == 3_600_000_000_000 && inspected["expired"] == .bool(false))
            // What standard output gets is the record itself.
            let third = try scratch.expect(0, "name", "create", "--key", "blog", "/ipfs/\(Self.cid)/x", "-q")
            try scratch.write("third", third.bytes)
            #expect(try scratch.expect(0, "name", "verify", name, "third").output == "/ipfs/\(Self.cid)/x\n")
            let listed = try scratch.expect(0, "key", "list", "--json").json()
            #expect(listed["sequence"]?.int == 2 && listed["value"]?.text == "/ipfs/\(Self.cid)/x")
        }
    }

    @Test("a number can be chosen, above the last one")
    func sequence() throws {
        try Scratch.with(vault: false) { scratch in
            func create(_ status: Int32, _ number: String) throws {
                try scratch.expect(status, "name", "create", Self.cid, "--sequence", number, "-o", "out", "--force")
            }
            try create(0, "7")
            try create(7, "7")
            try create(7, "0")
            try create(0, "18446744073709551615")
            try scratch.expect(8, "name", "create", Self.cid, "-o", "out", "--force")
            for text in ["-1", "x", "18446744073709551616", "+8", "08", ""] { try create(64, text) }
            // The key 'self' was made at first use.
            #expect(try scratch.expect(0, "key", "list").lines.count == 1)
        }
    }

    @Test("values and lengths that make no sense are refused, and use up no number")
    func refusals() throws {
        try Scratch.with(vault: false) { scratch in
            for value in ["", "x", "/ipfs/", "/ipfs/x", "/ipns/x", "/mnt/" + Self.cid, "/ipns/" + Self.cid] {
                try scratch.expect(1, "name", "create", value, "-o", "out")
            }
            for (lifetime, timeToLive) in [("0s", "0s"), ("367d", "1m"), ("1m", "2m")] {
                try scratch.expect(
                    64, "name", "create", Self.cid, "-o", "out", "--lifetime", lifetime, "--ttl", timeToLive)
            }
            #expect(!scratch.exists("out"))
            #expect(try scratch.expect(0, "name", "create", Self.cid, "-o", "out").errors.contains("number 0"))
        }
    }

    @Test("verify says which check failed, and counts a record that has ended as one that failed")
    func verify() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("expired", Hex.decode(Self.expired) ?? [])
            try scratch.write("keyless", Hex.decode(Self.keyless) ?? [])
            let ended = try scratch.expect(6, "name", "verify", Self.name, "expired")
            #expect(ended.errors.contains("expired on 2020-01-01") && ended.bytes.isEmpty)
            #expect(try scratch.expect(0, "name", "verify", Self.name, "keyless").lines == ["/ipfs/\(Self.cid)"])
            let other = try scratch.expect(6, "name", "verify", Self.otherName, "keyless")
            #expect(other.errors.contains("wrong signature"))
            #expect(
                try scratch.expect(6, "name", "verify", Self.otherName, "expired").errors.contains("another name's key")
            )
            var bytes = try scratch.read("keyless")
            bytes[10] ^= 1
            try scratch.write("damaged", bytes)
            #expect(try scratch.expect(6, "name", "verify", Self.name, "damaged").errors.contains("wrong signature"))
            try scratch.write("long", [UInt8](repeating: 0, count: 10_241))
            #expect(try scratch.expect(6, "name", "verify", Self.name, "long").errors.contains("more than 10240"))
            try scratch.expect(1, "name", "verify", "nobody", "keyless")
            try scratch.expect(3, "name", "verify", Self.name, "missing")
        }
    }

    @Test("inspect shows what can be read, and what is wrong")
    func inspect() throws {
        try Scratch.with(vault: false) { scratch in
            func inspect(_ bytes: [UInt8], _ status: Int32 = 0) throws -> (text: String, json: JSON?) {
                try scratch.write("record", bytes)
                let text = try scratch.expect(status, "name", "inspect", "record")
                let json = try scratch.expect(status, "name", "inspect", "--json", "record")
                return (text.output + text.errors, try? json.json())
            }
            let expired = try inspect(Hex.decode(Self.expired) ?? [])
            #expect(expired.text.contains("expired:          yes") && expired.text.contains("genuine:          yes"))
            #expect(expired.json?["name"]?.text == Self.name && expired.json?["key_kind"]?.text == "Ed25519")
            let keyless = try inspect(Hex.decode(Self.keyless) ?? [])
            #expect(keyless.json?["genuine"] == .null && keyless.text.contains("does not hold its key"))
            #expect(keyless.json?["sequence"]?.int == 7 && keyless.json?["value"]?.text == "/ipfs/\(Self.cid)")
            var damaged = Hex.decode(Self.expired) ?? []
            damaged[50] ^= 1
            let forged = try inspect(damaged)
            #expect(forged.json?["genuine"] == .bool(false) && forged.text.contains("wrong signature"))
            // Only the older half: value "x", with an escape sequence in it.
            let old = try inspect([0x0a, 5, 0x2f, 0x1b, 0x5b, 0x32, 0x4a, 0x12, 1, 1, 0x28, 9])
            #expect(old.json?["said_in"]?.text == "unsigned fields" && old.json?["sequence"]?.int == 9)
            #expect(old.json?["signature_v2"] == .bool(false))
            #expect(old.text.contains("no signature of version 2") && !old.text.utf8.contains(0x1b))
            for bytes in [[0xff], [0x50, 1], [UInt8](repeating: 0, count: 10_241)] as [[UInt8]] {
                #expect(try inspect(bytes, 6).text.contains("record"))
            }
            #expect(try inspect([]).text.contains("no signature of version 2"))
            try scratch.expect(3, "name", "inspect", "missing")
        }
    }
}
