import Core
import StorageSupport
import Testing
import Vaults

@Suite struct BundleTests {
    static func digest(_ random: inout SeededRandom) -> Digest { Digest(random.bytes(Digest.length)) }

    static func contents(_ lengths: [Int], seed: UInt64 = 1) -> [Bundle.Content] {
        var random = SeededRandom(seed: seed)
        return lengths.map { length in
            Bundle.Content(
                digest: digest(&random), kind: UInt8.random(in: 1...9, using: &random), bytes: random.bytes(length))
        }
    }

    static func companions(_ count: Int, seed: UInt64 = 2) -> [RemoteObject] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { number in
            RemoteObject(digest: digest(&random), sealedLength: 1 << (number % 40))
        }
    }

    @Test(
        "a bundle read again has the members, their bytes and the companions it was made of",
        arguments: [[], [0], [1], [0, 0, 5], [127, 128, 129], [300, 70_000]], [0, 1, 3])
    func roundTrip(lengths: [Int], companionCount: Int) throws {
        let contents = Self.contents(lengths)
        let companions = Self.companions(companionCount)
        let (body, made) = Bundle.encode(contents, companions: companions)
        let read = try Bundle(decoding: body)
        #expect(read == made)
        #expect(read.companions == companions)
        #expect(read.members.map(\.digest) == contents.map(\.digest))
        #expect(read.members.map(\.kind) == contents.map(\.kind))
        #expect(read.members.map { Array(body[$0.range]) } == contents.map(\.bytes))
    }

    @Test("a bundle cut short anywhere is refused, and so is one with a byte more")
    func truncations() {
        let (body, _) = Bundle.encode(Self.contents([0, 3, 200]), companions: Self.companions(2))
        for length in body.indices {
            #expect(throws: MalformedBytes.self, "\(length) bytes") { try Bundle(decoding: Array(body[..<length])) }
        }
        #expect(throws: MalformedBytes.self) { try Bundle(decoding: body + [0]) }
    }

    @Test("a bundle with any bit flipped is refused, or keeps within its bytes")
    func flips() {
        let (body, _) = Bundle.encode(Self.contents([0, 3, 20]), companions: Self.companions(2))
        for index in body.indices {
            for bit in 0..<8 {
                var flipped = body
                flipped[index] ^= 1 << bit
                guard let bundle = try? Bundle(decoding: flipped) else { continue }
                #expect(bundle.members.allSatisfy { $0.range.upperBound <= flipped.count })
            }
        }
    }

    @Test("a bundle of another version is refused", arguments: [0, 2, 255] as [UInt8])
    func version(_ version: UInt8) {
        var (body, _) = Bundle.encode(Self.contents([4]), companions: [])
        body[0] = version
        #expect(throws: MalformedBytes.self) { try Bundle(decoding: body) }
    }

    @Test("a bundle that claims more members, companions or bytes than there can be is refused without a try")
    func claims() {
        func body(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
            var writer = ByteWriter(reserving: 128)
            writer.append(UInt8(1))
            write(&writer)
            return writer.bytes + [UInt8](repeating: 7, count: 64)
        }
        for count in [2, 1 << 20, UInt64(Int.max), .max] {
            #expect(throws: MalformedBytes.self, "\(count) members") {
                try Bundle(decoding: body { $0.append(varint: count) })
            }
            #expect(throws: MalformedBytes.self, "\(count) companions") {
                try Bundle(
                    decoding: body {
                        $0.append(varint: 0)
                        $0.append(varint: count)
                    })
            }
        }
        for length in [65, UInt64(Int.max), .max] {
            #expect(throws: MalformedBytes.self, "a member of \(length) bytes") {
                try Bundle(
                    decoding: body {
                        $0.append(varint: 1)
                        $0.append([UInt8](repeating: 1, count: Digest.length))
                        $0.append(UInt8(1))
                        $0.append(varint: length)
                        $0.append(varint: 0)
                    })
            }
        }
    }
}
