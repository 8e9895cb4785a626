package import Core
internal import LocalStore
internal import Synchronization
internal import Volumes

/// Holds the chunks in a vault's store below a limit: what the remote surely has goes, and comes again when it is read.
///
/// Tree nodes, chunk lists and commits stay. At the limit, with nothing that may go, writers wait, and then are refused.
package final class Eviction: Sendable {
    struct State: Sendable {
        var contentBytes: UInt64 = 0
        /// Of those, what no published commit names; as the last round found.
        var unpublishedBytes: UInt64 = 0
        /// Who waits for room.
        var waiting: [UInt64: @Sendable (Failure?) -> Void] = [:]
        var nextWaiter: UInt64 = 0
        /// A round should begin.
        var isDue = false
        /// The last round could not make room: the next begins when something is published, or in a while.
        var isStuck = false
        var isStopped = false
        /// No thread has begun, or it has ended.
        var hasEnded = true
        /// Read back from the remote as they are here.
        var proven: Set<Digest> = []
    }

    package let limit: ByteCount
    let link: RemoteLink
    let volume: NativeVolume
    let time: any TimeSource
    let recency = Recency()
    let state = Gate(State())
    private let shortage = Mutex<(@Sendable () -> Void)?>(nil)

    /// From where on room is made in the background, and how far.
    var highMark: UInt64 { limit.bytes - limit.bytes / 8 }
    var lowMark: UInt64 { limit.bytes - limit.bytes / 4 }

    /// Counts what there is: a look at every object's entry.
    init(limit: ByteCount, link: RemoteLink, volume: NativeVolume, time: any TimeSource) throws(Failure) {
        (self.limit, self.link, self.volume, self.time) = (limit, link, volume, time)
        var bytes: UInt64 = 0
        try volume.objects.store.forEachObject { entry in
            if entry.isChunk { bytes += UInt64(entry.length) }
        }
        state.withLock { $0.contentBytes = bytes }
    }

    package var contentBytes: UInt64 { state.withLock { $0.contentBytes } }
    func hasRoom(for count: Int) -> Bool { contentBytes + UInt64(count) <= limit.bytes }

    /// Tells whoever publishes when room is short: what is not published may not go.
    package func whenShort(_ body: @escaping @Sendable () -> Void) { shortage.withLock { $0 = body } }

    // MARK: What the volume tells

    func noteStored(_ bytes: Int) {
        let (mustWake, isShort) = state.withLock { state -> (Bool, Bool) in
            state.contentBytes += UInt64(bytes)
            guard state.contentBytes >= highMark, !state.isStuck, !state.isDue else { return (false, false) }
            state.isDue = true
            return (true, true)
        }
        if mustWake { state.wakeAll() }
        if isShort { shortage.withLock { $0 }?() }
    }

    /// Something was published, so that more may go.
    func notePublished() {
        state.withLock { state in
            state.isStuck = false
            state.isDue = state.isDue || state.contentBytes >= highMark
        }
        state.wakeAll()
    }

    func noteProven(_ digest: Digest) { state.withLock { Self.enter([digest], &$0) } }

    static func enter(_ digests: Set<Digest>, _ state: inout State) {
        // What is forgotten is read back once more.
        if state.proven.count + digests.count > Limits.Remote.provenObjects { state.proven = [] }
        state.proven.formUnion(digests)
    }

    // MARK: Waiting for room

    /// nil, or what a writer waits for: it ends with room, or with `.noSpace` and the reason.
    func pressure() -> Need? {
        guard contentBytes >= limit.bytes else { return nil }
        return Need { [self] completion in
            let number = state.withLock { state -> UInt64? in
                guard state.contentBytes >= limit.bytes, !state.isStopped else { return nil }
                state.nextWaiter += 1
                state.waiting[state.nextWaiter] = completion
                state.isDue = !state.isStuck
                return state.nextWaiter
            }
            guard let number else { return completion(nil) }
            state.wakeAll()
            shortage.withLock { $0 }?()
            _ = time.schedule(after: Limits.Content.roomWait) { [weak self] in self?.expire(number) }
        }
    }

    private func expire(_ number: UInt64) {
        let waiter = state.withLock { $0.waiting.removeValue(forKey: number) }
        waiter?(refusal)
    }

    var refusal: Failure {
        let unpublished = ByteCount(state.withLock { min($0.unpublishedBytes, $0.contentBytes) })
        return Failure(
            .noSpace, "the cache is at its limit of \(limit), and \(unpublished) wait for upload",
            advice: "see 'cbstore status' for what keeps the remote; or mount with a larger --cache-size-mb",
            cause: link.activity.failure)
    }

    /// Lets those go on who wait, if there is room.
    func releaseWaiters() {
        let waiters = state.withLock { state -> [@Sendable (Failure?) -> Void] in
            guard state.contentBytes < limit.bytes || state.isStopped else { return [] }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for waiter in waiters { waiter(nil) }
    }

    // MARK: The thread

    /// Makes room in the background from now on, on a thread of its own.
    package func start() {
        state.withLock { state in
            state.hasEnded = false
            state.isDue = state.contentBytes >= highMark
        }
        Threads.start("eviction") { [self] in run() }
    }

    private func run() {
        while true {
            let goesOn = state.wait { state -> Gate<State>.Verdict<Bool> in
                if state.isStopped { return .done(false) }
                guard state.isDue else { return .wait(until: nil) }
                return .done(true)
            }
            if !goesOn { break }
            makeRoom()
        }
        state.withLock { $0.hasEnded = true }
        state.wakeAll()
    }

    /// One round: brings the store below the low mark, as far as that is possible now; blocks on the remote.
    package func makeRoom() {
        state.withLock { $0.isDue = false }
        do throws(Failure) {
            try evict()
        } catch {
            if error.code != .interrupted { Log.warning("cache", "no room could be made: \(error)") }
        }
        let isStuck = state.withLock { state -> Bool in
            state.isStuck = state.contentBytes >= highMark
            return state.isStuck
        }
        releaseWaiters()
        guard isStuck else { return }
        _ = time.schedule(after: Limits.Content.roomRetry) { [weak self] in self?.notePublished() }
    }

    /// Ends the thread, and lets everybody go who waits; the link, which it may wait for, was stopped before.
    package func stop() {
        state.withLock { $0.isStopped = true }
        state.wakeAll()
        releaseWaiters()
        state.wait { $0.hasEnded ? .done(()) : .wait(until: nil) }
    }
}
