internal import Core

/// The queue before the journal's one thread: records go in without waiting, barriers come back as calls.
///
/// `append` wakes nobody on its way: the first record after a flush sets a timer, and whatever comes until it fires is
/// written together. The lock is `state`'s only; completions run without it, on the journal's thread.
final class Journal: Sendable {
    typealias Completion = @Sendable (Failure?) -> Void

    private struct CheckpointRequest {
        let state: [UInt8]
        let position: UInt64
        let completion: Completion
    }

    /// What the thread takes from the queue at once.
    private struct Work {
        var records: [PositionedRecord] = []
        var waiters: [(position: UInt64, completion: Completion)] = []
        var objectWaiters: [Completion] = []
        var checkpoints: [CheckpointRequest] = []
        var previousPosition: UInt64?
        var isClosing = false

        var isUrgent: Bool { !waiters.isEmpty || !objectWaiters.isEmpty || !checkpoints.isEmpty || isClosing }
    }

    private struct State {
        var work = Work()
        var queueBytes = 0
        /// Bytes the writer holds because they are not durable.
        var backlogBytes = 0
        var bytesSinceCheckpoint: UInt64 = 0
        var nextPosition: UInt64
        /// What `sync` need not wait for.
        var durable: UInt64
        var isFlushDue = false
        /// A timer runs. It is left running when a sync comes first: one timer per interval, not one per sync.
        var isFlushScheduled = false
        /// The writer holds records that it could not write.
        var mustRetry = false
        var isStopped = false
        /// Why records wait; nil when the last write went well.
        var problem: Failure?
        var closingProblem: Failure?
    }

    private let objects: ObjectLog
    private let supply: SegmentSupply
    private let settings: StoreSettings
    private let greatestRecord: Int
    private let firstPosition: UInt64
    private let state: Gate<State>

    /// Starts the thread; `makeWriter` runs on it.
    init(
        objects: ObjectLog, supply: SegmentSupply, settings: StoreSettings, firstPosition: UInt64,
        makeWriter: @escaping @Sendable () -> JournalWriter
    ) {
        self.objects = objects
        self.supply = supply
        self.settings = settings
        self.firstPosition = firstPosition
        greatestRecord = JournalWriter.greatestRecord(segmentBytes: settings.journalSegmentBytes)
        state = Gate(State(nextPosition: firstPosition, durable: firstPosition - 1))
        Threads.start("journal") { [self] in run(makeWriter()) }
    }

    func append(_ record: [UInt8]) throws(Failure) -> UInt64 {
        guard record.count <= greatestRecord else {
            throw Failure(.tooLarge, "a journal record of \(record.count) bytes exceeds \(greatestRecord)")
        }
        let (position, mustSchedule, mustWake) = try state.withLock { (state) throws(Failure) in
            if state.isStopped || state.work.isClosing { throw Self.closed }
            guard state.queueBytes + state.backlogBytes + record.count <= settings.pendingLimit else {
                throw state.problem ?? Failure(.busy, "the journal waits for the disk", advice: "try again")
            }
            let position = state.nextPosition
            state.nextPosition += 1
            state.work.records.append(PositionedRecord(position: position, bytes: record))
            state.queueBytes += record.count
            defer { state.isFlushScheduled = true }
            // Much at once need not wait for its time, nor fill the memory until then.
            let mustWake = state.queueBytes >= StoreLimits.unsyncedBytes && !state.isFlushDue
            if mustWake { state.isFlushDue = true }
            return (position, !state.isFlushScheduled, mustWake)
        }
        if mustSchedule { scheduleFlush() }
        if mustWake { state.wakeAll() }
        return position
    }

    private static var closed: Failure { Failure(.badHandle, "the local store is closed") }

    private func scheduleFlush() {
        _ = settings.time.schedule(after: settings.flushInterval) { [weak self] in
            guard let self else { return }
            let isDue = state.withLock { state -> Bool in
                state.isFlushScheduled = false
                state.isFlushDue = !state.work.records.isEmpty || state.mustRetry
                return state.isFlushDue
            }
            if isDue { state.wakeAll() }
        }
    }

    var trouble: Failure? { state.withLock { $0.problem } }
    var pendingBytes: Int { state.withLock { $0.queueBytes + $0.backlogBytes } }
    var durablePosition: UInt64 { state.withLock { $0.durable } }
    var lastPosition: UInt64 { state.withLock { $0.nextPosition - 1 } }
    var bytesSinceCheckpoint: UInt64 { state.withLock { $0.bytesSinceCheckpoint + UInt64($0.queueBytes) } }

    func sync(through position: UInt64, completion: @escaping Completion) {
        let answer = state.withLock { state -> Result<Bool, Failure> in
            if position <= state.durable { return .success(true) }
            if state.isStopped || state.work.isClosing { return .failure(Self.closed) }
            guard position < state.nextPosition else {
                return .failure(Failure(.invalid, "a sync through \(position), which was not appended"))
            }
            state.work.waiters.append((position, completion))
            return .success(false)
        }
        finish(answer, completion)
    }

    func syncObjects(completion: @escaping Completion) {
        let answer = state.withLock { state -> Result<Bool, Failure> in
            if state.isStopped || state.work.isClosing { return .failure(Self.closed) }
            state.work.objectWaiters.append(completion)
            return .success(false)
        }
        finish(answer, completion)
    }

    func checkpoint(_ blob: [UInt8], through position: UInt64, completion: @escaping Completion) {
        let answer = state.withLock { state -> Result<Bool, Failure> in
            if state.isStopped || state.work.isClosing { return .failure(Self.closed) }
            guard position < state.nextPosition else {
                return .failure(Failure(.invalid, "a checkpoint through \(position), which was not appended"))
            }
            guard blob.count <= StoreLimits.stateBytes else {
                return .failure(Failure(.tooLarge, "a checkpoint's state exceeds \(StoreLimits.stateBytes) bytes"))
            }
            state.work.checkpoints.append(
                CheckpointRequest(state: blob, position: position, completion: completion))
            return .success(false)
        }
        finish(answer, completion)
    }

    /// Runs the completion of what needs no thread, or wakes the thread.
    private func finish(_ answer: Result<Bool, Failure>, _ completion: Completion) {
        switch answer {
        case .success(true): completion(nil)
        case .success(false): state.wakeAll()
        case .failure(let problem): completion(problem)
        }
    }

    /// Lets the order go on behind `position - 1`, without the recovered records from there on.
    func drop(from position: UInt64) throws(Failure) {
        try state.withLock { (state) throws(Failure) in
            guard state.nextPosition == firstPosition, position > 0, position < firstPosition else {
                throw Failure(.invalid, "only recovered records can be dropped, and only before the first append")
            }
            state.work.previousPosition = position - 1
        }
    }

    /// Asks the thread to write and sync everything and to end; does not wait.
    func stop() {
        state.withLock { $0.work.isClosing = true }
        state.wakeAll()
    }

    /// Returns when everything is on the disk, or throws why it is not; the thread has ended either way.
    func close() throws(Failure) {
        stop()
        let problem = state.wait { $0.isStopped ? .done($0.closingProblem) : .wait(until: nil) }
        if let problem { throw problem }
    }

    // From here on: the journal's thread.

    private func run(_ writer: JournalWriter) {
        while true {
            let work = state.wait { state -> Gate<State>.Verdict<Work> in
                guard state.work.isUrgent || state.isFlushDue else { return .wait(until: nil) }
                let work = state.work
                state.work = Work()
                state.work.isClosing = work.isClosing
                state.queueBytes = 0
                // What leaves the queue stays counted until it is durable.
                state.backlogBytes += work.records.reduce(0) { $0 + $1.bytes.count }
                state.isFlushDue = false
                state.mustRetry = false
                return .done(work)
            }
            perform(work, writer)
            if work.isClosing { return close(writer) }
        }
    }

    private func perform(_ work: Work, _ writer: JournalWriter) {
        // Who appends goes by what was seen last.
        supply.space.renew()
        if let previous = work.previousPosition { writer.previousPosition = previous }
        writer.take(work.records)
        var problem: Failure?
        if !work.waiters.isEmpty { problem = attempt { () throws(Failure) in try writer.synchronize() } }
        publish(writer, problem)
        for waiter in work.waiters {
            waiter.completion(waiter.position <= writer.durable ? nil : problem ?? Self.closed)
        }
        for request in work.checkpoints {
            let outcome = attempt { () throws(Failure) in
                try writer.checkpoint(request.state, through: request.position)
            }
            publish(writer, problem)
            request.completion(outcome)
        }
        let isFull = writer.unsyncedBytes > StoreLimits.unsyncedBytes
        let late = attempt { () throws(Failure) in
            if isFull { try writer.synchronize() } else { try writer.write() }
        }
        publish(writer, late)
        if late != nil { retryLater() }
        if !work.objectWaiters.isEmpty {
            let outcome = attempt { () throws(Failure) in _ = try objects.synchronize() }
            for completion in work.objectWaiters { completion(outcome) }
        }
    }

    private func attempt(_ body: () throws(Failure) -> Void) -> Failure? {
        do throws(Failure) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    private func publish(_ writer: JournalWriter, _ problem: Failure?) {
        state.withLock { state in
            state.durable = max(state.durable, writer.durable)
            state.backlogBytes = writer.backlogBytes
            state.bytesSinceCheckpoint = writer.bytesSinceCheckpoint
            state.problem = problem
        }
    }

    /// What could not be written is tried again with the next flush.
    private func retryLater() {
        let mustSchedule = state.withLock { state -> Bool in
            defer { state.isFlushScheduled = true }
            state.mustRetry = true
            return !state.isFlushScheduled
        }
        if mustSchedule { scheduleFlush() }
    }

    private func close(_ writer: JournalWriter) {
        var problem = attempt { () throws(Failure) in try writer.close() }
        let late = attempt { () throws(Failure) in try objects.close() }
        problem = problem ?? late
        supply.close()
        state.withLock { state in
            state.isStopped = true
            state.closingProblem = problem
            state.durable = max(state.durable, writer.durable)
        }
        state.wakeAll()
    }
}
