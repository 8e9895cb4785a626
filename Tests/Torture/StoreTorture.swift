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
        problems += try fail()
        problems += try cut()
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
        print(
            "\(count) kills: \(acknowledgements) acknowledgements, each behind an fdatasync; \(problems.count) problems"
        )
        if acknowledgements == 0 { problems.append("no writer got as far as an acknowledgement") }
        return problems
    }

    private func fail() throws -> [String] {
        var trial = StoreTrial()
        let step = 100 / part(of: 100)
        var calls = 0
        for errno in [Errno.io, .noSpace] { calls += try trial.failCalls(with: errno, every: step) }
        calls += try trial.failCallsCompacting(every: step)
        print("\(calls) calls of the disk failed, one in each run: \(trial.problems.count) problems")
        return trial.problems
    }

    private func cut() throws -> [String] {
        let wanted = part(of: Self.powerCuts)
        var trial = StoreTrial()
        var next = seed
        while trial.powerCuts < wanted {
            try trial.cutPower(seeds: next..<next + 5)
            try trial.cutPowerCompacting(seeds: next..<next + 5)
            next += 5
        }
        print(
            "\(trial.powerCuts) power cuts: \(trial.acknowledgements) acknowledgements, each behind an fdatasync;",
            "\(trial.problems.count) problems")
        return trial.problems
    }
}
