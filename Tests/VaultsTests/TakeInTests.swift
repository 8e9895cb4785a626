import ContentAddressing
import Core
import Naming
import Primitives
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// A vault that comes from its remote, to a device that has nothing or an older tree.
@Suite(.ownThread) struct TakeInTests {
    private static let codes: Set<FailureCode> = [.integrity, .damaged, .unknownFormat]
    let bench: TestVault
    let remote: TestRemote

    init() throws {
        bench = try TestVault()
        remote = TestRemote(time: bench.time)
    }

    /// Every kind of content: none, in records, in bundles, by itself, in lists with holes; and other kinds of files.
    private func fill(_ seed: UInt64 = 51) throws {
        var random = SeededRandom(seed: seed)
        for size in [0, 1, 1024, 1025, 70_000, 400_000] { try bench.add("file of \(size)", random.bytes(size)) }
        let list = try bench.add("list", random.bytes(Limits.Content.cell + 20_000))
        let now = bench.time.wallClock
        try bench.make([
            .write(list, offset: 300_000, .inline([7]), time: now), .setSize(list, 5 << 20, time: now),
            .setExtendedAttribute(list, Name("user.a"), [1, 2]),
        ])
        let (folder, link) = (bench.volume.makeFileID(), bench.volume.makeFileID())
        try bench.make([
            .setAttributes(folder, TestVault.directory(now)),
            .setChild(directory: .root, name: Name("folder"), child: Child(file: folder, kind: .directory), time: now),
            .setAttributes(link, Attributes(kind: .symlink, permissions: 0o777, owner: 3, group: 4, now: now)),
            .setTarget(link, [0x2e, 0xff]),
            .setChild(directory: folder, name: Name([0xfe]), child: Child(file: link, kind: .symlink), time: now),
            .setChild(directory: folder, name: Name("again"), child: Child(file: list, kind: .regular), time: now),
        ])
        for number in 0..<60 { try bench.add("small \(number)", random.bytes(number * 40)) }
    }

    private func device(bundles: Bool = true) throws -> TestDevice {
        try TestDevice(bench.phrase, remote, bundles: bundles, time: bench.time)
    }

    private func gets() -> Int { remote.calls.count { if case .get = $0 { true } else { false } } }

    // MARK: A first time

    @Test("phrase and remote alone give every name, byte and attribute, for good", arguments: [true, false])
    func everything(bundles: Bool) throws {
        try fill()
        try bench.attach(remote, bundles: bundles).publish()
        let expected = try bench.volume.listing()
        let device = try device(bundles: bundles)
        #expect(device.vault.recoveryNotes.isEmpty)
        #expect(try device.volume.listing() == expected)
        // All of it has come.
        remote.isDown = true
        try device.closeAndOpen()
        #expect(try device.volume.listing() == expected)
        #expect(device.vault.standing().files == bench.vault.standing().files)
        #expect(device.vault.standing().contentBytes == bench.vault.standing().contentBytes)
        try device.vault.close()
    }

    @Test("what the completion tells is what the first device says")
    func report() throws {
        try fill()
        try bench.attach(remote).publish()
        let home = try TemporaryFolder(inMemory: true)
        let folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        let name = try Vault.prepareRecovery(folder, bench.phrase, passphrase: nil)
        #expect(try SealedKeys(of: folder).unlock(nil).areIncomplete)
        #expect(throws: Failure.self) {
            try Vault.open(folder, SealedKeys(of: folder).unlock(nil), time: bench.time)
        }
        let result = try TestDevice.complete(folder, bench.phrase, remote, time: bench.time)
        #expect(result.ipnsName == name)
        #expect(result.ipnsName == bench.vault.ipnsName)
        #expect(result.device == "test")
        #expect(result.files == bench.vault.standing().files)
        #expect(result.checkWords == bench.vault.standing().checkWords)
        #expect(try !SealedKeys(of: folder).unlock(nil).areIncomplete)
    }

    @Test("large content comes when it is read, and each object once", arguments: [true, false])
    func onDemand(bundles: Bool) throws {
        var random = SeededRandom(seed: 52)
        let large = random.bytes(3 * Limits.Content.cell)
        try bench.add("large", large)
        try bench.attach(remote, bundles: bundles).publish()
        let device = try device(bundles: bundles)
        remote.forgetCalls()
        let child = try satisfying { () throws(VolumeError) in
            try device.volume.child(Name("large"), of: .root)
        }
        let file = try #require(child?.file)
        let border = UInt64(Limits.Content.cell)
        #expect(try device.volume.bytes(of: file, in: 10..<20) == Array(large[10..<20]))
        // The list, where it is an object of its own here, and one chunk.
        #expect(gets() <= 2)
        remote.forgetCalls()
        #expect(try device.volume.bytes(of: file, in: 0..<border) == Array(large[..<Int(border)]))
        #expect(remote.calls.isEmpty)
        #expect(try device.volume.bytes(named: "large") == large)
        #expect(gets() == 2)
        remote.forgetCalls()
        #expect(try device.volume.bytes(named: "large") == large)
        #expect(remote.calls.isEmpty)
    }

    @Test("one small file of a large vault costs at most one request more than the tree")
    func oneFile() throws {
        var random = SeededRandom(seed: 53)
        for number in 0..<400 { try bench.add("file \(number)", random.bytes(20_000)) }
        try bench.attach(remote).publish()
        let device = try device()
        remote.forgetCalls()
        #expect(try device.volume.bytes(named: "file 123")?.count == 20_000)
        #expect(remote.calls.count <= 1)
    }

    @Test("a vault of many publications comes with few requests: no bundle is fetched again and again")
    func manyPublications() throws {
        let link = try bench.attach(remote)
        var random = SeededRandom(seed: 54)
        for number in 0..<1500 { try bench.add("file \(number)", random.bytes(40)) }
        try link.publish()
        for round in 0..<60 {
            for _ in 0..<4 { try bench.add("file \(Int.random(in: 0..<1500, using: &random))", random.bytes(40)) }
            if round % 20 == 0 { bench.time.advance(by: .seconds(1)) }
            try link.publish()
        }
        remote.forgetCalls()
        let device = try device()
        var counts: [CID: Int] = [:]
        for case .get(let cid) in remote.calls { counts[cid, default: 0] += 1 }
        // The keyring is compared once more when the new device is entered into it.
        #expect(counts.values.count { $0 > 1 } <= 1)
        #expect(try device.volume.listing() == bench.volume.listing())
    }

    @Test(
        "a completion that fails at any call leaves the phrase, and the next one succeeds", arguments: [true, false])
    func failingCompletion(bundles: Bool) throws {
        try fill()
        try bench.attach(remote, bundles: bundles).publish()
        let expected = try bench.volume.listing()
        let start = remote.contents
        var number = 1
        var isThrough = false
        while !isThrough, number < 200 {
            remote.contents = start
            remote.forgetCalls()
            remote.fail(call: number, number % 2 == 0 ? .requestLost : .answerLost)
            let home = try TemporaryFolder(inMemory: true)
            let folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
            do throws(Failure) {
                try TestDevice.complete(folder, bench.phrase, remote, bundles: bundles, time: bench.time)
                isThrough = true
            } catch {
                #expect(error.code == .network, "call \(number)")
                #expect(try SealedKeys(of: folder).unlock(nil).areIncomplete, "call \(number)")
                try TestDevice.complete(folder, bench.phrase, remote, bundles: bundles, time: bench.time)
            }
            remote.forgetCalls()
            let vault = try Vault.open(folder, try SealedKeys(of: folder).unlock(nil), time: bench.time)
            _ = try vault.attach(remote.remote(bundles: bundles), folder: folder)
            #expect(try vault.volume.listing() == expected, "call \(number)")
            try vault.close()
            // Without bundles there is a call for each node: some of them tell enough.
            number += bundles || number < 8 ? 1 : 5
        }
        #expect(isThrough)
        #expect(number > 5)
    }

    @Test("a completion that fails before it has the files leaves no device behind in the keyring")
    func ghosts() throws {
        try fill()
        try bench.attach(remote).publish()
        let home = try TemporaryFolder(inMemory: true)
        let folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        for number in 2...8 {
            remote.forgetCalls()
            remote.fail(call: number)
            #expect(throws: Failure.self, "call \(number)") {
                try TestDevice.complete(folder, bench.phrase, remote, time: bench.time)
            }
        }
        try TestDevice.complete(folder, bench.phrase, remote, time: bench.time)
        _ = try bench.attach(remote).look()
        #expect(try bench.keyring.devices.count == 2)
    }

    @Test("another phrase finds nothing, and says so")
    func otherPhrase() throws {
        try bench.attach(remote).publish()
        do throws(Failure) {
            let home = try? TemporaryFolder(inMemory: true)
            let folder = VaultFolder(path: Files.join(home?.path ?? [], "vault"), name: .standard)
            try TestDevice.complete(folder, RecoveryPhrase(), remote, time: bench.time)
            Issue.record("a vault was found")
        } catch {
            #expect(error.code == .notFound)
            #expect(error.advice != nil)
        }
    }

    // MARK: Damage

    @Test(
        "a byte changed in any object of the remote is refused or unused, and never wrong data",
        arguments: [true, false])
    func damage(bundles: Bool) throws {
        try fill()
        let link = try bench.attach(remote, bundles: bundles)
        try link.publish()
        if bundles {
            for number in 0..<Limits.Remote.looseBundles {
                try bench.add("more \(number)", [UInt8(number)])
                try link.publish()
            }
        }
        let expected = try bench.volume.listing()
        let start = remote.contents
        var random = SeededRandom(seed: 55)
        var refusals: [ObjectKind: Int] = [:]
        var seen: [ObjectKind: Int] = [:]
        for (cid, bytes) in start.objects.sorted(by: { $0.value.count > $1.value.count }) {
            let kind = try #require(ObjectKind(rawValue: bytes[5]))
            // The small ones are many and alike.
            if kind != .commit, seen[kind, default: 0] == 8 { continue }
            seen[kind, default: 0] += 1
            // Nobody asks for old commits.
            if kind == .commit, !start.records.values.contains(where: { $0.value == IPNSName.value(for: cid) }) {
                continue
            }
            var changed = bytes
            changed[Int.random(in: 0..<changed.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            remote.contents = start
            remote.contents.objects[cid] = changed
            do throws(Failure) {
                let device = try readAnew(bundles: bundles)
                #expect(device == expected, "\(kind) \(cid)")
            } catch {
                refusals[kind, default: 0] += 1
                #expect(Self.codes.contains(error.code), "\(kind) \(cid): \(error)")
            }
        }
        #expect(refusals[.keyring] == 1)
        #expect(refusals[.commit] == 1)
        #expect(refusals[bundles ? .locationNode : .node, default: 0] > 0)
        #expect(refusals[bundles ? .bundle : .chunk, default: 0] > 0)
    }

    private func readAnew(bundles: Bool) throws(Failure) -> String {
        let device: TestDevice
        do {
            device = try TestDevice(bench.phrase, remote, bundles: bundles, time: bench.time)
        } catch {
            throw Failure.wrapping(error)
        }
        defer { try? device.vault.close() }
        return try device.volume.listing()
    }

    @Test("names that lead nowhere, or to an object of another kind, give no vault and no crash")
    func damagedNames() throws {
        try fill()
        try bench.attach(remote).publish()
        let start = remote.contents
        for (name, record) in start.records {
            var values = start.objects.keys.map { IPNSName.value(for: $0) }.filter { $0 != record.value }
            values += [IPNSName.value(for: ObjectCID.cid(of: [1])), "/ipns/\(name)", "/ipfs/", "nonsense", ""]
            for value in values {
                remote.contents = start
                remote.answersWithHints = true
                remote.contents.records[name] = NameRecord.signed(
                    value: value, sequence: 5, validUntil: bench.time.wallClock.adding(.seconds(60)),
                    timeToLive: .seconds(1), by: Ed25519.SigningKey())
                do throws(Failure) {
                    _ = try readAnew(bundles: true)
                    Issue.record("\(value) was good enough for \(name)")
                } catch {
                    #expect([.integrity, .damaged, .notFound].contains(error.code), "\(value): \(error)")
                }
            }
        }
    }

    // MARK: Two devices

    @Test("an old head that is brought back is left alone", arguments: [true, false])
    func rollback(isHint: Bool) throws {
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let device = try device()
        let head = try IPNSName(ed25519: bench.keys.headKey.publicKey)
        let old = remote.contents.records[head]
        try bench.add("second", [2])
        try link.publish()
        #expect(try device.link.look() == .tookIn(device: "test"))
        remote.contents.records[head] = old
        remote.answersWithHints = isHint
        #expect(try device.link.look() == .nothingNew)
        #expect(try device.volume.bytes(named: "second") == [2])
        // Nor after the device has begun anew.
        try device.closeAndOpen()
        #expect(try device.link.look() == .nothingNew)
        #expect(try device.volume.bytes(named: "second") == [2])
    }

    @Test("a commit by a key that the keyring does not know is refused, and changes nothing")
    func stranger() throws {
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let device = try device()
        let before = try device.volume.listing()
        let epoch = try #require(try bench.keyring.open(with: bench.keys).epochs.last)
        let newest = try #require(try bench.vault.newestCommit(bench.keyring))
        for isInName in [false, true] {
            var commit = newest
            let id = isInName ? bench.keys.id.bytes : DeviceID().bytes
            (commit.device, commit.counter, commit.root) = (id, 99, nil)
            commit.vector[bench.keys.incarnation, default: 0] += 50
            let author = CommitAuthor(device: id, incarnation: bench.keys.incarnation, key: Ed25519.SigningKey())
            let object = Sealer(epoch).seal(commit.signed(by: author), as: .commit)
            remote.contents.objects[object.reference.cid] = object.bytes
            // By a record in order, as if the head's key alone had been stolen.
            remote.contents.records[try IPNSName(ed25519: bench.keys.headKey.publicKey)] = NameRecord.signed(
                value: IPNSName.value(for: object.reference.cid), sequence: 99,
                validUntil: bench.time.wallClock.adding(.seconds(60)), timeToLive: .seconds(1), by: bench.keys.headKey)
            do throws(Failure) {
                _ = try device.link.look()
                Issue.record("a stranger's commit was taken in")
            } catch {
                #expect(error.code == .integrity)
            }
            #expect(try device.volume.listing() == before)
        }
    }

    @Test(
        "devices that have both changed keep what they have, say so, and go on publishing", arguments: [true, false])
    func diverged(bundles: Bool) throws {
        let link = try bench.attach(remote, bundles: bundles)
        try bench.add("base", [0])
        try link.publish()
        let device = try device(bundles: bundles)
        let deviceName = device.vault.deviceName
        #expect(try link.look() == .nothingNew)
        try bench.add("mine", [1])
        try device.add("theirs", [2])
        try device.link.publish()
        try link.publish()
        for _ in 0..<2 {
            #expect(try link.look() == .diverged(devices: [deviceName]))
            #expect(try device.link.look() == .diverged(devices: ["test"]))
            #expect(link.activity.diverged == [deviceName])
            #expect(try bench.volume.bytes(named: "mine") == [1])
            #expect(try bench.volume.bytes(named: "theirs") == nil)
            #expect(try device.volume.bytes(named: "theirs") == [2])
            try bench.add("more", [3])
            try device.add("more", [4])
            try link.publish()
            try device.link.publish()
        }
        #expect(try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).missing.isEmpty)
        // A third device gets one of the two trees, whole.
        let third = try self.device(bundles: bundles)
        let found = [try third.volume.bytes(named: "mine"), try third.volume.bytes(named: "theirs")]
        #expect(found == [[1], nil] || found == [nil, [2]])
    }

    @Test("the first device learns of the second, takes in what it wrote, and keeps its own store for the next time")
    func growth() throws {
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        #expect(try bench.keyring.devices.count == 1)
        let device = try device()
        try device.add("second", [2])
        try device.link.publish()
        #expect(try link.look() == .tookIn(device: device.vault.deviceName))
        #expect(try bench.keyring.devices.count == 2)
        #expect(try bench.volume.bytes(named: "second") == [2])
        #expect(link.isPublished)
        try bench.killAndOpen()
        #expect(try bench.volume.bytes(named: "second") == [2])
        let next = try bench.attach(remote)
        #expect(try next.look() == .nothingNew)
        try bench.add("third", [3])
        try next.publish()
        #expect(try device.link.look() == .tookIn(device: "test"))
        #expect(try device.volume.listing() == bench.volume.listing())
    }

    @Test(
        "an open file that its name has left keeps others' trees out, and nothing is lost by it",
        arguments: [true, false])
    func busy(bundles: Bool) throws {
        var random = SeededRandom(seed: 56)
        let shared = random.bytes(30_000)
        let link = try bench.attach(remote, bundles: bundles)
        let open = try bench.add("open", [1])
        try link.publish()
        let device = try device(bundles: bundles)
        try device.add("shared", shared)
        try device.link.publish()
        try bench.make([
            .removeChild(directory: .root, name: Name("open"), time: bench.time.wallClock), .orphan(open),
        ])
        do throws(Failure) {
            _ = try link.look()
            Issue.record("a tree was taken in")
        } catch {
            #expect(error.code == .busy)
        }
        // Equal content, which is on the remote since the other device sent it.
        bench.time.advance(by: .seconds(5))
        try bench.add("also shared", shared)
        try link.publish()
        #expect(try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).missing.isEmpty)
    }

    @Test("a device that took in another's tree and lost its own head publishes as itself")
    func adoptedAndLost() throws {
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let device = try device()
        try device.add("second", [2])
        try device.link.publish()
        _ = try link.look()
        try bench.closeAndOpen()
        TemporaryFolder.remove(bench.remotePath)
        remote.contents.records[try IPNSName(ed25519: bench.keys.headKey.publicKey)] = nil
        let next = try bench.attach(remote)
        try next.publish()
        #expect(try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).missing.isEmpty)
        #expect(try device.link.look() == .nothingNew)
    }
}
