import ContentAddressing
import Core
import Testing

@Suite struct HashFunctionTests {
    private static let message = Array("abc".utf8)

    @Test(
        "each function has its number, its name and its digest",
        arguments: [
            (HashFunction.identity, 0x00, "identity", "616263"),
            (.sha1, 0x11, "sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, 0x12, "sha2-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha512, 0x13, "sha2-512",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
            (
                .doubleSHA256, 0x56, "dbl-sha2-256",
                "4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358"
            ),
            (.blake2b(length: 20), 0xb214, "blake2b-160", "384264f676f39536840523f284921cdc68b6846b"),
            (
                .blake2b(length: 32), 0xb220, "blake2b-256",
                "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
            ),
        ] as [(HashFunction, UInt64, String, String)])
    func known(function: HashFunction, code: UInt64, name: String, digest: String) throws {
        #expect(function.code == code && function.name == name)
        #expect(HashFunction(code: code) == function && HashFunction(named: name) == function)
        let multihash = try function.hash(of: Self.message)
        #expect(multihash.code == code && Hex.encode(multihash.digest) == digest)
        #expect(multihash.function == function)
        #expect(try multihash.verifies(Self.message))
        #expect(try !multihash.verifies(Self.message + [0]))
        #expect(try !multihash.verifies([]))
    }

    @Test("every function is found by its number and by its name, and gives as many bytes as it says")
    func all() throws {
        #expect(HashFunction.all.count == 5 + 45)
        #expect(Set(HashFunction.all.map(\.code)).count == 50 && Set(HashFunction.all.map(\.name)).count == 50)
        for function in HashFunction.all {
            #expect(HashFunction(code: function.code) == function)
            #expect(HashFunction(named: function.name) == function)
            #expect(HashName.name(ofCode: function.code) == function.name)
            let digest = try function.hash(of: Self.message).digest
            #expect(digest.count == function.digestLength ?? Self.message.count)
        }
    }

    @Test("numbers and names beside those are not taken for one", arguments: [0x10, 0x14, 0xb213, 0xb241, 0xd5, .max])
    func unknown(code: UInt64) {
        #expect(HashFunction(code: code) == nil)
        for name in ["", "sha256", "SHA2-256", "blake2b-152", "blake2b-257", "blake2b-520", "blake3"] {
            #expect(HashFunction(named: name) == nil)
        }
    }

    @Test("the pieces in which content comes do not matter", arguments: HashFunction.all)
    func pieces(function: HashFunction) throws {
        let content = (0..<120).map { UInt8($0) }
        var running = RunningHash(function)
        for cut in content.indices {
            running.update([content[cut]])
            #expect(try running.finish() == function.hash(of: content[...cut]))
        }
    }

    @Test("an identity holds 128 bytes, and refuses more without keeping them", arguments: [0, 1, 19, 128, 129, 5000])
    func identity(count: Int) throws {
        let content = [UInt8](repeating: 7, count: count)
        var running = RunningHash(.identity)
        for byte in content { running.update([byte]) }
        guard count <= 128 else {
            #expect(throws: MalformedBytes.self) { try running.finish() }
            #expect(throws: MalformedBytes.self) { try HashFunction.identity.hash(of: content) }
            return
        }
        #expect(try running.finish().digest == content)
    }

    @Test(
        "a digest may be cut down to 20 bytes, and still tells content apart",
        arguments: [.sha256, .sha512, .blake2b(length: 40)] as [HashFunction])
    func truncated(function: HashFunction) throws {
        let whole = try function.hash(of: Self.message).digest
        for count in 0...129 {
            let digest = Array((whole + [UInt8](repeating: 0, count: 129))[..<count])
            guard (20...whole.count).contains(count) else {
                #expect(throws: MalformedBytes.self) { try Multihash(code: function.code, digest: digest) }
                continue
            }
            let multihash = try Multihash(code: function.code, digest: digest)
            var reader = ByteReader(multihash.bytes)
            #expect(try Multihash.read(&reader) == multihash)
            #expect(try multihash.verifies(Self.message))
            #expect(try !multihash.verifies([1]))
            for bit in [0, count * 8 - 1] {
                var damaged = digest
                damaged[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(try !Multihash(code: function.code, digest: damaged).verifies(Self.message))
            }
        }
    }

    @Test("an identity is its content, not the front of it")
    func identityIsWhole() throws {
        #expect(try HashFunction.identity.hash(of: []).verifies([]))
        #expect(try !HashFunction.identity.hash(of: []).verifies([1]))
        #expect(try !HashFunction.identity.hash(of: [1]).verifies([1, 2]))
        #expect(try !HashFunction.identity.hash(of: [1, 2]).verifies([1]))
        #expect(try !HashFunction.identity.hash(of: [1]).verifies([UInt8](repeating: 1, count: 1000)))
    }

    @Test(
        "digests of functions that are not here have lengths too",
        arguments: [(0x16, 32), (0x17, 28), (0x1e, 128), (0x20, 48), (0xb260, 32), (0x7777, 128)] as [(UInt64, Int)])
    func foreign(code: UInt64, longest: Int) throws {
        for count in [0, 19, longest + 1] {
            #expect(throws: MalformedBytes.self) {
                try Multihash(code: code, digest: [UInt8](repeating: 1, count: count))
            }
        }
        let multihash = try Multihash(code: code, digest: [UInt8](repeating: 1, count: longest))
        #expect(multihash.function == nil)
        #expect(throws: UnsupportedHash(code: code)) { try multihash.verifies(Self.message) }
    }

    @Test("no digest of a BLAKE2b below 20 bytes can name content", arguments: 0xb201...0xb213 as ClosedRange<UInt64>)
    func shortFunctions(code: UInt64) {
        for count in 0...64 {
            #expect(throws: MalformedBytes.self) {
                try Multihash(code: code, digest: [UInt8](repeating: 1, count: count))
            }
        }
    }

    @Test("a block that is not what its CID names is told from one that cannot be checked")
    func blocks() throws {
        let cid = CID(codec: .raw, multihash: try HashFunction.sha512.hash(of: Self.message))
        try cid.check(Self.message)
        expectFailure(.integrity) { () throws(Failure) in try cid.check(Self.message + [0]) }
        let foreign = try Multihash(code: 0x1e, digest: [UInt8](repeating: 1, count: 32))
        let other = CID(codec: .raw, multihash: foreign)
        expectFailure(.unsupported) { () throws(Failure) in try other.check(Self.message) }
        #expect("\(UnsupportedHash(code: 0x1e))" == "the hash function blake3 is not supported")
        #expect("\(UnsupportedHash(code: 0x7777))" == "the hash function 0x7777 is not supported")
    }
}
