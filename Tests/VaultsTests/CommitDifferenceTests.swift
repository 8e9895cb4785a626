import Core
import Testing
import Trees
import VaultSupport
import Vaults

@Suite(.ownThread) struct CommitDifferenceTests {
    private let bench: TestVault

    init() throws { bench = try TestVault() }

    private func records() throws -> [[UInt8]: [UInt8]] {
        var records: [[UInt8]: [UInt8]] = [:]
        try bench.vault.commit()
        try bench.vault.forEachRecord { records[$0.key] = $0.value }
        return records
    }

    @Test("what differs between two commits is what was changed between them, and nothing else")
    func commits() throws {
        for number in 0..<3000 { try bench.add("file \(number)", [UInt8(number % 256)]) }
        let (before, first) = (try records(), bench.vault.root)
        try bench.add("file 2000", [9])
        try bench.add("new", [1, 2])
        let (after, second) = (try records(), bench.vault.root)
        for (from, to, old, new) in [
            (first, second, before, after), (nil, first, [:], before), (second, nil, after, [:]),
        ] {
            var changes: [TreeChange] = []
            try bench.vault.difference(from: from, to: to) { change in
                changes.append(change)
                return true
            }
            let keys = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
            #expect(changes.map(\.key) == keys.sorted { $0.lexicographicallyPrecedes($1) })
            #expect(changes.allSatisfy { $0.old == old[$0.key] && $0.new == new[$0.key] })
        }
    }
}
