package import Core
package import Primitives

extension LocalStore {
    /// Makes an empty store in the disk's folder; it is there, or not, when this returns or throws.
    ///
    /// Throws `.alreadyExists` when the folder holds one. What an earlier, interrupted call left is used or replaced.
    package static func create(
        on disk: any Disk, key: SecretBytes, settings: StoreSettings = StoreSettings()
    ) throws(Failure) {
        let keys = StoreKeys(key)
        try onDisk("making a local store in \(disk.shown)") { () throws(SystemCallFailure) in
            try disk.makeFolder("")
        }
        let names = try onDisk("listing \(disk.shown)") { () throws(SystemCallFailure) in try disk.list("") }
        if names.contains(where: CheckpointSlots.names.contains) {
            throw Failure(.alreadyExists, "\(disk.shown) holds a local store already")
        }
        try onDisk("making a local store in \(disk.shown)") { () throws(SystemCallFailure) in
            for folder in ["objects", "journal"] { try disk.makeFolder(folder) }
            try SegmentSupply.makeSpare(disk, segmentBytes: settings.journalSegmentBytes)
            try CheckpointSlots.create(disk, keys)
        }
    }

    /// Opens the store in the disk's folder and reads its journal; what it found is in `takeRecovery`.
    ///
    /// Throws `.notFound` without a store there, `.unknownFormat` when a newer cbstore wrote it, `.damaged` when the
    /// key is not its key or acknowledged records cannot be read (nothing is changed then). Costs one or two reads per
    /// object segment, and the journal since the last checkpoint.
    package static func open(
        on disk: any Disk, key: SecretBytes, access: Access = .readWrite, settings: StoreSettings = StoreSettings()
    ) throws(Failure) -> LocalStore {
        let keys = StoreKeys(key)
        let names = try onDisk("opening the local store in \(disk.shown)") { () throws(SystemCallFailure) in
            try disk.list("")
        }
        guard names.contains(where: CheckpointSlots.names.contains) else {
            throw Failure(.notFound, "there is no local store in \(disk.shown)")
        }
        if access == .readWrite { try checkWritable(disk, names) }
        let (slots, slotNotes) = try CheckpointSlots.load(disk, keys)
        let scan = try JournalScan(disk, keys)
        let history = JournalHistory(slots.newest, scan.blocks)
        let journalNotes = try judge(history, slots.newest, access)
        let objects = ObjectLog(disk: disk, seed: keys.headerSeed, segmentBytes: settings.objectSegmentBytes)
        let objectNotes = try objects.load(durable: history.watermark, repairs: access == .readWrite)
        let recovery = Recovery(
            state: slots.newest.state, through: slots.newest.through, records: history.records,
            notes: slotNotes + journalNotes + objectNotes)
        guard access == .readWrite else {
            return LocalStore(objects: objects, journal: nil, space: nil, recovery: recovery)
        }
        let space = SpaceGuard(disk: disk, settings: settings)
        let journal = try startJournal(disk, space, keys, objects, slots, scan, history, settings)
        return LocalStore(objects: objects, journal: journal, space: space, recovery: recovery)
    }

    /// A disk that takes nothing is told before anybody relies on it, though there may be nothing to write for long.
    private static func checkWritable(_ disk: any Disk, _ names: [String]) throws(Failure) {
        guard let name = CheckpointSlots.names.first(where: names.contains) else { return }
        try onDisk("opening the local store in \(disk.shown) for writing") { () throws(SystemCallFailure) in
            _ = try disk.open(name, for: .write)
        }
    }

    /// Notes what was cut; throws when records are missing that were acknowledged.
    private static func judge(
        _ history: JournalHistory, _ checkpoint: Checkpoint, _ access: Access
    ) throws(Failure) -> [String] {
        var notes: [String] = []
        if history.looseBlocks > 0 {
            notes.append("\(history.looseBlocks) journal blocks behind position \(history.end) were cut off")
        }
        guard history.isDamaged else { return notes }
        let lost = "journal records \(history.end + 1) to \(history.durable) were on the disk and cannot be read"
        guard access == .salvage else {
            throw Failure(
                .damaged, lost,
                advice: "nothing was changed; \(history.records.count) records before them can be salvaged")
        }
        return notes + [lost]
    }

    private static func startJournal(
        _ disk: any Disk, _ space: SpaceGuard, _ keys: StoreKeys, _ objects: ObjectLog, _ slots: CheckpointSlots,
        _ scan: JournalScan, _ history: JournalHistory, _ settings: StoreSettings
    ) throws(Failure) -> Journal {
        let live = scan.segments.filter { $0.last > slots.newest.through }
        // A killed process leaves blocks that only the page cache has; what is built on them must not outlive them.
        for segment in live {
            let name = SegmentName.journal(segment.number)
            try onDisk("syncing \(name)") { () throws(SystemCallFailure) in
                try disk.open(name, for: .write).synchronizeData()
            }
        }
        let supply = SegmentSupply(
            disk: disk, space: space, seed: keys.headerSeed, segmentBytes: settings.journalSegmentBytes,
            spares: scan.spares, nextNumber: scan.greatestNumber + 1)
        for segment in scan.segments where segment.last <= slots.newest.through { supply.retire(segment.number) }
        supply.prepareAhead()
        return Journal(
            objects: objects, supply: supply, settings: settings, firstPosition: history.greatestPosition + 1
        ) {
            JournalWriter(
                objects: objects, keys: keys, supply: supply, slots: slots, history: history, segments: live,
                settings: settings)
        }
    }
}
