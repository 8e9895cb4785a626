internal import Core
internal import Synchronization

/// Keeps the store from filling its disk, and gives a way out where somebody else has filled it.
///
/// New content is taken only while more is free than `keptBytes`, so that names, tree nodes and commits find room:
/// nobody asks for those. Where they meet a full disk all the same, they get the reserve.
final class SpaceGuard: Sendable {
    private struct State {
        /// Bytes of content that may be taken without a look at the disk.
        var budget: UInt64 = 0
        /// When the last look is too old.
        var goodUntil = Moment(nanoseconds: 0)
        /// Why no content is taken; nil while it is.
        var refusal: Failure?
        /// A timer looks again.
        var isWatching = false
    }

    private let disk: any Disk
    private let time: any TimeSource
    private let keptBytes: UInt64
    private let reserve: Reserve
    private let state = Mutex(State())

    /// Asks the disk how large it is and what of it is free, and takes the reserve; on a disk that is nearly full, what
    /// there is of it.
    init(disk: any Disk, settings: StoreSettings) {
        self.disk = disk
        time = settings.time
        // A disk that does not say is taken for a large one.
        let space = try? disk.space()
        let total = space?.totalBytes ?? .max
        keptBytes = settings.keptFreeBytes ?? StoreLimits.keptFreeBytes(of: total)
        reserve = Reserve(
            disk: disk, wantedBytes: min(settings.reserveBytes, total / StoreLimits.greatestKeptPart))
        // A look fills it where there is room; a disk that does not say has as much as it takes.
        if space == nil { reserve.fill() } else { reserve.find() }
        look(for: 0)
    }

    /// Why content is refused; nil while it is taken. From memory.
    var refusal: Failure? { state.withLock { $0.refusal } }

    /// Lets so many bytes of content through, or throws `.noSpace`; now and then asks the disk.
    func admit(_ count: Int) throws(Failure) {
        if spend(UInt64(count)) { return }
        look(for: UInt64(count))
        if let refusal { throw refusal }
        _ = spend(UInt64(count))
    }

    /// As `admit`, from memory: what has changed since the last look is found by the next one.
    func admitByMemory(_ count: Int) throws(Failure) {
        if let refusal { throw refusal }
        _ = spend(UInt64(count))
    }

    /// Counts bytes; false when a look at the disk is due.
    private func spend(_ count: UInt64) -> Bool {
        let now = time.now
        return state.withLock { state in
            let isFine = state.refusal == nil && state.budget >= count && now < state.goodUntil
            state.budget -= min(state.budget, count)
            return isFine
        }
    }

    /// Looks at the disk if the last look is old, or was bad; for threads that may wait for it.
    func renew() {
        if !spend(0) || state.withLock({ $0.budget == 0 }) { look(for: 0) }
    }

    private func look(for wanted: UInt64) {
        // Not for the next byte alone: whoever is let in again writes on.
        let count = refusal == nil ? wanted : max(wanted, StoreLimits.readmittedBytes)
        // A disk that does not answer will say so to whoever writes.
        guard var free = (try? disk.space())?.freeBytes else { return allow(StoreLimits.spaceLookBytes) }
        let missing = reserve.missingBytes
        if missing > 0, free >= keptBytes + missing + count {
            reserve.fill()
            free -= min(free, missing - min(missing, reserve.missingBytes))
        }
        let kept = keptBytes + reserve.missingBytes
        if kept == 0 { return allow(StoreLimits.spaceLookBytes) }
        guard free >= kept + max(count, 1) else { return refuse(free: free, kept: kept) }
        // Half of it: others write there too.
        allow(min(StoreLimits.spaceLookBytes, max((free - kept) / 2, count)))
    }

    private func allow(_ budget: UInt64) {
        let end = time.now + StoreLimits.spaceLookInterval
        state.withLock { state in
            state.budget = budget
            state.goodUntil = end
            state.refusal = nil
        }
    }

    private func refuse(free: UInt64, kept: UInt64) {
        let failure = Failure(
            .noSpace,
            "the disk that holds the store has \(ByteCount(free)) free, and \(ByteCount(kept)) are kept for deleting, "
                + "renaming and committing",
            advice: "free some space on the disk; what was acknowledged before is safe")
        state.withLock { state in
            state.budget = 0
            state.refusal = failure
        }
        watch()
    }

    /// Looks again in a while, until there is room: not everybody who was refused may look.
    private func watch() {
        let mustSchedule = state.withLock { state -> Bool in
            defer { state.isWatching = true }
            return !state.isWatching
        }
        guard mustSchedule else { return }
        _ = time.schedule(after: StoreLimits.spaceLookInterval) { [weak self] in
            guard let self else { return }
            state.withLock { $0.isWatching = false }
            // Never on the clock's thread: a disk may take its time.
            Threads.start("store-space") { [weak self] in self?.look(for: 0) }
        }
    }

    /// Runs what must succeed on a full disk, again with each part of the reserve that it costs.
    ///
    /// `body` must stand being run again after it failed for want of space.
    func lending<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        while true {
            do throws(Failure) {
                return try body()
            } catch {
                guard error.code == .noSpace || error.code == .overLimit, lend() else { throw error }
            }
        }
    }

    /// Gives a part of the reserve back to the disk; false when nothing is left of it.
    func lend() -> Bool {
        guard reserve.give() else { return false }
        // What was given is not for content: the next one looks.
        state.withLock { $0.budget = 0 }
        return true
    }

    /// Takes back what was lent, where there is room again.
    func refill() {
        if reserve.missingBytes > 0 { look(for: 0) }
    }
}

extension SpaceGuard? {
    /// As a guard's own; where there is none, once.
    func lending<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        guard let self else { return try body() }
        return try self.lending(body)
    }
}
