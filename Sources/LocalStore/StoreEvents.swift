internal import Core
internal import Synchronization

/// What a store met with while it was open, for whoever asks how it stands; each object once.
final class StoreEvents: Sendable {
    private struct State {
        var told: Set<Digest> = []
        var findings: [Finding] = []
        var mended: UInt64 = 0
        var isCopyingTrouble = false
    }

    private let state = Mutex(State())

    /// Notes a finding; of one object only the first.
    func note(_ finding: Finding) {
        state.withLock { state in
            // Beyond this many what is kept would be the next trouble.
            guard state.told.count < StoreLimits.findings, state.findings.count < StoreLimits.findings else { return }
            if let digest = finding.digest, !state.told.insert(digest).inserted { return }
            if finding.problem == .mended { state.mended += 1 }
            state.findings.append(finding)
        }
    }

    /// Second copies cannot be written: noted once, until one can be.
    func noteCopies(_ problem: Failure?) {
        let isNew = state.withLock { state -> Bool in
            defer { state.isCopyingTrouble = problem != nil }
            return problem != nil && !state.isCopyingTrouble
        }
        if isNew, let problem {
            note(Finding(.missing, "copies", "second copies are not written now: \(problem.message)"))
        }
    }

    var standing: StoreStanding { state.withLock { StoreStanding(mendedObjects: $0.mended, findings: $0.findings) } }
}

/// What a store met with since it was opened.
package struct StoreStanding: Sendable {
    /// Objects that were read from their second copy.
    package let mendedObjects: UInt64
    /// At most a thousand, the first ones.
    package let findings: [Finding]
}
