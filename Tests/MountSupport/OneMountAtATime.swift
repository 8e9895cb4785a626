package import Testing

/// Keeps tests that mount from running beside each other, in whichever target they stand.
///
/// `.serialized` orders what one suite holds. `swift test` runs the suites of all targets in one process, side by side; their
/// mounts would fight for the machine's cores and miss deadlines that a lone mount keeps.
package struct OneMountAtATime: SuiteTrait, TestTrait, TestScoping {
    private static let turn = Turn()

    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Self.turn.take()
        do {
            try await function()
        } catch {
            await Self.turn.pass()
            throw error
        }
        await Self.turn.pass()
    }
}

extension Trait where Self == OneMountAtATime {
    package static var oneMountAtATime: Self { OneMountAtATime() }
}

/// Who may mount now; the others wait in order, without a thread.
private actor Turn {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        if !isTaken {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func pass() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
