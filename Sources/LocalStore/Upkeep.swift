internal import CLinux
internal import Core

/// What a store does in the background: second copies go to the disk, and segments of which little is left are
/// written anew.
///
/// A thread of its own, at low priority, that lives while there is something to do. So no sync of the journal waits
/// for any of it.
final class Upkeep: Sendable {
    private struct State {
        var isAsked = false
        var isRunning = false
        var isStopping = false
        /// Bytes of objects that were removed since the last look at the garbage.
        var removedBytes: UInt64 = 0
    }

    private let objects: ObjectLog
    private let copies: ObjectLog?
    private let space: SpaceGuard?
    private let events: StoreEvents
    private let settings: StoreSettings
    private let state = Gate(State())

    init(objects: ObjectLog, copies: ObjectLog?, space: SpaceGuard?, events: StoreEvents, settings: StoreSettings) {
        self.objects = objects
        self.copies = copies
        self.space = space
        self.events = events
        self.settings = settings
    }

    /// Begins, unless there is nothing to do; never waits.
    func ask() {
        guard copies?.hasUnsynced == true || isCompactionDue else { return }
        let starts = state.withLock { state -> Bool in
            guard !state.isStopping else { return false }
            state.isAsked = true
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { Threads.start("store-upkeep") { [self] in run() } }
    }

    /// Looks now and then whether so much is garbage that segments are worth writing anew.
    func noteRemoval(of bytes: UInt64) {
        let isTime = state.withLock { state -> Bool in
            state.removedBytes += bytes
            guard state.removedBytes >= settings.compactionBytes / 4 else { return false }
            state.removedBytes = 0
            return true
        }
        if isTime { ask() }
    }

    /// All there are.
    var logs: [ObjectLog] { [objects] + (copies.map { [$0] } ?? []) }

    private var isCompactionDue: Bool {
        settings.compactsItself && logs.contains { $0.isCompactionDue }
    }

    /// Ends what is under way at the next step, and waits for that.
    func stop() {
        state.withLock { $0.isStopping = true }
        state.wakeAll()
        wait()
    }

    /// Returns when nothing is under way.
    func wait() { state.wait { $0.isRunning ? .wait(until: nil) : .done(()) } }

    private func run() {
        cl_lower_thread_priority()
        while true {
            let goesOn = state.withLock { state -> Bool in
                state.isRunning = state.isAsked && !state.isStopping
                state.isAsked = false
                return state.isRunning
            }
            guard goesOn else { return state.wakeAll() }
            syncCopies()
            if settings.compactsItself { for log in logs { compact(log) } }
        }
    }

    private func syncCopies() {
        guard let copies, copies.hasUnsynced else { return }
        do throws(Failure) {
            try copies.synchronize()
        } catch {
            events.noteCopies(error)
        }
    }

    private func compact(_ log: ObjectLog) {
        var moved = 0
        do throws(Failure) {
            while log.isCompactionDue, let segment = log.compactable().first {
                // Space comes back only by writing first: on a full disk that may take the reserve.
                let isDone = try space.lending { () throws(Failure) in
                    try log.compact(segment) { count in
                        moved += count
                        guard moved >= StoreLimits.compactionStepBytes else { return !isStopping }
                        moved = 0
                        return pause()
                    }
                }
                // One that stays for another reason is not compactable any more.
                if !isDone, isStopping { return }
            }
        } catch {
            events.note(Finding(.torn, log.folder, "a segment could not be written anew: \(error.message)"))
        }
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Lets writers have the disk for a while; false when the work is to end.
    private func pause() -> Bool {
        let end = SystemTime.monotonic() + StoreLimits.compactionPause
        return state.wait { state in
            if state.isStopping { return .done(false) }
            return SystemTime.monotonic() >= end ? .done(true) : .wait(until: end)
        }
    }
}
