import Core
import Naming
import Primitives
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// What a vault uses, and what a program does that does not know it.
@Suite(.ownThread) struct FeatureTests {
    let bench: TestVault

    init() throws { bench = try TestVault() }

    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }

    private func features() throws -> Commit.Features? { try bench.vault.newestCommit(bench.keyring)?.features }

    // MARK: Names

    @Test("features are sorted when they are made; names that are none, come twice or are too many are refused")
    func names() throws {
        let features = try Commit.Features(neededToRead: ["b", "a-9"], optional: ["z", "0"])
        #expect(features.neededToRead == ["a-9", "b"] && features.optional == ["0", "z"])
        let long = String(repeating: "x", count: 65)
        let many = (0..<257).map { "f\($0)" }
        _ = try Commit.Features(neededToRead: Array(many.dropLast()), neededToWrite: [String(long.dropLast())])
        for names in [[""], ["A"], ["a b"], ["é"], ["a_b"], ["a", "a"], [long], many] {
            #expect(throws: MalformedBytes.self) { try Commit.Features(neededToRead: names) }
            #expect(throws: MalformedBytes.self) { try Commit.Features(neededToRead: [], neededToWrite: names) }
            #expect(throws: MalformedBytes.self) { try Commit.Features(neededToRead: [], optional: names) }
        }
    }

    /// A commit's bytes with more fields before its signature, and others behind it.
    private func commit(_ fields: [(UInt64, FieldValue)], behind: [UInt8] = []) throws -> [UInt8] {
        let key = bench.keys.signingKey
        let author = CommitAuthor(device: bench.keys.id.bytes, incarnation: 1, key: key)
        let plain = Commit(
            vector: [1: 2], device: author.device, counter: 1, time: Timestamp(seconds: 1))
        // Without the signature: its tag and length, and 64 bytes.
        var writer = FieldWriter()
        for (number, value) in fields { writer.field(number, value) }
        let body = Array(plain.signed(by: author).dropLast(67)) + writer.bytes
        var signature = FieldWriter()
        signature.bytes(31, key.sign(Array("cbstore commit v1\0".utf8) + body))
        return body + signature.bytes + behind
    }

    private func read(_ bytes: [UInt8]) throws(Failure) -> Commit {
        try Commit.verified(bytes) { $0 == bench.keys.id.bytes ? bench.keys.signingKey.publicKey : nil }
    }

    @Test("fields that are not known are signed and passed over; nothing follows the signature")
    func unknownFields() throws {
        let unknown: [(UInt64, FieldValue)] = [
            (15, .bytes([1, 2])), (16, .number(9)), (30, .bytes(ArraySlice(repeating: 5, count: 64))),
        ]
        let bytes = try commit(unknown)
        #expect(try read(bytes) == read(commit([])))
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 1
            #expect(code { () throws(Failure) in _ = try read(flipped) } != nil, "byte \(index)")
        }
        var behind = FieldWriter()
        behind.number(32, 1)
        let longer = try commit(unknown, behind: behind.bytes)
        #expect(code { () throws(Failure) in _ = try read(longer) } == .integrity)
    }

    @Test("features out of order, twice, or of other letters make a commit that cannot be read")
    func malformed() throws {
        func name(_ text: String) -> FieldValue { .bytes(Array(text.utf8)[...]) }
        for field in [12, 13, 14] as [UInt64] {
            for names in [["b", "a"], ["a", "a"], ["A"], [""], [String(repeating: "a", count: 65)]] {
                let bytes = try commit(names.map { (field, name($0)) })
                #expect(code { () throws(Failure) in _ = try read(bytes) } == .integrity, "\(field): \(names)")
            }
            let bytes = try commit([(field, .bytes([0xff]))])
            #expect(code { () throws(Failure) in _ = try read(bytes) } == .integrity)
        }
        let good = try commit([(13, name("a")), (13, name("b")), (14, name("a"))])
        #expect(try read(good).features.neededToWrite == ["a", "b"])
    }

    @Test("a commit of another version is an unknown format", arguments: [0, 2, 200, .max] as [UInt64])
    func versions(version: UInt64) throws {
        var writer = FieldWriter()
        writer.number(1, version)
        let bytes = writer.bytes + Array(try commit([]).dropFirst(2))
        #expect(code { () throws(Failure) in _ = try read(bytes) } == .unknownFormat)
    }

    // MARK: Needed to read

    @Test("a vault that uses what must be known to read it is not opened, and stays as it is")
    func read() throws {
        try bench.add("file", [1, 2])
        try bench.vault.commit()
        try LaterProgram(features: try Commit.Features(neededToRead: ["later-tree"])).write(to: bench)
        let before = bench.disk.contents
        do {
            try bench.open(on: bench.disk)
            Issue.record("the vault opened")
        } catch let error as Failure {
            #expect(error.code == .unknownFormat)
            #expect("\(error)".contains("later-tree") && "\(error)".contains("update cbstore"))
        }
        let objects = before.filter { $0.key.hasPrefix("objects/") || $0.key.hasPrefix("checkpoint") }
        #expect(objects.allSatisfy { bench.disk.contents[$0.key] == $0.value })
    }

    @Test("a commit that must be known to be read is not taken in, nor anything with it; publishing goes on")
    func readFromRemote() throws {
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        let listing = try device.volume.listing()
        try publish(on: remote, try Commit.Features(neededToRead: ["later-tree"]))
        #expect(code { () throws(Failure) in _ = try device.link.look() } == .unknownFormat)
        #expect(try device.volume.listing() == listing)
        try device.add("second", [2])
        try device.link.publish()
        #expect(device.link.isPublished)
    }

    // MARK: Needed to write

    @Test("a vault that uses what must be known to write it is read as ever, and refuses every change")
    func write() throws {
        let file = try bench.add("file", [1, 2])
        try bench.make([.setExtendedAttribute(file, Name("user.a"), [1])])
        let orphan = try bench.add("open", [3])
        let now = bench.time.wallClock
        try bench.make([.removeChild(directory: .root, name: Name("open"), time: now), .orphan(orphan)])
        try bench.vault.commit()
        let listing = try bench.volume.listing()
        let pending = Change.setExtendedAttribute(file, Name("user.a"), [2])
        try LaterProgram(
            features: try Commit.Features(neededToRead: [], neededToWrite: ["later-dots"]), pending: [pending]
        ).write(to: bench)
        for _ in 0..<2 {
            try bench.open(on: bench.disk)
            // What only the journal has is shown, and stays there.
            #expect(try bench.volume.listing() == listing.replacing("user.a=01", with: "user.a=02"))
            let before = bench.vault.standing()
            #expect(before.pendingChanges == 1)
            #expect(before.troubles.contains { $0.contains("later-dots") })
            let changes: [Change] = [
                .setAttributes(file, TestVault.directory(now)), .setSize(file, 1, time: now),
                .removeChild(directory: .root, name: Name("file"), time: now), .forget(file),
                .write(file, offset: 0, .inline([9]), time: now), .setExtendedAttribute(file, Name("user.b"), []),
            ]
            for change in changes { #expect(code { () throws(Failure) in try bench.make([change]) } == .readOnly) }
            let pressure = try #require(bench.volume.pressure())
            #expect(code { () throws(Failure) in try pressure.satisfy() } == .readOnly, "a writer learns it at once")
            #expect(code { () throws(Failure) in try bench.vault.commit() } == .readOnly)
            let rekey = code { () throws(Failure) in try bench.vault.rekey(bench.phrase, in: bench.folder) }
            #expect(rekey == .readOnly)
            #expect(bench.vault.standing().commitCount == before.commitCount)
            // Files that were open are left to who may write.
            #expect(try satisfying { () throws(VolumeError) in try bench.volume.record(of: orphan) } != nil)
            try bench.close()
        }
    }

    @Test("others' changes come in where nothing may be changed here, and go on doing so")
    func writeFromRemote() throws {
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        for number in 1...2 as ClosedRange<UInt64> {
            try publish(on: remote, try Commit.Features(neededToRead: [], neededToWrite: ["later-dots"]), number)
            #expect(try device.link.look() == .tookIn(device: "test"))
            #expect(try device.volume.bytes(named: "first") == [1])
            #expect(code { () throws(Failure) in try device.add("second", [2]) } == .readOnly)
            #expect(try !device.link.publish())
            try device.closeAndOpen()
        }
    }

    /// Publishes what the bench has published, once more, by a program of these features.
    private func publish(on remote: TestRemote, _ features: Commit.Features, _ number: UInt64 = 1) throws {
        let name = try IPNSName(ed25519: bench.keys.headKey.publicKey)
        let epoch = try #require(try bench.keyring.open(with: bench.keys).epochs.last)
        var commit = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).commit
        commit.counter += 1
        commit.features = features
        commit.vector[bench.keys.incarnation, default: 0] += 1
        let author = CommitAuthor(
            device: bench.keys.id.bytes, incarnation: bench.keys.incarnation, key: bench.keys.signingKey)
        let object = Sealer(epoch).seal(commit.signed(by: author), as: .commit)
        remote.contents.objects[object.reference.cid] = object.bytes
        remote.contents.records[name] = NameRecord.signed(
            value: IPNSName.value(for: object.reference.cid), sequence: 10 + number,
            validUntil: bench.time.wallClock.adding(.seconds(600)), timeToLive: .seconds(1), by: bench.keys.headKey)
    }

    // MARK: Optional

    @Test("optional features are carried through commits, openings, publishing, taking in and a new epoch")
    func carried() throws {
        let features = try Commit.Features(neededToRead: [], optional: ["later-hint", "other"])
        try bench.add("first", [1])
        try bench.vault.commit()
        try LaterProgram(features: features).write(to: bench)
        try bench.open(on: bench.disk)
        #expect(try self.features() == features)
        try bench.add("second", [2])
        try bench.vault.commit()
        try bench.killAndOpen()
        #expect(try self.features() == features)
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        try link.publish()
        #expect(try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).commit.features == features)
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        try device.add("third", [3])
        try device.link.publish()
        #expect(try link.look() == .tookIn(device: device.vault.deviceName))
        #expect(try self.features() == features)
        try bench.vault.rekey(bench.phrase, in: bench.folder)
        #expect(try self.features() == features)
        try bench.add("fourth", [4])
        try bench.vault.commit()
        #expect(try self.features() == features)
    }
}
