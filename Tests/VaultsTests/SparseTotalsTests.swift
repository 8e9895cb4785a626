import Core
import Testing
import VaultSupport
import Vaults
import Volumes

/// Files that are holes and nothing else: a few of them are longer together than a number of 64 bits says.
@Suite(.ownThread) struct SparseTotalsTests {
    let bench: TestVault

    init() throws { bench = try TestVault() }

    private func addSparse(_ count: Int) throws -> [FileID] {
        try (0..<count).map { number in
            let file = try bench.add("sparse \(number)", [])
            try bench.make([.setSize(file, Limits.Session.fileBytes, time: bench.time.wallClock)])
            return file
        }
    }

    @Test("a vault of the longest files opens after a commit, and counts on", arguments: [1, 2, 3, 5])
    func opening(_ count: Int) throws {
        let files = try addSparse(count)
        try bench.vault.commit()
        try bench.killAndOpen()
        for file in files {
            let record = try satisfying { () throws(VolumeError) in try bench.volume.record(of: file) }
            #expect(record?.size == Limits.Session.fileBytes)
        }
        let now = bench.time.wallClock
        for (number, file) in files.enumerated() {
            try bench.make([
                .removeChild(directory: .root, name: Name("sparse \(number)"), time: now), .forget(file),
            ])
        }
        #expect(bench.vault.standing().contentBytes == 0)
        try bench.closeAndOpen()
        #expect(bench.vault.standing().contentBytes == 0 && bench.vault.standing().files == 0)
    }

    @Test("a vault of the longest files is sealed anew like any other", arguments: [1, 2, 3, 5])
    func rekeying(_ count: Int) throws {
        let files = try addSparse(count)
        var last: RekeyProgress?
        let result = try bench.vault.rekey(bench.phrase, in: bench.folder) { progress throws(Failure) in
            last = progress
        }
        #expect(result.epoch == 2)
        #expect(last?.doneBytes == last?.totalBytes)
        try bench.closeAndOpen()
        for file in files {
            let record = try satisfying { () throws(VolumeError) in try bench.volume.record(of: file) }
            #expect(record?.size == Limits.Session.fileBytes)
        }
    }
}
