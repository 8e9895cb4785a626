import Core
import StorageSupport
import Testing
import Vaults

/// A schedule beside a simple account of what it was told; says which rule it breaks.
private struct ScheduleBench {
    enum Action: CaseIterable {
        case nameChange, contentChange, urge, encourage
        case shortStep, longStep
        case publish, fail, failWithPause, stick
    }

    static let pauses = PublishSchedule.Pauses()
    var schedule = PublishSchedule()
    var now = Moment(nanoseconds: 1_000_000_000_000)
    var starts: [Moment] = []
    // What waits, and what a publication under way has taken.
    private var first: Moment?
    private var last: Moment?
    private var hasContent = false
    private var isUrged = false
    private var taken: Moment?
    private var isRunning = false
    private var notBefore: Moment?
    private var failures = 0
    private var mustGoOn = false

    mutating func act(_ action: Action) -> String? {
        switch action {
        case .nameChange: change(isNameOnly: true)
        case .contentChange: change(isNameOnly: false)
        case .urge:
            _ = schedule.handle(.urged, at: now)
            (isUrged, notBefore) = (true, nil)
        case .encourage:
            _ = schedule.handle(.encouraged, at: now)
            (failures, notBefore) = (0, nil)
        case .shortStep: return step(.milliseconds(700))
        case .longStep: return step(.seconds(6))
        case .publish: end(.published)
        case .fail: end(.failed(after: nil))
        case .failWithPause: end(.failed(after: .seconds(7)))
        case .stick: end(.stuck)
        }
        return startIfDue() ?? check()
    }

    private mutating func change(isNameOnly: Bool) {
        _ = schedule.handle(.changed(isNameOnly: isNameOnly), at: now)
        first = first ?? now
        last = now
        hasContent = hasContent || !isNameOnly
    }

    private mutating func end(_ outcome: PublishSchedule.Outcome) {
        guard isRunning else { return }
        _ = schedule.handle(.ended(outcome), at: now)
        isRunning = false
        defer { taken = nil }
        switch outcome {
        case .published: (failures, notBefore, mustGoOn) = (0, nil, false)
        case .failed(let asked):
            failures += 1
            let pause = min(Self.pauses.retry * (1 << (failures - 1)), Self.pauses.longestRetry)
            notBefore = now + max(pause, asked ?? .zero)
            (first, mustGoOn) = (taken ?? first, true)
        case .stuck:
            notBefore = now + Self.pauses.stuck
            (first, mustGoOn) = (taken ?? first, true)
        }
    }

    /// Lets time pass, with a start at the very moment each falls due.
    private mutating func step(_ length: Duration) -> String? {
        let end = now + length
        while let next = schedule.next, next <= end {
            now = max(now, next)
            if let problem = startIfDue() { return problem }
        }
        now = end
        return check()
    }

    private mutating func startIfDue() -> String? {
        guard let next = schedule.next, next <= now else { return nil }
        if isRunning { return "a second start beside the first" }
        if let before = starts.last, now - before < Self.pauses.quiet { return "two starts in \(now - before)" }
        if let notBefore, now < notBefore { return "a start in a pause after a failure" }
        if first == nil, !isUrged, !mustGoOn { return "a start for nothing" }
        _ = schedule.handle(.started, at: now)
        starts.append(now)
        (isRunning, taken) = (true, first)
        (first, last, hasContent, isUrged, mustGoOn) = (nil, nil, false, false, false)
        return check()
    }

    /// When the rules want the next start.
    private var due: Moment? {
        if isRunning { return nil }
        var due: Moment
        if isUrged || mustGoOn || (first != nil && !hasContent) {
            due = first ?? starts.last ?? Moment(nanoseconds: 0)
        } else if let first, let last {
            due = min(last + Self.pauses.quiet, first + Self.pauses.longest)
        } else {
            return nil
        }
        if let before = starts.last { due = max(due, before + Self.pauses.quiet) }
        if let notBefore { due = max(due, notBefore) }
        return due
    }

    func check() -> String? {
        if schedule.next != due {
            return "next is \(String(describing: schedule.next)), not \(String(describing: due))"
        }
        if schedule.isPending != (isRunning || first != nil || isUrged || mustGoOn) { return "pending is wrong" }
        if schedule.oldestChange != taken ?? first { return "the oldest change is forgotten" }
        return nil
    }
}

@Suite struct PublishScheduleTests {
    private typealias Action = ScheduleBench.Action

    @Test("every sequence of five events keeps the rules")
    func exhaustive() {
        var (problem, count): (String?, Int) = (nil, 0)
        func extend(_ bench: ScheduleBench, _ past: [Action]) {
            if problem != nil { return }
            if past.count == 5 {
                count += 1
                return
            }
            for action in Action.allCases {
                var next = bench
                if let found = next.act(action) { problem = problem ?? "\(past + [action]): \(found)" }
                extend(next, past + [action])
            }
        }
        extend(ScheduleBench(), [])
        #expect(problem == nil)
        #expect(count == 100_000)
    }

    @Test("long random sequences keep the rules", arguments: 1...20 as ClosedRange<UInt64>)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bench = ScheduleBench()
        var past: [Action] = []
        for _ in 0..<2000 {
            let action = Action.allCases.randomElement(using: &random) ?? .urge
            past.append(action)
            if let problem = bench.act(action) {
                Issue.record("\(past.suffix(12)): \(problem)")
                return
            }
        }
        #expect(bench.starts.count > 50)
    }

    @Test("changes that go on are published ten seconds after the first, and a pause publishes them sooner")
    func bounds() {
        let start = Moment(nanoseconds: 5_000_000_000)
        var schedule = PublishSchedule()
        var now = start
        var due: Moment?
        for _ in 0..<9 {
            due = schedule.handle(.changed(isNameOnly: false), at: now)
            #expect(due == min(now + .milliseconds(1500), start + .seconds(10)))
            now = now + .seconds(1)
        }
        due = schedule.handle(.changed(isNameOnly: false), at: now)
        #expect(due == start + .seconds(10))
    }

    @Test("a failure is tried again after 2, 4, 8 … and never more than 60 seconds, or after what the server asks")
    func retries() {
        var schedule = PublishSchedule()
        var now = Moment(nanoseconds: 0)
        _ = schedule.handle(.urged, at: now)
        for pause in [2, 4, 8, 16, 32, 60, 60] {
            _ = schedule.handle(.started, at: now)
            #expect(schedule.handle(.ended(.failed(after: nil)), at: now) == now + .seconds(pause))
            now = now + .seconds(pause)
        }
        _ = schedule.handle(.started, at: now)
        #expect(schedule.handle(.ended(.failed(after: .seconds(300))), at: now) == now + .seconds(300))
        #expect(schedule.handle(.encouraged, at: now) == now + .milliseconds(1500))
    }
}
