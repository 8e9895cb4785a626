import Core
import Glibc
import LocalStore
import StorageSupport
import Testing

/// A disk that is full, or nearly, or that nobody may write to.
@Suite struct SpaceTests {
    private static let chunk: UInt8 = 1
    private static let node: UInt8 = 3
    private static let reserve = 128 << 10

    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }

    private func put(_ store: LocalStore, _ number: UInt64, kind: UInt8 = chunk, isOwed: Bool = false) -> FailureCode? {
        code { () throws(Failure) in
            try store.put(
                Fixture.digest(number), kind: kind, Fixture.content(number, count: 2000), isOwed: isOwed)
        }
    }

    @Test("content is refused while less is free than is kept, with both figures; names, nodes and commits go on")
    func keptFree() throws {
        var settings = Fixture.settings
        settings.keptFreeBytes = 1 << 20
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk, settings: settings)
        #expect(put(store, 1) == nil)
        disk.setCapacity(disk.usedBytes + 1 << 20)
        #expect(store.freshContentRefusal() == nil, "what was seen a moment ago counts")
        (settings.time as? ManualTime)?.advance(by: .seconds(2))
        let refusal = #expect(throws: Failure.self) { try store.put(Fixture.digest(2), kind: Self.chunk, [1, 2, 3]) }
        #expect(refusal?.code == .noSpace)
        #expect(refusal?.message.contains("1.0 MiB are kept") == true, "\(String(describing: refusal))")
        #expect(store.contentRefusal?.code == .noSpace)
        #expect(code { () throws(Failure) in _ = try store.append([1], isContent: true) } == .noSpace)
        // An object that is there costs nothing.
        #expect(put(store, 1) == nil)
        // All that makes room goes on, and what the journal holds may be sealed.
        #expect(put(store, 3, kind: Self.node) == nil)
        #expect(put(store, 4, isOwed: true) == nil)
        #expect(try store.remove(Fixture.digest(1)))
        let position = try store.append([2])
        try store.syncAndWait(through: position)
        try store.checkpointAndWait(state: [7], through: position)
        disk.setCapacity(.max)
        #expect(put(store, 2) == nil)
        #expect(store.contentRefusal == nil)
        _ = try store.append([1], isContent: true)
        try store.close()
    }

    @Test("who is refused by memory is let in again within a second of there being room")
    func letInAgain() throws {
        var settings = Fixture.settings
        settings.keptFreeBytes = 1 << 20
        let time = ManualTime()
        settings.time = time
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk, settings: settings)
        disk.setCapacity(disk.usedBytes + 1000)
        time.advance(by: .seconds(2))
        #expect(put(store, 1) == .noSpace)
        for _ in 0..<3 { time.advance(by: .seconds(1)) }
        #expect(code { () throws(Failure) in _ = try store.append([1], isContent: true) } == .noSpace)
        disk.setCapacity(.max)
        // A thread looks, a moment after its time has come.
        let end = SystemTime.monotonic() + .seconds(10)
        while store.contentRefusal != nil, SystemTime.monotonic() < end {
            time.advance(by: .seconds(1))
            usleep(1000)
        }
        #expect(store.contentRefusal == nil)
        _ = try store.append([1], isContent: true)
        try store.close()
    }

    @Test("a store that is opened on a full disk refuses content from its first byte")
    func fullWhenOpened() throws {
        let disk = try Fixture.newDisk()
        try Fixture.open(disk).close()
        disk.setCapacity(disk.usedBytes)
        let store = try Fixture.open(disk)
        #expect(store.contentRefusal?.code == .noSpace)
        #expect(put(store, 1) == .noSpace)
        #expect(code { () throws(Failure) in _ = try store.append([1], isContent: true) } == .noSpace)
        try store.close()
    }

    @Test("looking at the disk costs a call in many megabytes")
    func looks() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        let before = disk.count(.space)
        for number in 0..<2000 as Range<UInt64> { #expect(put(store, number) == nil) }
        #expect(disk.count(.space) - before <= 2)
        try store.close()
    }

    @Test("on a disk that somebody filled to the last byte, all but content lives on the reserve, and takes it back")
    func reserveServes() throws {
        let disk = try Fixture.newDisk()
        let time = ManualTime()
        var settings = Fixture.settings
        settings.time = time
        var store = try Fixture.open(disk, settings: settings)
        #expect(disk.contents["reserve"]?.count == Self.reserve)
        for number in 0..<50 as Range<UInt64> { #expect(put(store, number) == nil) }
        try store.syncAndWait(through: try store.append([0]))
        disk.setCapacity(disk.usedBytes)
        // Content gets to the end of what was set aside for it, and no further.
        var stored = 50 as UInt64
        while put(store, stored) == nil { stored += 1 }
        #expect(stored < 100)
        #expect(disk.contents["reserve"]?.count == Self.reserve)
        // A journal segment, nodes, removals, a checkpoint.
        for number in 1000..<1008 as Range<UInt64> { #expect(put(store, number, kind: Self.node) == nil) }
        var position: UInt64 = 0
        for number in 0..<20 as Range<UInt64> {
            position = try store.append(Fixture.record(number))
            try store.syncAndWait(through: position)
        }
        #expect(try store.remove(Fixture.digest(0)))
        try store.checkpointAndWait(state: [1], through: position)
        #expect((disk.contents["reserve"]?.count ?? 0) < Self.reserve)
        // Not even then is any of it for content.
        #expect(put(store, 5000) == .noSpace)
        // The next process finds the same full disk, and goes on.
        store = try Fixture.open(disk.afterKill(), settings: settings)
        #expect(store.takeRecovery().state == [1])
        try store.syncAndWait(through: try store.append([9]))
        for number in 1..<stored { #expect(store.contains(Fixture.digest(number))) }
        for number in 1000..<1008 as Range<UInt64> { #expect(store.contains(Fixture.digest(number))) }
    }

    @Test("the reserve is taken again when there is room")
    func refilled() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        disk.setCapacity(disk.usedBytes)
        for number in 0..<40 as Range<UInt64> { #expect(put(store, number, kind: Self.node) == nil) }
        #expect((disk.contents["reserve"]?.count ?? 0) < Self.reserve)
        disk.setCapacity(.max)
        try store.checkpointAndWait(state: [], through: try store.append([1]))
        #expect(disk.contents["reserve"]?.count == Self.reserve)
        try store.close()
    }

    @Test("a disk too full for a reserve is opened, and has one later")
    func noReserveYet() throws {
        let disk = try Fixture.newDisk()
        unsafe try disk.open("neighbour", for: .create).write(
            [UInt8](repeating: 0, count: 4 << 20).span.bytes, at: 0)
        disk.setCapacity(disk.usedBytes + Self.reserve / 2)
        let store = try Fixture.open(disk)
        try store.syncAndWait(through: try store.append([1]))
        disk.setCapacity(.max)
        try store.checkpointAndWait(state: [], through: store.lastPosition)
        #expect(disk.contents["reserve"]?.count == Self.reserve)
        try store.close()
    }

    @Test("opening on a nearly full disk does not take the last of it for the reserve", arguments: [true, false])
    func leavesTheLast(_ saysHowFull: Bool) throws {
        let disk = try Fixture.newDisk()
        unsafe try disk.open("neighbour", for: .create).write(
            [UInt8](repeating: 0, count: 4 << 20).span.bytes, at: 0)
        // The journal gets a segment ahead.
        let free = Self.reserve / 2
        disk.setCapacity(disk.usedBytes + Fixture.settings.journalSegmentBytes + free)
        // A disk that does not say is tried.
        if !saysHowFull { disk.failAlways([.space]) }
        var settings = Fixture.settings
        settings.reserveBytes = 256 << 10
        let store = try Fixture.open(disk, settings: settings)
        #expect((disk.contents["reserve"] ?? []).isEmpty)
        try store.syncAndWait(through: try store.append([1]))
        #expect(put(store, 1, kind: Self.node) == nil)
        let neighbour = try disk.open("neighbour", for: .write)
        unsafe try neighbour.write([UInt8](repeating: 0, count: free / 4).span.bytes, at: 4 << 20)
        try store.close()
    }

    @Test("a segment that fills on a full disk gets its table from the reserve", arguments: [Self.reserve, 0])
    func closesOnReserve(_ reserve: Int) throws {
        var settings = Fixture.settings
        settings.reserveBytes = UInt64(reserve)
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk, settings: settings)
        for number in 0..<23 as Range<UInt64> { #expect(put(store, number) == nil) }
        // The rest of the first segment: nothing is left of it for a table.
        try store.put(Fixture.digest(1000), kind: Self.chunk, Fixture.content(1000, count: 1500))
        for number in 23..<26 as Range<UInt64> { #expect(put(store, number) == nil) }
        disk.setCapacity(disk.usedBytes)
        try store.syncObjectsAndWait()
        #expect(((disk.contents["reserve"]?.count ?? 0) < Self.reserve))
        let next = try Fixture.open(disk.afterKill(), settings: settings)
        #expect(!next.takeRecovery().findings.contains { $0.isLoss })
        for number in 0..<26 as Range<UInt64> { #expect(next.contains(Fixture.digest(number))) }
        try next.close()
        let last = try Fixture.open(disk.afterPowerCut(seed: 1), .readOnly, settings: settings)
        #expect(!last.takeRecovery().findings.contains { $0.isLoss })
        for number in 0..<26 as Range<UInt64> { #expect(last.contains(Fixture.digest(number))) }
        try last.close()
    }

    @Test("a full disk keeps no store closed whose segments lack their tables")
    func opensWithoutTables() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        for number in 0..<60 as Range<UInt64> { #expect(put(store, number) == nil) }
        let full = disk.afterKill()
        full.failAlways([.write], with: .noSpace)
        let next = try Fixture.open(full)
        #expect(!next.takeRecovery().findings.contains { $0.isLoss })
        for number in 0..<60 as Range<UInt64> {
            #expect(try next.get(Fixture.digest(number)) == Fixture.content(number, count: 2000))
        }
        full.failAlways([])
        let later = try Fixture.open(full.afterKill())
        #expect(!later.takeRecovery().findings.contains { $0.isLoss })
        try later.close()
        #expect(try Fixture.open(full.afterKill(), .readOnly).takeRecovery().findings.allSatisfy { !$0.isLoss })
        try? next.close()
        try store.close()
    }

    @Test("a disk that turns read-only acknowledges nothing more, is read on, and loses nothing")
    func turnsReadOnly() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        #expect(put(store, 1) == nil)
        try store.syncAndWait(through: try store.append([1]))
        disk.setReadOnly(true)
        #expect(put(store, 2) == .readOnly)
        #expect(put(store, 3, kind: Self.node) == .readOnly)
        #expect(code { () throws(Failure) in try store.syncAndWait(through: try store.append([2])) } == .readOnly)
        #expect(
            code { () throws(Failure) in try store.checkpointAndWait(state: [2], through: store.lastPosition) }
                == .readOnly)
        #expect(try store.get(Fixture.digest(1)) == Fixture.content(1, count: 2000))
        #expect(code { () throws(Failure) in try store.close() } == .readOnly)
        disk.setReadOnly(false)
        let next = try Fixture.open(disk.afterPowerCut(seed: 4))
        #expect(next.takeRecovery().records.first?.bytes == [1])
        #expect(try next.get(Fixture.digest(1)) == Fixture.content(1, count: 2000))
        try next.close()
    }

    @Test("a store on a read-only disk is opened for reading, and refused for writing")
    func onReadOnlyDisk() throws {
        let disk = try Fixture.newDisk()
        var store = try Fixture.open(disk)
        #expect(put(store, 1) == nil)
        try store.checkpointAndWait(state: [5], through: try store.append([1]))
        try store.close()
        disk.setReadOnly(true)
        let before = disk.contents
        store = try Fixture.open(disk, .readOnly)
        #expect(store.takeRecovery().state == [5])
        #expect(try store.get(Fixture.digest(1)) == Fixture.content(1, count: 2000))
        try store.close()
        // Though nothing has to be written yet.
        let refusal = #expect(throws: Failure.self) { try Fixture.open(disk) }
        #expect(refusal?.code == .readOnly)
        #expect(refusal?.description.contains("for writing: Read-only file system") == true)
        #expect(disk.contents == before)
    }
}
