import Core
import Primitives
import Sealing
import Testing

@Suite struct ECIESTests {
    private typealias Vectors = CipherBoxVectors
    /// Wrapped by the TypeScript library.
    private static let foreign = CipherBoxVectors.hex(
        "04d8fffb3faadd4a9977c520a6627f3ff4fa0f8350032398bb1bfa7c0bdff2661212743ee8fec655eb145cefc7fb1a6d"
            + "52f6062f7ce8f16666e080af74685294e1218732428593e85e92dc42580fcc6e0dbae6237813e9961f8fdd8409e0592d"
            + "7442ac41d85539dac237cc344f1766e41532b7ea90274a83da7e40f4733e21a022")
    /// With the ephemeral key 1, 2, 3 … 32 and the nonce a0, a1 … af, by an independent implementation.
    private static let deterministic = CipherBoxVectors.hex(
        "0484bf7562262bbd6940085748f3be6afa52ae317155181ece31b66351ccffa4b08cc43d63b2859d469fee15f31c9edb"
            + "5324266e6fd0407e87382d60fc4511acd8a0a1a2a3a4a5a6a7a8a9aaabacadaeaf0390d98ea59a5b64e51d13a79d9f1c"
            + "e647306414baefcba0f335705ab0cc17dbac51464a72b9ee5839692467bd77db0f")

    private func isRefused(_ message: ECIESMessage, _ key: SecretBytes = CipherBoxVectors.privateKey) -> Bool {
        do throws(Failure) {
            _ = try message.open(with: key)
            return false
        } catch { return error.code == .integrity }
    }

    @Test("what CipherBox's own library wrapped opens, from bytes and from hexadecimal text")
    func foreignMessage() throws {
        let message = try ECIESMessage(bytes: Self.foreign)
        #expect(try message.open(with: Vectors.privateKey) == Vectors.key)
        let text = Hex.encode(Self.foreign)
        #expect(text.utf8.count == 258 && message.hex == text)
        #expect(try ECIESMessage(hex: text) == message)
        #expect(try ECIESMessage(hex: text.uppercased()) == message)
    }

    @Test("with a given ephemeral key and nonce the bytes are those of an independent implementation")
    func vector() throws {
        let once = ECIESMessage.Once(vectorKey: Vectors.countingKey, nonce: (0xa0...0xaf).map { UInt8($0) })
        let message = try ECIESMessage(sealing: Vectors.key, to: Vectors.publicKey, once: once)
        #expect(message.bytes == Self.deterministic)
        #expect(try message.open(with: Vectors.privateKey) == Vectors.key)
    }

    @Test("a message of any length comes back and is 97 bytes longer", arguments: [0, 1, 16, 32, 33, 100_000])
    func lengths(count: Int) throws {
        let secret = SecretBytes(random: count)
        let message = try ECIESMessage(sealing: secret, to: Vectors.publicKey)
        #expect(message.bytes.count == count + 97 && message.bytes[0] == 4)
        #expect(try ECIESMessage(bytes: message.bytes).open(with: Vectors.privateKey) == secret)
    }

    @Test("each message has its own ephemeral key and nonce")
    func freshness() throws {
        let messages = try (0..<20).map { _ in try ECIESMessage(sealing: Vectors.key, to: Vectors.publicKey).bytes }
        #expect(Set(messages.map { $0[..<65] }).count == 20)
        #expect(Set(messages.map { $0[65..<81] }).count == 20)
        #expect(Set(messages.map { $0[97...] }).count == 20)
    }

    @Test("every flipped bit is refused: in the ephemeral key, the nonce, the tag and the ciphertext")
    func flippedBits() throws {
        for bit in 0..<Self.foreign.count * 8 {
            var changed = Self.foreign
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let message = try? ECIESMessage(bytes: changed) else {
                #expect(bit < 8, "only the first byte shows by itself")
                continue
            }
            #expect(isRefused(message), "bit \(bit)")
        }
    }

    @Test("every truncation and a byte too many are refused")
    func truncations() throws {
        for count in 0..<97 {
            #expect(throws: MalformedBytes.self) { try ECIESMessage(bytes: Array(Self.foreign[..<count])) }
        }
        for bytes in (97..<129).map({ Array(Self.foreign[..<$0]) }) + [Self.foreign + [0]] {
            #expect(isRefused(try ECIESMessage(bytes: bytes)))
        }
        let large = [4] + [UInt8](repeating: 0, count: ECIESMessage.maximumLength)
        #expect(throws: MalformedBytes.self) { try ECIESMessage(bytes: large) }
    }

    @Test("another key, and what is no key, opens nothing")
    func wrongKeys() throws {
        let message = try ECIESMessage(bytes: Self.foreign)
        for key in [
            Secp256k1.makePrivateKey(), SecretBytes(count: 32), SecretBytes(random: 31), SecretBytes(random: 33),
            SecretBytes(copying: [UInt8](repeating: 0xff, count: 32)),
        ] {
            #expect(isRefused(message, key))
        }
    }

    @Test("an ephemeral key beside the curve is refused before it is used")
    func offCurve() throws {
        let zeros = [UInt8](repeating: 0, count: 64)
        #expect(isRefused(try ECIESMessage(bytes: [4] + zeros + Self.foreign[65...])))
        let swapped = [4] + Self.foreign[33..<65] + Self.foreign[1..<33] + Self.foreign[65...]
        #expect(isRefused(try ECIESMessage(bytes: swapped)))
    }

    @Test("nothing is sealed to what is no uncompressed point of the curve")
    func wrongRecipients() {
        let key = Vectors.publicKey
        let compressed = [2 + (key[64] & 1)] + key[1...32]
        let prefixed = [UInt8(5)] + key[1...]
        let offCurve = Array(key.dropLast()) + [key[64] ^ 1]
        for recipient in [[], [0], compressed, prefixed, offCurve, key + [0], Array(key.dropLast())] {
            let failure = #expect(throws: Failure.self) { try ECIESMessage(sealing: Vectors.key, to: recipient) }
            #expect(failure?.code == .invalid)
        }
    }

    @Test("text that is not hexadecimal, or is half a byte short, is no message")
    func wrongText() {
        let text = Hex.encode(Self.foreign)
        for other in ["", "04", String(text.dropLast()), "0x" + text, text + " ", "zz" + text.dropFirst(2)] {
            #expect(throws: MalformedBytes.self) { try ECIESMessage(hex: other) }
        }
    }

    @Test("a secret wrapped again opens for its new holder only")
    func rewrapping() throws {
        let friend = Secp256k1.makePrivateKey()
        let message = try ECIESMessage(bytes: Self.foreign)
        let again = try message.rewrapped(for: Secp256k1.publicKey(of: friend), openedWith: Vectors.privateKey)
        #expect(try again.open(with: friend) == Vectors.key)
        #expect(isRefused(again))
        #expect(throws: Failure.self) { try message.rewrapped(for: Vectors.publicKey, openedWith: friend) }
    }
}
