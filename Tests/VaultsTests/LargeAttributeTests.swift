import Core
import Sealing
import StorageSupport
import Testing
import Trees
import VaultSupport
import Vaults
import Volumes

/// Extended attributes whose values have objects of their own.
@Suite(.ownThread) struct LargeAttributeTests {
    static let sizes = [0, 1, 1023, 1024, 1025, 8192, 65_535, 65_536]

    let bench: TestVault
    let file: FileID

    init() throws {
        bench = try TestVault()
        file = try bench.add("file", [1, 2, 3])
    }

    private static func value(_ size: Int) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(size))
        return random.bytes(size)
    }

    private func set() throws {
        for size in Self.sizes { try bench.make([.setExtendedAttribute(file, Name("user.\(size)"), Self.value(size))]) }
    }

    private func value(_ size: Int, in volume: NativeVolume? = nil) throws(Failure) -> [UInt8]? {
        try satisfying { () throws(VolumeError) in
            try (volume ?? bench.volume).extendedAttribute(Name("user.\(size)"), of: file)
        }
    }

    private func expectAll(_ what: String, in volume: NativeVolume? = nil) throws {
        for size in Self.sizes { #expect(try value(size, in: volume) == Self.value(size), "\(what): \(size) bytes") }
    }

    @Test("values of every size come back: at once, from a commit, after a kill and after closing")
    func everySize() throws {
        try set()
        try expectAll("before the commit")
        try bench.vault.commit()
        try expectAll("after the commit")
        try bench.killAndOpen()
        try expectAll("after a kill")
        try bench.closeAndOpen()
        try expectAll("after closing")
        let names = try satisfying { () throws(VolumeError) in try bench.volume.extendedAttributeNames(of: file) }
        #expect(names.count == Self.sizes.count)
    }

    @Test("from 1,025 bytes on a value is an object, one for equal values, and the record stays small")
    func objects() throws {
        try set()
        let other = try bench.add("other", [])
        try bench.make([.setExtendedAttribute(other, Name("user.same"), Self.value(8192))])
        let reached = try ReachableObjects(bench.vault, bench.keyring)
        #expect(reached.contentObjects == Self.sizes.count { $0 > 1024 })
        var longest = 0
        try bench.vault.forEachRecord { entry in
            if RecordKey.parse(entry.key)?.kind == .extendedAttribute { longest = max(longest, entry.value.count) }
        }
        #expect((1024...1100).contains(longest))
    }

    @Test("a value that shrinks, grows, goes and comes is what was set last")
    func changes() throws {
        let name = Name("user.1")
        for size in [5000, 10, 1025, 0, 65_536, 1024] {
            try bench.make([.setExtendedAttribute(file, name, Self.value(size))])
            if size % 2 == 0 { try bench.vault.commit() }
            #expect(try value(1) == Self.value(size))
        }
        try bench.make([.removeExtendedAttribute(file, name)])
        #expect(try value(1) == nil)
        try bench.vault.commit()
        #expect(try value(1) == nil)
    }

    @Test("values travel: a device that takes the tree in fetches them when they are read", arguments: [true, false])
    func travelling(bundles: Bool) throws {
        try set()
        let remote = TestRemote(time: bench.time)
        try bench.attach(remote, bundles: bundles).publish()
        let walk = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring)
        #expect(walk.missing.isEmpty)
        #expect(walk.chunks.count == Self.sizes.count { $0 > 1024 })
        let device = try TestDevice(bench.phrase, remote, bundles: bundles, time: bench.time)
        try expectAll("on another device", in: device.volume)
        try device.closeAndOpen()
        remote.isDown = true
        try expectAll("and for good", in: device.volume)
        try device.vault.close()
    }

    @Test("while the remote is away a value that never came is an error, and comes when it is back")
    func away() throws {
        try set()
        let remote = TestRemote(time: bench.time)
        try bench.attach(remote, bundles: false).publish()
        let device = try TestDevice(bench.phrase, remote, bundles: false, time: bench.time)
        remote.isDown = true
        #expect(throws: Failure.self) { try value(65_536, in: device.volume) }
        #expect(try value(1024, in: device.volume) == Self.value(1024))
        remote.isDown = false
        try expectAll("when it is back", in: device.volume)
        try device.vault.close()
    }

    @Test("a new epoch seals values anew, and says beforehand that there is something to seal")
    func rekeying() throws {
        try set()
        try bench.vault.commit()
        try bench.vault.rekey(bench.phrase, in: bench.folder, newEpochOnly: true)
        let result = try bench.vault.rekey(bench.phrase, in: bench.folder)
        #expect(result.epoch == 2 && !result.isNewEpoch)
        let reached = try ReachableObjects(bench.vault, bench.keyring)
        #expect(reached.epochs == [2])
        #expect(reached.contentObjects == Self.sizes.count { $0 > 1024 })
        try bench.closeAndOpen()
        try expectAll("after a new epoch")
    }

    @Test("a record with two values, or longer than any, is refused")
    func malformed() throws {
        let sealer = Sealer(EpochSecret(number: 1))
        let fitting = sealer.seal(Self.value(65_536), as: .chunk).reference
        let long = sealer.seal(Self.value(65_537), as: .chunk).reference
        #expect(try AttributeRecord(decoding: AttributeRecord.object(fitting).encoded()[...]) == .object(fitting))
        #expect(throws: MalformedBytes.self) {
            try AttributeRecord(decoding: AttributeRecord.object(long).encoded()[...])
        }
        let inline = AttributeRecord.inline([1]).encoded()
        for two in [inline + inline, inline + AttributeRecord.object(fitting).encoded()] {
            #expect(throws: MalformedBytes.self) { try AttributeRecord(decoding: two[...]) }
        }
    }
}
