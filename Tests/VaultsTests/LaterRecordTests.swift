import Core
import StorageSupport
import Testing
import Trees
import VaultSupport
import Vaults
import Volumes

/// Records, fields and bytes that this version does not know, written by a later program on the same vault.
@Suite(.ownThread) struct LaterRecordTests {
    private static let laterDot = Dot(incarnation: 99, counter: 7)
    private static let kind: UInt8 = 0x07

    let bench: TestVault
    let file: FileID
    private let attributesKey: [UInt8]
    private let contentKey: [UInt8]
    private let valueKey: [UInt8]
    private let entryKey: [UInt8]
    private let laterKey: [UInt8]

    init() throws {
        bench = try TestVault()
        file = try bench.add("file", [1, 2, 3])
        try bench.make([.setExtendedAttribute(file, Name("user.a"), [1])])
        try bench.vault.commit()
        attributesKey = RecordKey.key(of: file, .attributes)
        contentKey = RecordKey.key(of: file, .content)
        valueKey = RecordKey.extendedAttribute(Name("user.a"), of: file)
        entryKey = RecordKey.child(Name("file"), of: .root)
        laterKey = RecordKey.encode(file) + [Self.kind] + Array("later".utf8)
        var edits = [TreeEdit(key: laterKey, value: RecordValue.encode([1, 2, 3], dot: Self.laterDot))]
        for (key, more) in [
            (attributesKey, Self.fields([(10, .number(7)), (63, .bytes([5])), (900, .bytes([1, 2]))])),
            (contentKey, Self.fields([(8, .bytes([1])), (63, .number(2)), (64, .number(3)), (70, .bytes([4]))])),
            (valueKey, Self.fields([(3, .number(1)), (63, .number(2)), (64, .number(3)), (70, .bytes([4]))])),
            (entryKey, [8, 8, 8]),
        ] {
            edits.append(
                TreeEdit(key: key, value: RecordValue.encode(try payload(key) + more, dot: Self.laterDot)))
        }
        try LaterProgram(edits: edits).write(to: bench)
        try bench.open(on: bench.disk)
    }

    private static func fields(_ fields: [(UInt64, FieldValue)]) -> [UInt8] {
        var writer = FieldWriter()
        for (number, value) in fields { writer.field(number, value) }
        return writer.bytes
    }

    private func payload(_ key: [UInt8], in vault: Vault? = nil) throws -> [UInt8] {
        var found: [UInt8]?
        try (vault ?? bench.vault).forEachRecord { if $0.key == key { found = $0.value } }
        return Array(try RecordValue.decode(try #require(found)).payload)
    }

    /// The fields of a record that this version does not know.
    private func unknown(_ key: [UInt8], above known: UInt64) throws -> [UInt64] {
        var reader = FieldReader(try payload(key))
        var numbers: [UInt64] = []
        while let (field, _) = try reader.next() { if field > known { numbers.append(field) } }
        return numbers
    }

    @Test("what is not known does not disturb a reader")
    func reading() throws {
        #expect(try bench.volume.bytes(named: "file") == [1, 2, 3])
        let value = try satisfying { () throws(VolumeError) in
            try bench.volume.extendedAttribute(Name("user.a"), of: file)
        }
        #expect(value == [1])
        let names = try satisfying { () throws(VolumeError) in try bench.volume.extendedAttributeNames(of: file) }
        #expect(names == [Name("user.a")])
        #expect(try satisfying { () throws(VolumeError) in try bench.volume.record(of: file) }?.names == 1)
    }

    @Test("attributes that are changed keep every field that is not known, again and again")
    func attributes() throws {
        var attributes = try RecordValue.decodeAttributes(try payload(attributesKey)[...])
        for round in 1...3 as ClosedRange<UInt32> {
            attributes.owner = round
            try bench.make([.setAttributes(file, attributes)])
            try bench.vault.commit()
            #expect(try unknown(attributesKey, above: 9) == [10, 63, 900])
            let written = RecordValue.encode(attributes)
            let more = Self.fields([(10, .number(7)), (63, .bytes([5])), (900, .bytes([1, 2]))])
            #expect(try payload(attributesKey) == written + more)
            if round == 2 { try bench.closeAndOpen() }
        }
        // A write changes them too.
        try bench.make([.write(file, offset: 0, .inline([9]), time: Timestamp(seconds: 77))])
        try bench.vault.commit()
        #expect(try unknown(attributesKey, above: 9) == [10, 63, 900])
        #expect(try RecordValue.decodeAttributes(try payload(attributesKey)[...]).modified == Timestamp(seconds: 77))
    }

    @Test("changed content takes along what tells of the file, and not what told of the old content")
    func contents() throws {
        try bench.make([
            .write(file, offset: 1, .inline([UInt8](repeating: 6, count: 3000)), time: bench.time.wallClock)
        ])
        try bench.vault.commit()
        #expect(try unknown(contentKey, above: 7) == [64, 70])
        try bench.make([.setSize(file, 0, time: bench.time.wallClock)])
        try bench.vault.commit()
        #expect(try unknown(contentKey, above: 7) == [64, 70])
    }

    @Test("an extended attribute's new value takes along what tells of the file, and not what told of the old value")
    func values() throws {
        try bench.make([.setExtendedAttribute(file, Name("user.a"), [UInt8](repeating: 5, count: 3000))])
        try bench.vault.commit()
        #expect(try unknown(valueKey, above: 2) == [64, 70])
        try bench.make([.removeExtendedAttribute(file, Name("user.a"))])
        try bench.make([.setExtendedAttribute(file, Name("user.a"), [])])
        try bench.vault.commit()
        #expect(try unknown(valueKey, above: 2) == [64, 70])
        try bench.make([.removeExtendedAttribute(file, Name("user.a"))])
        try bench.vault.commit()
        try bench.make([.setExtendedAttribute(file, Name("user.a"), [])])
        try bench.vault.commit()
        #expect(try payload(valueKey).isEmpty)
    }

    @Test("an entry keeps its bytes until it is made anew, which begins without")
    func entries() throws {
        try bench.add("beside", [4])
        try bench.vault.commit()
        #expect(try payload(entryKey).suffix(3) == [8, 8, 8])
        let now = bench.time.wallClock
        let child = Child(file: file, kind: .regular)
        try bench.make([
            .removeChild(directory: .root, name: Name("file"), time: now),
            .setChild(directory: .root, name: Name("other"), child: child, time: now),
        ])
        try bench.vault.commit()
        #expect(try payload(RecordKey.child(Name("other"), of: .root)) == RecordValue.encode(child))
    }

    @Test("records of a later kind stay with their file, and go with it")
    func laterKinds() throws {
        try bench.make([.write(file, offset: 5000, .inline([1]), time: bench.time.wallClock)])
        try bench.vault.commit()
        #expect(try payload(laterKey) == [1, 2, 3])
        try bench.make([
            .removeChild(directory: .root, name: Name("file"), time: bench.time.wallClock), .forget(file),
        ])
        try bench.vault.commit()
        var left = 0
        try bench.vault.forEachRecord { if $0.key.starts(with: RecordKey.encode(file)) { left += 1 } }
        #expect(left == 0)
    }

    @Test("a new epoch leaves all of it, and so does a device that takes it in and changes something")
    func travelling() throws {
        func later(_ vault: Vault? = nil) throws -> [[UInt8]] {
            try [attributesKey, valueKey, entryKey, laterKey].map { try payload($0, in: vault) }
        }
        let before = try later()
        try bench.vault.rekey(bench.phrase, in: bench.folder)
        #expect(try later() == before)
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        try link.publish()
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        #expect(try later(device.vault) == before)
        var attributes = try RecordValue.decodeAttributes(before[0][...])
        attributes.permissions = 0o640
        try device.make([.setAttributes(file, attributes)])
        try device.link.publish()
        #expect(try link.look() == .tookIn(device: device.vault.deviceName))
        #expect(try unknown(attributesKey, above: 9) == [10, 63, 900])
        #expect(try later().dropFirst() == before.dropFirst())
    }
}
