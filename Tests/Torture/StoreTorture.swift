internal import Core
internal import StorageSupport
internal import VaultSupport

/// The store's ordeals, whole or a share of them.
struct StoreTorture {
    private static let kills = 1000
    private static let powerCuts = 10_000
    /// Kills that one folder survives before a new one is begun.
    private static let killsPerFolder = 40

    let share: Int
    let seed: UInt64

    /// Whether nothing was lost.
    func run() throws -> Bool {
        print("torture store: \(share) % of it, seed \(seed)")
        var problems = try kill()
        problems += fail()
        problems += cut()
        for problem in problems.prefix(20) { print("  \(problem)") }
        print(problems.isEmpty ? "nothing was lost" : "\(problems.count) problems")
        return problems.isEmpty
    }

    private func part(of whole: Int) -> Int { max(1, whole * share / 100) }

    private func kill() throws -> [String] {
        let count = part(of: Self.kills)
        var problems: [String] = []
        var acknowledgements = 0
        for first in stride(from: 0, to: count, by: Self.killsPerFolder) {
            let folder = try TemporaryFolder()
            var kills = StoreKills(folder: folder.path, seed: seed &+ UInt64(first))
            for _ in first..<min(first + Self.killsPerFolder, count) { try kills.kill() }
            acknowledgements += kills.acknowledgements
            problems += kills.problems.map { "folder \(first / Self.killsPerFolder): \($0)" }
        }
        print("\(count) kills: \(acknowledgements) acknowledgements, each behind an fdatasync; \(problems.count) problems")
        if acknowledgements == 0 { problems.append("no writer got as far as an acknowledgement") }
        return problems
    }

    private func fail() -> [String] {
        var trial = StoreTrial(seed: seed)
        var calls = 0
        for errno in [Errno.io, .noSpace] { calls += trial.failCalls(with: errno, every: 100 / part(of: 100)) }
        print("\(calls) calls of the disk failed, each once: \(trial.problems.count) problems")
        return trial.problems
    }

    private func cut() -> [String] {
        var trial = StoreTrial(seed: seed)
        let cuts = trial.cutPower(times: part(of: Self.powerCuts))
        print("\(cuts) power cuts: \(trial.problems.count) problems")
        return trial.problems
    }
}
