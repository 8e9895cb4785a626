internal import Core

/// Power cuts under a whole vault at work, whole or a share of them.
struct CutTorture {
    private static let sessionCuts = 800
    private static let databaseCuts = 201

    let share: Int
    let seed: UInt64

    /// Whether nothing was lost.
    func run() throws -> Bool {
        print("torture cuts: \(share) % of it, seed \(seed)")
        // The databases first: their mounts are made by processes of their own, these threads are not in their way.
        let problems = cutDatabases() + cutSessions()
        for problem in problems.prefix(10) { print("  \(problem)") }
        print(problems.isEmpty ? "nothing was lost" : "\(problems.count) problems")
        return problems.isEmpty
    }

    private func part(of whole: Int) -> Int { max(1, whole * share / 100) }

    private func cutSessions() -> [String] {
        var trial = SessionCuts(seed: seed)
        var problems: [String] = []
        do { try trial.run(part(of: Self.sessionCuts)) } catch { problems.append("\(error)") }
        problems += trial.problems
        print(
            "\(trial.cuts) power cuts under files being written and renamed, \(trial.interruptions) more while the vault",
            "was opened again, which took \(Int(trial.slowest.milliseconds)) ms at most; \(problems.count) problems")
        return problems
    }

    private func cutDatabases() -> [String] {
        var trial = DatabaseCuts(seed: seed)
        var problems: [String] = []
        do { try trial.run(part(of: Self.databaseCuts)) } catch { problems.append("\(error)") }
        problems += trial.problems
        print(
            "\(trial.cuts) power cuts under databases on a mount: \(trial.transactions) transactions;",
            "\(problems.count) problems")
        return problems
    }
}
