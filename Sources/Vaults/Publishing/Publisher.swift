package import Core
internal import Synchronization

/// Publishes a held vault's changes in the background, and looks at the other devices now and then.
///
/// One thread of its own, which does nothing while there is nothing to do. Failures are kept for `status` and tried again.
package final class Publisher: Sendable {
    private struct State: Sendable {
        var schedule: PublishSchedule
        var nextLook: Moment
        var isStopped = false
        var hasEnded = false
        /// Count tries, for whoever waits for one.
        var begun = 0
        var ended = 0
        /// How the last of them ended.
        var hasFailed = false
    }

    private let link: RemoteLink
    private let time: any TimeSource
    private let state: Gate<State>

    /// Begins at once; what an earlier process left unpublished goes first.
    package init(
        _ link: RemoteLink, pauses: PublishSchedule.Pauses = PublishSchedule.Pauses(),
        time: any TimeSource = SystemTime()
    ) {
        self.link = link
        self.time = time
        state = Gate(State(schedule: PublishSchedule(pauses), nextLook: time.now))
        link.volume.changeObserver.withLock { observer in
            observer = { [weak self] isNameOnly in self?.tell(.changed(isNameOnly: isNameOnly)) }
        }
        if link.hasWork { tell(.changed(isNameOnly: false)) }
        Threads.start("publisher") { self.run() }
    }

    private func tell(_ event: PublishSchedule.Event) {
        let now = time.now
        let isSooner = state.withLock { state -> Bool in
            let before = state.schedule.next
            guard let next = state.schedule.handle(event, at: now) else { return false }
            return before.map { next < $0 } ?? true
        }
        // Every write comes by here, and most only put off what the thread waits for: it looks again when it wakes.
        if isSooner { state.wakeAll() }
    }

    /// Publishes now, without waiting for a pause in the changes.
    package func urge() { tell(.urged) }

    /// Tries at once what failed before.
    package func encourage() { tell(.encouraged) }

    /// Since when the oldest change waits that is not published; nil when all is.
    package var oldestChange: Duration? {
        let now = time.now
        return state.withLock { state in state.schedule.oldestChange.map { now - $0 } }
    }

    /// Whether nothing waits to be published.
    package var isIdle: Bool { state.withLock { !$0.schedule.isPending } }

    private enum Work {
        case publish, look, stop
    }

    private func run() {
        while true {
            switch nextWork() {
            case .publish: publish()
            case .look: look()
            case .stop:
                state.withLock { $0.hasEnded = true }
                state.wakeAll()
                return
            }
        }
    }

    private func nextWork() -> Work {
        state.wait { [time] state in
            if state.isStopped { return .done(.stop) }
            let now = time.now
            if let due = state.schedule.next, due <= now {
                _ = state.schedule.handle(.started, at: now)
                state.begun += 1
                return .done(.publish)
            }
            if state.nextLook <= now {
                state.nextLook = now + Limits.Remote.refresh
                return .done(.look)
            }
            return .wait(until: min(state.schedule.next ?? state.nextLook, state.nextLook))
        }
    }

    private func publish() {
        var outcome = PublishSchedule.Outcome.published
        do throws(Failure) {
            try link.publish()
        } catch {
            if error.code != .interrupted { Log.warning("remote", "publishing failed: \(error)") }
            // A login may come at any moment, and asking for one costs a request at most.
            outcome = error.code.row.retry == .never ? .stuck : .failed(after: nil)
        }
        let now = time.now
        state.withLock { state in
            _ = state.schedule.handle(.ended(outcome), at: now)
            state.ended += 1
            state.hasFailed = outcome != .published
        }
        state.wakeAll()
    }

    private func look() {
        do throws(Failure) {
            _ = try link.look()
            // The remote answers: whatever failed for want of it need not wait longer.
            if link.activity.failure?.code.row.retry == .later { encourage() }
        } catch {
            Log.info("remote", "looking at the other devices failed: \(error)")
        }
    }

    /// Publishes until nothing is left, or until a try fails or the limit has passed; whether all is published. Blocks.
    package func publishAll(within limit: Duration) -> Bool {
        let deadline = time.now + limit
        let before = state.withLock { $0.begun }
        encourage()
        urge()
        return state.wait { [time] state in
            // The try that was under way may have failed for a reason that has gone: only later ones count.
            if state.ended > before {
                if state.hasFailed { return .done(false) }
                if !state.schedule.isPending { return .done(true) }
            }
            if state.isStopped || time.now >= deadline { return .done(false) }
            return .wait(until: deadline)
        }
    }

    /// Ends what is under way, without waiting for the network, and the thread with it.
    package func stop() {
        link.volume.changeObserver.withLock { $0 = nil }
        link.stop()
        state.withLock { $0.isStopped = true }
        state.wakeAll()
        state.wait { $0.hasEnded ? .done(()) : .wait(until: nil) }
    }
}
