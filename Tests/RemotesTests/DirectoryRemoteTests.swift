import ContentAddressing
import Core
import Naming
import Primitives
import Remotes
import Storage
import StorageSupport
import Testing

@Suite struct DirectoryRemoteTests {
    private let scratch: DirectoryScratch
    private let key = Ed25519.SigningKey()

    init() throws { scratch = try DirectoryScratch() }

    private var place: [UInt8] { scratch.at("remote") }

    private func remote(time: any TimeSource = SystemTime()) async throws(Failure) -> Remote {
        try await Self.remote(at: place, time: time)
    }

    private static func remote(
        at path: [UInt8], time: any TimeSource = SystemTime()
    ) async throws(Failure) -> Remote {
        try await Remote.createDirectory(at: path)
        return Remote.directory(name: "nas", path: path, time: time)
    }

    private func object(_ seed: UInt64, _ count: Int = 1000) -> StoredObject {
        var random = SeededRandom(seed: seed)
        let bytes = random.bytes(count)
        return StoredObject(cid: ObjectCID.cid(of: bytes), kind: 1, bytes: bytes)
    }

    private func name() throws -> IPNSName { try IPNSName(ed25519: key.publicKey) }

    private func record(_ sequence: UInt64, until end: Int64 = 4_000_000_000) -> NameRecord {
        NameRecord.signed(
            value: "/ipfs/bafkqaaa", sequence: sequence, validUntil: Timestamp(seconds: end), timeToLive: .seconds(1),
            by: key)
    }

    private func code(_ body: () async throws(Failure) -> Void) async -> FailureCode? {
        do throws(Failure) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    private func fresh(_ number: Int) -> [UInt8] { scratch.at("remote-\(number)") }

    @Test("a folder keeps every promise of a store of objects")
    func objectPromises() async throws {
        var count = 0
        try await runObjectStoreSuite {
            count += 1
            return try await Self.remote(at: fresh(count)).objects
        }
        for number in 1...count { #expect(DirectoryScratch.files(in: fresh(number) + Array("/incoming".utf8)).isEmpty) }
    }

    @Test("a folder keeps every promise of a store of names")
    func namePromises() async throws {
        var count = 0
        try await runNameStoreSuite {
            count += 1
            return try await Self.remote(at: fresh(count)).names
        }
    }

    @Test("objects and names are there when the folder is opened again")
    func reopening() async throws {
        let first = try await remote()
        #expect(first.address == "dir:\(Name(place).escaped)")
        try await first.objects.put((0..<200).map { object($0) })
        try await first.names.publish(record(1), under: name())
        for again in [try await remote(), Remote.directory(name: "nas", path: place)] {
            #expect(
                try await again.objects.getMany((0..<200).map { object($0).cid }) == (0..<200).map { object($0).bytes })
            #expect(try await again.names.resolve(name()).record == record(1))
        }
        #expect(!DirectoryScratch.files(in: place).contains { $0.starts(with: Files.join(place, "incoming")) })
    }

    @Test("only a missing or an empty folder is made a remote, and only when that is asked for")
    func creation() async throws {
        let remote = Remote.directory(name: "nas", path: place)
        #expect(await code { () throws(Failure) in try await remote.objects.put([object(1)]) } == .io)
        #expect(!Files.exists(place))
        try Files.makeDirectory(place)
        #expect(await code { () throws(Failure) in try await remote.objects.put([object(1)]) } == .io)
        #expect(FolderListing.names(in: place).isEmpty)
        try Files.writeAtomically(Files.join(place, "holiday.jpg"), [1])
        #expect(await code { () throws(Failure) in try await Remote.createDirectory(at: place) } == .notEmpty)
        #expect(FolderListing.names(in: place) == [Name("holiday.jpg")])
        try Files.remove(Files.join(place, "holiday.jpg"))
        // What a new disk brings with it, and what a creation that was interrupted leaves.
        for folder in ["lost+found", "objects", "incoming"] { try Files.makeDirectory(Files.join(place, folder)) }
        for _ in 0..<2 { try await Remote.createDirectory(at: place) }
        try await remote.objects.put([object(1)])
        let deep = scratch.at("no/such/remote")
        #expect(await code { () throws(Failure) in try await Remote.createDirectory(at: deep) } == .notFound)
        #expect(!Files.exists(scratch.at("no")))
    }

    @Test("a remote of another format is not touched", arguments: ["cbstore remote 2\n", "", "cbstore remote 1\n\n"])
    func format(marker: String) async throws {
        let remote = try await remote()
        try Files.writeAtomically(Files.join(place, "cbstore-remote"), Array(marker.utf8))
        #expect(await code { () throws(Failure) in try await Remote.createDirectory(at: place) } == .unknownFormat)
        #expect(await code { () throws(Failure) in try await remote.objects.put([object(1)]) } == .unknownFormat)
        #expect(DirectoryScratch.files(in: Files.join(place, "objects")).isEmpty)
    }

    @Test(
        "while its disk is not mounted nothing is said to be absent, and nothing is written", arguments: [true, false])
    func unmounted(leavesFolder: Bool) async throws {
        let remote = try await remote()
        let name = try name()
        let record = record(1)
        try await remote.objects.put([object(1)])
        try Files.rename(place, to: scratch.at("elsewhere"))
        if leavesFolder { try Files.makeDirectory(place) }
        let (objects, names, here, absent) = (remote.objects, remote.names, object(1), object(2))
        #expect(await code { () throws(Failure) in _ = try await objects.get(here.cid) } == .io)
        #expect(await code { () throws(Failure) in _ = try await objects.get(here.cid, range: 0..<5) } == .io)
        #expect(await code { () throws(Failure) in _ = try await objects.getMany([here.cid]) } == .io)
        #expect(await code { () throws(Failure) in _ = try await objects.has([here.cid, absent.cid]) } == .io)
        #expect(await code { () throws(Failure) in try await objects.pin([here.cid]) } == .io)
        #expect(await code { () throws(Failure) in try await objects.delete([here.cid]) } == .io)
        #expect(await code { () throws(Failure) in try await objects.put([absent]) } == .io)
        #expect(await code { () throws(Failure) in _ = try await names.resolve(name) } == .io)
        #expect(await code { () throws(Failure) in try await names.publish(record, under: name) } == .io)
        #expect(FailureCode.io.row.retry == .later)
        #expect(Files.exists(place) == leavesFolder)
        #expect(FolderListing.names(in: place).isEmpty)
        if leavesFolder { try Files.removeDirectory(place) }
        try Files.rename(scratch.at("elsewhere"), to: place)
        #expect(try await objects.get(here.cid) == here.bytes)
        #expect(await code { () throws(Failure) in _ = try await objects.get(absent.cid) } == .notFound)
    }

    @Test("a damaged object is never given, and putting it again mends it")
    func damage() async throws {
        let remote = try await remote()
        let one = object(5)
        try await remote.objects.put([one])
        let file = try #require(DirectoryScratch.files(in: Files.join(place, "objects")).first)
        #expect(Name(Files.split(file).last).string == one.cid.description)
        for damaged in [Array(one.bytes.dropLast()), one.bytes + [0], [], one.bytes.map { $0 ^ 1 }] {
            try Files.writeAtomically(file, damaged)
            #expect(await code { () throws(Failure) in _ = try await remote.objects.get(one.cid) } == .integrity)
            #expect(await code { () throws(Failure) in _ = try await remote.objects.getMany([one.cid]) } == .integrity)
            try await remote.objects.put([one])
            #expect(try await remote.objects.get(one.cid) == one.bytes)
        }
    }

    @Test("bytes that are not their CID's are refused, with all that came with them in a batch")
    func forgedObject() async throws {
        let remote = try await remote()
        let forged = StoredObject(cid: object(1).cid, kind: 1, bytes: [1, 2, 3])
        #expect(await code { () throws(Failure) in try await remote.objects.put([object(2), forged]) } == .integrity)
        #expect(try await remote.objects.has([object(1).cid, object(2).cid]) == [false, false])
        #expect(DirectoryScratch.files(in: Files.join(place, "objects")).isEmpty)
    }

    @Test("a put that fails leaves nothing half written behind")
    func failedPut() async throws {
        let remote = try await remote()
        let one = object(7)
        let shard = Hex.encode([try ObjectCID.digest(of: one.cid).bytes[0]])
        // A file where a folder should be stops the put on its way.
        try Files.writeAtomically(Files.join(place, "objects/" + shard), [])
        #expect(await code { () throws(Failure) in try await remote.objects.put([one]) } == .alreadyExists)
        #expect(FolderListing.names(in: Files.join(place, "incoming")).isEmpty)
        try Files.remove(Files.join(place, "objects/" + shard))
        try await remote.objects.put([one])
        #expect(try await remote.objects.get(one.cid) == one.bytes)
    }

    @Test("what a process that is gone left half written is cleared away after a day")
    func leftovers() async throws {
        let time = ManualTime(wall: SystemTime().wallClock)
        try await remote(time: time).objects.put([object(1)])
        let files = [Files.join(place, "incoming/half"), Files.join(place, "names/.k51.new")]
        for file in files { try Files.writeAtomically(file, [1]) }
        try await remote(time: time).objects.put([object(2)])
        for file in files { #expect(Files.exists(file)) }
        time.advance(by: .seconds(86_400 * 2))
        try await remote(time: time).objects.put([object(3)])
        for file in files { #expect(!Files.exists(file)) }
        #expect(try await remote().objects.has([object(1).cid, object(2).cid, object(3).cid]) == [true, true, true])
        #expect(Files.exists(Files.join(place, "cbstore-remote")))
    }

    @Test("no record goes back to an older one, whoever publishes it")
    func older() async throws {
        let (one, two) = (try await remote(), try await remote())
        let name = try name()
        try await one.names.publish(record(5), under: name)
        let refused = await code { () throws(Failure) in try await two.names.publish(record(4), under: name) }
        #expect(refused == .conflict)
        let earlier = record(5, until: 3_999_999_999)
        #expect(await code { () throws(Failure) in try await two.names.publish(earlier, under: name) } == .conflict)
        try await two.names.publish(record(5), under: name)
        try await two.names.publish(record(6), under: name)
        #expect(try await one.names.resolve(name).sequence == 6)
    }

    @Test("a changed record is a hint with its reason, and what is no record is damage that publishing mends")
    func tampering() async throws {
        let remote = try await remote()
        let name = try name()
        try await remote.names.publish(record(3), under: name)
        let file = Files.join(place, "names/\(name).ipns-record")
        let stranger = NameRecord.signed(
            value: "/ipfs/bafkqaaa", sequence: 9, validUntil: Timestamp(seconds: 4_000_000_000),
            timeToLive: .seconds(1), by: Ed25519.SigningKey())
        try Files.writeAtomically(file, stranger.bytes)
        let hint = try await remote.names.resolve(name)
        #expect(!hint.isVerified && hint.sequence == 9 && hint.doubt?.code == .integrity)
        for damaged in [[1, 2, 3], [], [UInt8](repeating: 0, count: 100_000)] {
            try Files.writeAtomically(file, damaged)
            #expect(await code { () throws(Failure) in _ = try await remote.names.resolve(name) } == .damaged)
        }
        try await remote.names.publish(record(2), under: name)
        #expect(try await remote.names.resolve(name).record == record(2))
    }
}
