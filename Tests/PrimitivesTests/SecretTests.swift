import Core
import Primitives
import Testing

@Suite struct SecretTests {
    struct PassphraseVector: Sendable {
        let passphrase: String
        let salt: String
        let memoryKiB: UInt32
        let passes: UInt32
        let key: String
    }

    @Test(
        "Argon2id agrees with an independent implementation",
        arguments: [
            PassphraseVector(
                passphrase: "password", salt: "000102030405060708090a0b0c0d0e0f", memoryKiB: 64, passes: 1,
                key: "9c493022877348e034719bce110c99301e5d4d16acacc6a829000ff2044b1b0c"),
            PassphraseVector(
                passphrase: "", salt: "00000000000000000000000000000000", memoryKiB: 256, passes: 2,
                key: "729637ef260af123ba6317c4700372fa"),
            PassphraseVector(
                passphrase: "correct horse battery staple", salt: "30313233343536373839616263646566", memoryKiB: 65536,
                passes: 3, key: "94c86f541abdb3d9aabfea59aa03963549483e9c0b1a79336e76b54cee6c917e"),
        ])
    func derivation(vector: PassphraseVector) throws {
        let passphrase = SecretBytes(copying: Array(vector.passphrase.utf8))
        let cost = Argon2id.Cost(memoryKiB: vector.memoryKiB, passes: vector.passes)
        let expected = hex(vector.key)
        let key = try Argon2id.derive(passphrase, salt: hex(vector.salt), cost: cost, count: expected.count)
        #expect(key.copy() == expected)
    }

    @Test(
        "a cost out of range is refused before any memory is taken",
        arguments: [
            Argon2id.Cost(memoryKiB: 7, passes: 1), Argon2id.Cost(memoryKiB: .max, passes: 1),
            Argon2id.Cost(memoryKiB: 64, passes: 0), Argon2id.Cost(memoryKiB: 64, passes: .max),
        ])
    func costs(cost: Argon2id.Cost) {
        let passphrase = SecretBytes(copying: [1])
        #expect(throws: PrimitiveError.self) {
            try Argon2id.derive(passphrase, salt: [UInt8](repeating: 0, count: 16), cost: cost)
        }
        #expect(throws: PrimitiveError.self) { try Argon2id.derive(passphrase, salt: [1, 2, 3]) }
    }

    @Test("a secret keeps its bytes, compares by them, and tells nobody", arguments: [0, 1, 32, 4096, 4097])
    func secrets(count: Int) {
        let bytes = Random.bytes(count)
        let secret = SecretBytes(copying: bytes)
        #expect(secret.count == count)
        #expect(secret.copy() == bytes)
        #expect(secret == SecretBytes(copying: bytes))
        #expect(secret != SecretBytes(copying: bytes + [0]))
        #expect("\(secret)" == "(\(count) secret bytes)")
        #expect(String(reflecting: secret) == "(\(count) secret bytes)")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test("a part of a secret is a secret of its own")
    func parts() {
        let secret = SecretBytes(copying: [1, 2, 3, 4])
        #expect(secret.part(1..<3).copy() == [2, 3])
        #expect(secret.part(4..<4).copy() == [])
        #expect(SecretBytes(count: 3).copy() == [0, 0, 0])
    }

    @Test("random bytes have the length asked for and do not repeat")
    func randomness() {
        #expect(Random.bytes(0) == [])
        #expect(Random.bytes(32).count == 32)
        #expect(Random.bytes(32) != Random.bytes(32))
        #expect(SecretBytes(random: 32) != SecretBytes(random: 32))
        #expect(Random.number() != Random.number())
    }

    @Test("comparison in constant time tells equal from unequal at every position")
    func comparison() {
        let bytes = Random.bytes(40)
        #expect(constantTimeEquals(bytes, bytes))
        #expect(constantTimeEquals([], []))
        #expect(!constantTimeEquals(bytes, Array(bytes.dropLast())))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!constantTimeEquals(bytes, other))
        }
    }

    @Test("a wiped array is empty, and its storage holds zeros")
    func wiping() {
        var bytes = Random.bytes(64)
        var value = UInt64.max
        Wipe.value(&value)
        #expect(value == 0)
        unsafe bytes.withUnsafeMutableBytes { unsafe Wipe.bytes($0) }
        #expect(bytes == [UInt8](repeating: 0, count: 64))
        Wipe.array(&bytes)
        #expect(bytes.isEmpty)
    }
}
