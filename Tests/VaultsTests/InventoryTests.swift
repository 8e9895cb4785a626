import Core
import StorageSupport
import Testing
import VaultSupport
import Vaults

@Suite struct InventoryTests {
    private let home: TemporaryFolder
    private var path: [UInt8] { Files.join(home.path, "inventory") }

    init() throws { home = try TemporaryFolder(inMemory: true) }

    private static func bundle(
        _ count: Int, companions: [RemoteObject] = [], seed: UInt64
    ) -> (Bundle, RemoteObject) {
        let contents = BundleTests.contents((0..<count).map { $0 * 10 }, seed: seed)
        let (_, bundle) = Bundle.encode(contents, companions: companions)
        let digest = BundleTests.companions(1, seed: seed)[0].digest
        return (bundle, RemoteObject(digest: digest, sealedLength: 1000 + count))
    }

    private static func alone(_ object: RemoteObject) -> LocationTable.Entry {
        LocationTable.Entry(digest: object.digest, place: .alone(sealedLength: object.sealedLength))
    }

    private static func entries(_ bundle: Bundle, _ object: RemoteObject) -> LocationTable {
        LocationTable(
            bundle.members.map {
                LocationTable.Entry(digest: $0.digest, place: .bundled(in: object, range: $0.range))
            } + bundle.companions.map(alone))
    }

    /// Enters something of every kind, with a look after each step.
    private static func fill(_ inventory: Inventory, _ look: (Int) throws -> Void = { _ in }) throws {
        let early = BundleTests.companions(2, seed: 10)
        try inventory.enter(alone: early)
        try look(1)
        let (first, firstObject) = bundle(3, companions: early, seed: 11)
        try inventory.enter(first, as: firstObject)
        try look(2)
        try inventory.noteListed()
        try look(3)
        let (foreign, foreignObject) = bundle(2, companions: BundleTests.companions(1, seed: 12), seed: 13)
        try inventory.learn(foreign, as: foreignObject)
        try look(4)
        let (far, farObject) = bundle(4, companions: BundleTests.companions(1, seed: 14), seed: 15)
        try inventory.learn(entries(far, farObject), as: BundleTests.companions(1, seed: 16)[0])
        try look(5)
        let (last, lastObject) = bundle(1, seed: 17)
        try inventory.enter(last, as: lastObject)
        try inventory.enter(alone: BundleTests.companions(1, seed: 18))
        try look(6)
    }

    private struct Picture: Equatable {
        let places: [RemotePlace?]
        let unlisted: Inventory.Unlisted
        let count: Int
        let knows: [Bool]

        init(_ inventory: Inventory) {
            let bundles = [(3, 11), (2, 13), (4, 15), (1, 17)].map { InventoryTests.bundle($0.0, seed: UInt64($0.1)) }
            let others = [10, 12, 14, 18].flatMap { BundleTests.companions(2, seed: UInt64($0)) }
            let digests = bundles.flatMap { $0.0.members.map(\.digest) } + others.map(\.digest)
            places = digests.map { inventory.place(of: $0) }
            unlisted = inventory.unlisted
            count = inventory.count
            knows = bundles.map { inventory.knows(bundle: $0.1) }
        }
    }

    @Test("an object entered by itself is found, waits for a bundle, and is named by the next one")
    func companions() throws {
        let inventory = Inventory()
        let objects = BundleTests.companions(3)
        try inventory.enter(alone: Array(objects[..<2]))
        #expect(inventory.place(of: objects[0].digest) == .alone(sealedLength: objects[0].sealedLength))
        #expect(inventory.place(of: objects[2].digest) == nil)
        #expect(inventory.unlisted.bundles.isEmpty)
        #expect(inventory.unlisted.companions == Array(objects[..<2]))
        let (bundle, object) = Self.bundle(2, companions: [objects[0]], seed: 20)
        #expect(inventory.entries(of: [object]).isEmpty)
        try inventory.enter(bundle, as: object)
        #expect(inventory.unlisted.bundles == [object])
        #expect(inventory.unlisted.companions == [objects[1]])
        #expect(LocationTable(inventory.entries(of: [object])) == Self.entries(bundle, object))
        #expect(inventory.place(of: objects[0].digest) == .alone(sealedLength: objects[0].sealedLength))
        try inventory.noteListed()
        #expect(inventory.unlisted.isEmpty)
        #expect(inventory.contains(objects[1].digest))
    }

    @Test("what no bundle holds or names, or a table names, belongs to no bundle")
    func placeholders() throws {
        let inventory = Inventory()
        try Self.fill(inventory)
        let everything = [11, 13, 15, 17].map { BundleTests.companions(1, seed: $0)[0] }
        let sent = [(3, 11), (2, 13), (4, 15), (1, 17)].map { Self.bundle($0.0, seed: UInt64($0.1)).1 }
        #expect(inventory.entries(of: everything).isEmpty, "objects that are no bundles of that length")
        let listed = Set(inventory.entries(of: sent).map(\.digest))
        let alone = [BundleTests.companions(1, seed: 14)[0].digest, BundleTests.companions(1, seed: 18)[0].digest]
        for digest in alone {
            #expect(!listed.contains(digest))
            #expect(inventory.place(of: digest) != nil)
        }
        // Three and two companions, two and one, four from a table, one.
        #expect(listed.count == 3 + 2 + 2 + 1 + 4 + 1)
    }

    @Test("where something was first found stays its place, also when a later bundle or table has it")
    func first() throws {
        let inventory = Inventory()
        let (bundle, object) = Self.bundle(3, seed: 30)
        try inventory.enter(bundle, as: object)
        let again = RemoteObject(digest: BundleTests.companions(1, seed: 31)[0].digest, sealedLength: 9)
        try inventory.learn(bundle, as: again)
        try inventory.learn(Self.entries(bundle, again), as: BundleTests.companions(1, seed: 32)[0])
        for member in bundle.members {
            #expect(inventory.place(of: member.digest) == .bundled(in: object, range: member.range))
        }
        #expect(inventory.entries(of: [again]).isEmpty)
        #expect(inventory.count == 3)
    }

    @Test("an inventory is the same after its file was opened again, after each step")
    func reopening() throws {
        let inventory = try Inventory(path: path)
        try Self.fill(inventory) { step in
            let reopened = try Inventory(path: path)
            #expect(Picture(reopened) == Picture(inventory), "after step \(step)")
        }
        #expect(inventory.unlisted.companions == BundleTests.companions(1, seed: 18))
    }

    @Test("a file cut anywhere has the steps before the cut, and takes new ones")
    func torn() throws {
        let whole = Inventory()
        var pictures = [Picture(whole)]
        try Self.fill(whole) { _ in pictures.append(Picture(whole)) }
        var lengths: [Int] = []
        let inventory = try Inventory(path: path)
        try Self.fill(inventory) { _ in lengths.append(try Files.readWhole(path, limit: 1 << 20).count) }
        let bytes = try Files.readWhole(path, limit: 1 << 20)
        let (extra, extraObject) = Self.bundle(2, seed: 40)
        for length in bytes.indices {
            let cut = Files.join(home.path, "cut")
            try Files.writeAtomically(cut, Array(bytes[..<length]))
            let torn = try Inventory(path: cut)
            // The last step enters two records.
            let steps = lengths.count { $0 <= length }
            if length < lengths[4] || length == lengths[5] {
                #expect(Picture(torn) == pictures[steps], "cut at \(length)")
            }
            try torn.enter(extra, as: extraObject)
            let reopened = try Inventory(path: cut)
            #expect(Picture(reopened) == Picture(torn), "cut at \(length)")
            #expect(torn.knows(bundle: extraObject))
        }
    }

    @Test("a file with a byte changed anywhere opens to the steps before it, and takes new ones")
    func rotten() throws {
        try Self.fill(try Inventory(path: path))
        let bytes = try Files.readWhole(path, limit: 1 << 20)
        let (extra, extraObject) = Self.bundle(2, seed: 40)
        let counts = Picture(try Inventory(path: path)).count
        // Byte 8 is the version, which the next test has.
        for index in bytes.indices where index != 8 {
            let rotten = Files.join(home.path, "rotten")
            var changed = bytes
            changed[index] ^= 0x41
            try Files.writeAtomically(rotten, changed)
            let inventory = try Inventory(path: rotten)
            #expect(inventory.count < counts, "byte \(index)")
            try inventory.enter(extra, as: extraObject)
            let reopened = try Inventory(path: rotten)
            #expect(Picture(reopened) == Picture(inventory), "byte \(index)")
        }
    }

    @Test("a file of another version is refused and left alone", arguments: [0, 2, 255] as [UInt8])
    func versions(version: UInt8) throws {
        try Self.fill(try Inventory(path: path))
        var bytes = try Files.readWhole(path, limit: 1 << 20)
        #expect(bytes.starts(with: Array("cbs-invt".utf8) + [1, 0, 0, 0, 0, 0, 0, 0]))
        bytes[8] = version
        try Files.writeAtomically(path, bytes)
        do throws(Failure) {
            _ = try Inventory(path: path)
            Issue.record("it was read")
        } catch {
            #expect(error.code == .unknownFormat)
            #expect(error.message.contains("inventory") && error.advice != nil)
        }
        #expect(try Files.readWhole(path, limit: 1 << 20) == bytes)
    }

    @Test("what was forgotten is gone for good, and the file takes new steps")
    func forgetting() throws {
        let inventory = try Inventory(path: path)
        try Self.fill(inventory)
        try inventory.forgetAll()
        #expect(try Inventory(path: path).count == 0)
        try Self.fill(inventory)
        #expect(try Picture(Inventory(path: path)) == Picture(inventory))
    }

    @Test("a folder in the place of the file is a failure that says so")
    func folder() throws {
        try Files.makeDirectory(path)
        #expect(throws: Failure.self) { try Inventory(path: path) }
    }
}
