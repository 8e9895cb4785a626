import Core
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// What one small change among many files leaves behind: the budget of `docs/performance.md`, on a smaller vault.
@Suite(.ownThread) struct ChangeCostTests {
    private static let width = 100
    private let bench: TestVault
    private var files: [(directory: FileID, name: Name, file: FileID)] = []

    init() throws {
        bench = try TestVault()
        let now = bench.time.wallClock
        for number in 0..<100 {
            let directory = bench.volume.makeFileID()
            var changes: [Change] = [
                .setAttributes(directory, TestVault.directory(now)),
                .setChild(
                    directory: .root, name: Name("folder \(number)"), child: Child(file: directory, kind: .directory),
                    time: now),
            ]
            for place in 0..<Self.width {
                let (file, name) = (bench.volume.makeFileID(), Name("IMG_2024_\(number * 7919)_\(place).jpeg"))
                changes += make(file, name, in: directory, now)
                changes.append(.write(file, offset: 0, .inline([UInt8](repeating: 5, count: place * 5)), time: now))
                files.append((directory, name, file))
            }
            try bench.make(changes)
        }
        try bench.vault.commit()
    }

    private func make(_ file: FileID, _ name: Name, in directory: FileID, _ now: Timestamp) -> [Change] {
        [
            .setAttributes(file, Attributes(kind: .regular, permissions: 0o644, owner: 1, group: 1, now: now)),
            .setChild(directory: directory, name: name, child: Child(file: file, kind: .regular), time: now),
        ]
    }

    @Test("a file written, added or moved among ten thousand costs few objects and few bytes", arguments: 0..<3)
    func cost(_ kind: Int) throws {
        var random = SeededRandom(seed: 61)
        var (objects, bytes): ([UInt64], [UInt64]) = ([], [])
        for round in 0..<15 {
            let (directory, name, file) = files[Int.random(in: 0..<files.count, using: &random)]
            let other = files[Int.random(in: 0..<files.count, using: &random)].directory
            let now = bench.time.wallClock
            let before = bench.vault.standing()
            let content = WrittenBytes.sealed(try bench.volume.seal(random.bytes(16 << 10)))
            switch kind {
            case 0: try bench.make([.write(file, offset: 0, content, time: now)])
            case 1:
                let new = bench.volume.makeFileID()
                try bench.make(
                    make(new, Name("new \(round)"), in: directory, now) + [.write(new, offset: 0, content, time: now)])
            default:
                try bench.make([
                    .removeChild(directory: directory, name: name, time: now),
                    .setChild(directory: other, name: name, child: Child(file: file, kind: .regular), time: now),
                ])
            }
            try bench.vault.commit()
            let after = bench.vault.standing()
            // And the head's record.
            objects.append(after.objects - before.objects + 1)
            bytes.append(after.storeBytes - before.storeBytes)
        }
        #expect(objects.sorted()[7] <= 12, "\(objects)")
        #expect(bytes.sorted()[7] <= 256 << 10, "\(bytes)")
    }
}
