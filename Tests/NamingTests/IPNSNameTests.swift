import ContentAddressing
import Core
import Naming
import Primitives
import Testing

@Suite struct IPNSNameTests {
    @Test("a key that is not 32 bytes long names nothing")
    func wrongLength() {
        for length in [0, 31, 33] {
            #expect(throws: (any Error).self) { try IPNSName(ed25519: [UInt8](repeating: 1, count: length)) }
        }
    }

    private static let known = "k51qzi5uqu5dljtg5upm7x7ugan9lql3ewyknv4r4mhhkwzn8n7cnbd1unfwgq"

    @Test("the name of a key is known, and holds the key")
    func ofKey() throws {
        let name = try IPNSName(ed25519: RecordFixture.key.publicKey)
        #expect(name.text == Self.known)
        #expect(name.ed25519Key == RecordFixture.key.publicKey)
    }

    @Test(
        "a name is read from every form in use",
        arguments: [
            (known, known), ("/ipns/" + known, known), (known.uppercased(), known), ("ipns://" + known, known),
            ("IPNS://" + known.uppercased() + "/", known),
            ("bafzaajaiaejcbv22taayfmikw7kux7wtzfsaooqo4fzphwvgems26aq2nd3qoui2", known),
            (
                "12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d",
                "k51qzi5uqu5dk3v4rmjber23h16xnr23bsggmqqil9z2gduiis5se8dht36dam"
            ),
            (
                "k50rm9yjlt0jey4fqg6wafvqprktgbkpgkqdg27tpqje6iimzxewnhvtin9hhq",
                "k51qzi5uqu5dk3v4rmjber23h16xnr23bsggmqqil9z2gduiis5se8dht36dam"
            ),
            (
                "/ipns/QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3",
                "k2k4r8m7xvggw5pxxk3abrkwyer625hg01hfyggrai7lk1m63fuihi7w"
            ),
        ])
    func forms(text: String, name: String) throws {
        #expect(try IPNSName(text).text == name)
    }

    @Test("a name is read from its CID in every base", arguments: Multibase.allCases)
    func bases(base: Multibase) throws {
        let name = try RecordFixture.name
        #expect(try IPNSName(name.cid.text(in: base)) == name)
    }

    @Test(
        "a text that names no key is refused",
        arguments: [
            "", "/ipns/", "k51", "12D3KooW", "Qm", "nonsense", known + "/file", "/ipfs/" + known, "k" + known,
            known + "/",
            "ipns://", "ipns://" + known + "//", "ipns:" + known, "ipfs://" + known, "/ipns/ipns://" + known,
            String(known.dropLast()), String(repeating: "k", count: 5000),
            "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",  // Content, not a key.
            "bafkqaaa", "z" + String(repeating: "1", count: 40), "\u{1b}[31m",
        ])
    func refusals(text: String) {
        let failure = #expect(throws: Failure.self) { try IPNSName(text) }
        #expect(failure?.code == .invalid)
        #expect(failure?.message.contains("\u{1b}") == false)
    }

    @Test("a domain is refused with a word on what it is", arguments: ["example.com", "/ipns/docs.ipfs.tech"])
    func domains(text: String) {
        let failure = #expect(throws: Failure.self) { try IPNSName(text) }
        #expect(failure?.code == .unsupported)
        #expect(failure?.message.contains("is a domain") == true)
    }

    @Test("content becomes a value and is read from it")
    func values() throws {
        for text in ["bafkqaaa", "QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3"] {
            let cid = try CID(text)
            #expect(IPNSName.value(for: cid) == "/ipfs/" + text)
            #expect(try IPNSName.cid(inValue: "/ipfs/" + text) == cid)
        }
    }

    @Test(
        "a value that is not one whole content is refused",
        arguments: [
            ("", FailureCode.invalid), ("bafkqaaa", .invalid), ("/ipfs/", .invalid), ("/ipfs/x", .invalid),
            ("/ipfs/bafkqaaa/file", .unsupported), ("/ipfs/bafkqaaa/", .unsupported),
            ("/ipns/" + known, .unsupported),
        ])
    func badValues(value: String, code: FailureCode) {
        #expect(throws: Failure.self) { try IPNSName.cid(inValue: value) }
        do throws(Failure) { _ = try IPNSName.cid(inValue: value) } catch { #expect(error.code == code) }
    }
}
