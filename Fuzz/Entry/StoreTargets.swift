internal import Core
internal import LocalStore
internal import Primitives
internal import StorageSupport

extension FuzzTarget {
    private static let storeKey = SecretBytes(copying: Array(0..<32))
    private static let records = (0..<6).map { [UInt8](repeating: UInt8($0), count: $0 * 150) }
    private static let objects = (0..<6).map { number in
        (
            digest: Digest([UInt8](repeating: UInt8(number), count: 32)),
            bytes: [UInt8]((0..<number * 300).map { UInt8($0 & 255) })
        )
    }

    private static var storeSettings: StoreSettings {
        var settings = StoreSettings()
        settings.objectSegmentBytes = 4 << 10
        settings.journalSegmentBytes = 16 << 10
        settings.time = ManualTime()
        return settings
    }

    /// A closed store: objects in two segments, a checkpoint, and records behind it.
    private static let storeFiles: [String: [UInt8]] = {
        let disk = SimulatedDisk()
        do {
            try LocalStore.create(on: disk, key: storeKey, settings: storeSettings)
            let store = try LocalStore.open(on: disk, key: storeKey, access: .readWrite, settings: storeSettings)
            for (number, record) in records.enumerated() {
                try store.put(objects[number].digest, kind: 1, objects[number].bytes)
                _ = try store.append(record)
                if number == 2 { try store.checkpointAndWait(state: [1, 2, 3], through: 2) }
            }
            try store.close()
        } catch {
            preconditionFailure("a store in memory works: \(error)")
        }
        return disk.contents
    }()

    /// A store whose files were changed: it opens to what was in it, or says what is missing, or refuses.
    static let store = FuzzTarget("store", longestInput: 256) { _ in
        []
    } check: { input in
        var parts = InputParts(input)
        let names = storeFiles.keys.sorted()
        var files = storeFiles
        while !parts.isEmpty {
            let name = names[Int(parts.byte()) % names.count]
            var piece = InputParts(parts.piece())
            files[name] = Edits(&piece).applied(to: files[name] ?? [])
        }
        let store = try LocalStore.open(
            on: SimulatedDisk(files: files), key: storeKey, access: .readWrite, settings: storeSettings)
        defer { try? store.close() }
        let recovery = store.takeRecovery()
        let isChanged = files != storeFiles
        for record in recovery.records {
            let number = Int(record.position) - 1
            try require(records.indices.contains(number) && records[number] == record.bytes, "a record is another one")
        }
        if !isChanged {
            try require(recovery.records.count == 4 && recovery.notes.isEmpty, "a whole store is not whole")
        }
        try require(recovery.state == [1, 2, 3] || recovery.state == nil, "a state is another one")
        for object in objects {
            let bytes: [UInt8]?
            do throws(Failure) { bytes = try store.find(object.digest) } catch { continue }
            if let bytes { try require(bytes == object.bytes, "an object is another one") }
            try require(bytes != nil || isChanged, "an object is missing")
        }
    }
}
