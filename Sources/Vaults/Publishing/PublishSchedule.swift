package import Core

/// When the next publication begins: a value that is told what happens and answers when to act. It does nothing itself.
///
/// A publication begins after a pause in the changes, or some time after the first change even if they go on; a change
/// of names alone does not wait for a pause. There is at most one at a time, and never two in a shorter time than the
/// pause, whatever the mix. After a failure it is tried again ever later.
package struct PublishSchedule: Sendable, Equatable {
    package enum Event: Sendable, Equatable {
        /// Something changed; `isNameOnly` when no content did.
        case changed(isNameOnly: Bool)
        /// Somebody wants it now.
        case urged
        case started
        case ended(Outcome)
        /// There is a reason to try at once what failed before: a login, a network that came back.
        case encouraged
    }

    package enum Outcome: Sendable, Equatable {
        case published
        /// It can be tried again; `after` is a pause that the server asked for.
        case failed(after: Duration?)
        /// Trying again is of no use before somebody does something.
        case stuck
    }

    /// The bounds, as the file system's users feel them.
    package struct Pauses: Sendable, Equatable {
        /// Without a change for this long, what changed is published.
        package var quiet: Duration = .milliseconds(1500)
        /// After the first change, whatever follows.
        package var longest: Duration = .seconds(10)
        /// The first pause after a failure; each further one is twice as long.
        package var retry: Duration = .seconds(2)
        /// The longest of them: a server that comes back is found within a minute.
        package var longestRetry: Duration = .seconds(60)
        /// When trying again seems of no use: the cause may go all the same, and each try costs little.
        package var stuck: Duration = .seconds(30)

        package init() {}
    }

    private let pauses: Pauses
    private var firstChange: Moment?
    private var lastChange: Moment?
    private var isNameOnly = true
    private var isUrged = false
    private var isRunning = false
    private var lastStart: Moment?
    private var failures = 0
    private var notBefore: Moment?

    package init(_ pauses: Pauses = Pauses()) { self.pauses = pauses }

    /// Whether something waits to be published, or is being published.
    package var isPending: Bool { firstChange != nil || isUrged || isRunning }

    /// Since when the oldest change waits that is not published; one that a publication has taken with it counts.
    package var oldestChange: Moment? { isRunning ? beginning.firstChange ?? firstChange : firstChange }

    /// Takes in what happened; the moment to begin, nil while there is nothing to do or one is under way.
    package mutating func handle(_ event: Event, at now: Moment) -> Moment? {
        switch event {
        case .changed(let isNameOnly):
            self.isNameOnly = self.isNameOnly && isNameOnly
            firstChange = firstChange ?? now
            lastChange = now
        case .urged:
            isUrged = true
            notBefore = nil
        case .encouraged:
            failures = 0
            notBefore = nil
        case .started:
            isRunning = true
            lastStart = now
            beginning = Beginning(firstChange: firstChange, isUrged: isUrged)
            (firstChange, lastChange, isNameOnly, isUrged) = (nil, nil, true, false)
        case .ended(let outcome):
            isRunning = false
            end(outcome, now)
        }
        return next
    }

    /// What a publication took with it, put back when it fails.
    private struct Beginning: Sendable, Equatable {
        var firstChange: Moment?
        var isUrged = false
    }

    private var beginning = Beginning()

    private mutating func end(_ outcome: Outcome, _ now: Moment) {
        switch outcome {
        case .published:
            failures = 0
            notBefore = nil
            return
        case .failed(let asked):
            failures += 1
            let doubling = pauses.retry * (1 << min(failures - 1, 16))
            notBefore = now + max(min(doubling, pauses.longestRetry), asked ?? .zero)
        case .stuck:
            notBefore = now + pauses.stuck
        }
        // What failed is as old as it was, and waits only for its turn.
        firstChange = beginning.firstChange ?? firstChange
        isUrged = true
    }

    /// When to begin, as things stand.
    package var next: Moment? {
        guard !isRunning, firstChange != nil || isUrged else { return nil }
        var moment: Moment
        if isUrged || (isNameOnly && firstChange != nil) {
            moment = firstChange ?? lastStart ?? Moment(nanoseconds: 0)
        } else if let firstChange, let lastChange {
            moment = min(lastChange + pauses.quiet, firstChange + pauses.longest)
        } else {
            return nil
        }
        // Whoever urges skips the pause after changes, never the one between two beginnings.
        if let lastStart { moment = max(moment, lastStart + pauses.quiet) }
        if let notBefore { moment = max(moment, notBefore) }
        return moment
    }
}
