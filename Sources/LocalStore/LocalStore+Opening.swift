package import Core
package import Primitives
internal import Synchronization

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
            for folder in ["objects", "copies", "journal"] { try disk.makeFolder(folder) }
            try SegmentSupply.makeSpare(disk, segmentBytes: settings.journalSegmentBytes)
            try CheckpointSlots.create(disk, keys)
        }
    }

    /// Opens the store in the disk's folder and reads its journal; what it found is in `takeRecovery`.
    ///
    /// With `.salvage`, whatever can be read is given, and everything that is missing stands in its findings.
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
        let (slots, slotFindings) = try checkpoint(on: disk, keys, access)
        let checkpoint = slots?.newest ?? .first
        let scan = try JournalScan(disk, keys)
        let history = JournalHistory(checkpoint, scan.blocks)
        let journalFindings = try judge(history, access)
        let events = StoreEvents()
        let copies = try openCopies(
            on: disk, keys, settings, events, isThere: names.contains("copies"), repairs: access == .readWrite)
        let objects = ObjectLog(
            disk: disk, folder: "objects", seed: keys.headerSeed, settings: settings, events: events,
            copies: copies.log)
        let findings = try objects.load(durable: history.watermark, repairs: access == .readWrite) + copies.findings
        let recovery = Recovery(
            state: checkpoint.state, through: checkpoint.through, records: history.records,
            findings: slotFindings + journalFindings + findings)
        var journal: Journal?
        var space: SpaceGuard?
        if access == .readWrite, let slots {
            let guarding = SpaceGuard(disk: disk, settings: settings)
            journal = try startJournal(disk, guarding, keys, objects, slots, scan, history, settings)
            space = guarding
        }
        let store = LocalStore(
            disk: disk, keys: keys, objects: objects, copies: copies.log, journal: journal, space: space,
            recovery: recovery, settings: settings, events: events)
        for log in store.upkeep.logs { log.lender.withLock { $0 = space } }
        if access == .readWrite { store.upkeep.ask() }
        return store
    }

    /// The second copies, or none: no trouble with them keeps a store closed.
    private static func openCopies(
        on disk: any Disk, _ keys: StoreKeys, _ settings: StoreSettings, _ events: StoreEvents, isThere: Bool,
        repairs: Bool
    ) throws(Failure) -> (log: ObjectLog?, findings: [Finding]) {
        guard isThere || repairs && settings.keepsCopies else { return (nil, []) }
        let log = ObjectLog(disk: disk, folder: "copies", seed: keys.headerSeed, settings: settings, events: events)
        do throws(Failure) {
            if !isThere {
                try onDisk("making the folder for second copies") { () throws(SystemCallFailure) in
                    try disk.makeFolder("copies")
                }
            }
            // No mark says how far they were on the disk: what is in no table counts when it proves itself.
            return (log, try log.load(durable: .start, repairs: repairs))
        } catch {
            return (nil, [Finding(.missing, "copies", "second copies cannot be used: \(error.message)")])
        }
    }

    /// The newest checkpoint; none when both files are damaged and what is left is to be salvaged.
    static func checkpoint(
        on disk: any Disk, _ keys: StoreKeys, _ access: Access
    ) throws(Failure) -> (slots: CheckpointSlots?, findings: [Finding]) {
        do throws(Failure) {
            let (slots, broken) = try CheckpointSlots.load(disk, keys)
            let words = "this copy of the checkpoint is not whole; the other one serves"
            return (slots, broken.map { [Finding(.rebuilt, $0, words)] } ?? [])
        } catch {
            guard access == .salvage, error.code == .damaged, try isOurs(disk, keys) else { throw error }
            return (
                nil,
                CheckpointSlots.names.map {
                    Finding(
                        .damaged, $0, "neither copy of the checkpoint opens: the state is lost, and the journal with it"
                    )
                }
            )
        }
    }

    /// Whether anything in the folder was written with these keys: without a checkpoint they could be another vault's.
    private static func isOurs(_ disk: any Disk, _ keys: StoreKeys) throws(Failure) -> Bool {
        if try !JournalScan(disk, keys).blocks.isEmpty { return true }
        return try onDisk("reading objects in \(disk.shown)") { () throws(SystemCallFailure) in
            for name in try disk.list("objects") {
                let head = try disk.open("objects/\(name)", for: .read).read(FileHeader.length, at: 0)
                if let header = try? FileHeader.parse(head, kind: .objects, seed: keys.headerSeed, file: name),
                    header.number > 0
                {
                    return true
                }
            }
            return false
        }
    }

    /// A disk that takes nothing is told before anybody relies on it, though there may be nothing to write for long.
    private static func checkWritable(_ disk: any Disk, _ names: [String]) throws(Failure) {
        guard let name = CheckpointSlots.names.first(where: names.contains) else { return }
        try onDisk("opening the local store in \(disk.shown) for writing") { () throws(SystemCallFailure) in
            _ = try disk.open(name, for: .write)
        }
    }

    /// Notes what was cut; throws when records are missing that were acknowledged.
    private static func judge(_ history: JournalHistory, _ access: Access) throws(Failure) -> [Finding] {
        let findings = findings(in: history)
        guard history.isDamaged, access != .salvage else { return findings }
        throw Failure(
            .damaged, lost(history),
            advice: "nothing was changed; \(history.records.count) records before them can be salvaged")
    }

    private static func lost(_ history: JournalHistory) -> String {
        "journal records \(history.end + 1) to \(history.durable) were on the disk and cannot be read"
    }

    static func findings(in history: JournalHistory) -> [Finding] {
        var findings: [Finding] = []
        if history.looseBlocks > 0 {
            findings.append(
                Finding(.torn, "journal", "\(history.looseBlocks) blocks behind position \(history.end) were cut off"))
        }
        if history.isDamaged { findings.append(Finding(.damaged, "journal", lost(history))) }
        return findings
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
