import Core
import Naming
import Primitives
import Testing

@Suite struct PrivateKeyFileTests {
    private static let seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    private static let publicKey = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    /// What another implementation writes for the seed.
    private static let message = "08011240" + seed + publicKey
    private static let pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
        -----END PRIVATE KEY-----

        """

    private func refusal(of bytes: [UInt8]) -> Failure? {
        do throws(Failure) {
            _ = try PrivateKeyFile.read(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func refusal(of text: String) -> Failure? { refusal(of: Array(text.utf8)) }

    @Test("a key is read from both formats, and written as others write it")
    func both() throws {
        let (key, format) = try PrivateKeyFile.read(hex(Self.message))
        #expect(format == .libp2p && key.publicKey == hex(Self.publicKey) && key.seed.copy() == hex(Self.seed))
        #expect(PrivateKeyFile.write(key, as: .libp2p).copy() == hex(Self.message))
        #expect(PrivateKeyFile.write(key, as: .pem).copy() == Array(Self.pem.utf8))
        let (again, other) = try PrivateKeyFile.read(Array(Self.pem.utf8))
        #expect(other == .pem && again.publicKey == key.publicKey)
        #expect(
            try IPNSName(ed25519: key.publicKey) == IPNSName("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB"))
    }

    @Test("the older form with the public key twice is read, when both copies agree")
    func older() throws {
        let bytes = hex("08011260" + Self.seed + Self.publicKey + Self.publicKey)
        #expect(try PrivateKeyFile.read(bytes).key.publicKey == hex(Self.publicKey))
        for place in [36, 67, 68, 99] {
            var damaged = bytes
            damaged[place] ^= 1
            #expect(refusal(of: damaged)?.code == .invalid)
        }
    }

    @Test("no bit of a key's message can change, and no end of it be missing")
    func damage() {
        let bytes = hex(Self.message)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(refusal(of: damaged) != nil, "bit \(bit)")
        }
        for count in bytes.indices { #expect(refusal(of: Array(bytes[..<count]))?.code == .invalid) }
        #expect(refusal(of: bytes + [0])?.code == .invalid)
        #expect(refusal(of: bytes + [0x1a, 0])?.code == .invalid)
    }

    @Test("a message with another length of content is refused", arguments: [0, 31, 32, 33, 63, 65, 95, 97, 128])
    func lengths(count: Int) {
        let content = Array((hex(Self.seed + Self.publicKey + Self.publicKey) + hex(Self.seed)).prefix(count))
        #expect(refusal(of: [8, 1, 18] + (count < 128 ? [UInt8(count)] : [0x80, 1]) + content)?.code == .invalid)
    }

    @Test("the messages of other kinds of key are told apart", arguments: [(0, "RSA"), (2, "secp256k1"), (3, "ECDSA")])
    func otherKinds(kind: UInt8, name: String) {
        let failure = refusal(of: [8, kind, 18, 32] + hex(Self.seed))
        #expect(failure?.code == .unsupported)
        #expect(failure?.message.contains(name) == true)
        #expect(refusal(of: [8, 4, 18, 32] + hex(Self.seed))?.code == .invalid)
    }

    /// The examples of RFC 8410: without the public key, and with it and a name that somebody gave the key.
    private static let published = [
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
        Z9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PRIVATE KEY-----
        """,
    ]

    @Test("both versions of PKCS #8 are read", arguments: published)
    func versions(text: String) throws {
        for written in [text, text + "\n", text.replacing("\n", with: "\r\n") + "\r\n\r\n"] {
            let (key, format) = try PrivateKeyFile.read(Array(written.utf8))
            #expect(format == .pem)
            #expect(key.publicKey == hex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"))
        }
    }

    private func text(_ der: [UInt8]) -> String {
        var lines = ""
        for (place, digit) in Base64.encode(der).enumerated() { lines += (place % 64 == 0 ? "\n" : "") + String(digit) }
        return "-----BEGIN PRIVATE KEY-----\(lines)\n-----END PRIVATE KEY-----\n"
    }

    @Test("the second version holds its own public key or none")
    func versionsAndParts() {
        func der(version: UInt8, key: String?) -> [UInt8] {
            let part = key.map { [0x81, 0x21, 0] + hex($0) } ?? []
            let content = [2, 1, version] + hex("300506032b657004220420" + Self.seed) + part
            return [0x30, UInt8(content.count)] + content
        }
        let other = String(Self.publicKey.dropLast(2)) + "b9"
        #expect(refusal(of: text(der(version: 0, key: nil))) == nil)
        #expect(refusal(of: text(der(version: 1, key: Self.publicKey))) == nil)
        #expect(refusal(of: text(der(version: 1, key: nil)))?.code == .invalid)
        #expect(refusal(of: text(der(version: 0, key: Self.publicKey)))?.code == .invalid)
        #expect(refusal(of: text(der(version: 2, key: Self.publicKey)))?.code == .invalid)
        #expect(refusal(of: text(der(version: 1, key: other)))?.description.contains("not its own") == true)
    }

    @Test("no byte of the frame around a seed can change, and nothing be missing or stand behind it")
    func frame() {
        let der = hex("302e020100300506032b657004220420" + Self.seed)
        #expect(refusal(of: text(der)) == nil)
        for place in 0..<16 {
            for value in UInt8.min ... .max where value != der[place] {
                var changed = der
                changed[place] = value
                #expect(refusal(of: text(changed)) != nil, "byte \(place) as \(value)")
            }
        }
        for count in der.indices { #expect(refusal(of: text(Array(der[..<count])))?.code == .invalid) }
        #expect(refusal(of: text(der + [0]))?.code == .invalid)
        // The algorithm with a parameter, which Ed25519 does not have.
        let padded = hex("3030020100300706032b6570050004220420" + Self.seed)
        #expect(refusal(of: text(padded))?.code == .invalid)
    }

    @Test(
        "text of another form is refused",
        arguments: [
            "", "\n", " " + pem, pem + "x", pem + pem, pem.replacing("END PRIVATE", with: "END PUBLIC"),
            pem.replacing("-----END PRIVATE KEY-----\n", with: ""), pem.replacing("MC4C", with: "MC4C\n\n"),
            pem.replacing("MC4C", with: "MC4C "), pem.replacing("HR4f", with: "HR4*"), pem.replacing("\n", with: ""),
            pem.replacing("HR4f", with: "HR4="), pem.replacing("-----BEGIN ", with: "-----BEGIN  "),
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "-----BEGIN -----\n-----END -----\n",
            """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
            -----END PUBLIC KEY-----
            """,
            // The secret in a line of its own length is too long to be one.
            "-----BEGIN PRIVATE KEY-----\n" + String(repeating: "A", count: 80) + "\n-----END PRIVATE KEY-----\n",
        ])
    func badText(text: String) {
        #expect(text != Self.pem)
        #expect(refusal(of: text)?.code == .invalid, "\(text.debugDescription)")
    }

    @Test("a secret is in no message")
    func secrecy() {
        for text in [Self.pem + "x", Self.pem.replacing("PRIVATE KEY", with: "MY KEY")] {
            #expect(refusal(of: text)?.description.contains("AAEC") == false)
        }
    }

    @Test("other keys in text are told apart", arguments: others)
    func otherText(text: String, word: String) {
        let failure = refusal(of: text)
        #expect(failure?.code == .unsupported)
        #expect(failure?.message.contains(word) == true, "\(String(describing: failure))")
    }

    private static let others = [
        (
            """
            -----BEGIN PRIVATE KEY-----
            MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgAAAAAAAAAAAAAAAAAAAA
            AAAAAAAAAAAAAAAAAAAAAAWhRANCAAQvi95NGgcgk1W0pyUKXFEo6IuEvdxhmrfL
            qNVpskDv5NisIiY25ePW1Nup3abJxCb3iCcbqw1oQNyofTqmrGLW
            -----END PRIVATE KEY-----
            """, "secp256k1"
        ),
        (
            """
            -----BEGIN EC PRIVATE KEY-----
            MHQCAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFoAcGBSuBBAAK
            oUQDQgAEL4veTRoHIJNVtKclClxRKOiLhL3cYZq3y6jVabJA7+TYrCImNuXj1tTb
            qd2mycQm94gnG6sNaEDcqH06pqxi1g==
            -----END EC PRIVATE KEY-----
            """, "secp256k1"
        ),
        (
            """
            -----BEGIN PRIVATE KEY-----
            MBYCAQAwDQYJKoZIhvcNAQEBBQAEAjAA
            -----END PRIVATE KEY-----
            """, "RSA"
        ),
        ("-----BEGIN RSA PRIVATE KEY-----\nMC4C\n-----END RSA PRIVATE KEY-----\n", "RSA"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4C\n-----END ENCRYPTED PRIVATE KEY-----\n", "passphrase"),
    ]
}
