import ContentAddressing
import Core
import Sealing
import Trees
import VaultSupport
import Vaults
import Volumes

/// What a file's content is in the newest commit: its record, and what covers it.
struct StoredContent {
    let record: ContentRecord
    /// No lists: what stands in them.
    private(set) var entries: [ChunkList.Entry] = []
    private(set) var lists: Set<Digest> = []

    /// Commits before it looks.
    init(_ file: FileID, _ bench: TestVault) throws {
        let vault = bench.vault
        try vault.commit()
        var payload: [UInt8]?
        try vault.forEachRecord { entry in
            if entry.key == RecordKey.key(of: file, .content) {
                payload = (try? RecordValue.decode(entry.value).payload).map { Array($0) }
            }
        }
        guard let payload else { throw Failure(.notFound, "the file has no content") }
        record = try ContentRecord(decoding: payload[...])
        switch record.body {
        case .inline: break
        case .chunk(let chunk): entries = [.chunk(chunk)]
        case .list:
            var (entries, lists): ([ChunkList.Entry], Set<Digest>) = ([], [])
            try record.list?.walk { reference throws(Failure) in
                guard let bytes = try vault.storedObject(reference.cid) else {
                    throw Failure(.notFound, "a list is missing")
                }
                return try Opener.open(bytes, reference, kind: .chunkList)
            } visit: { stored, list in
                lists.insert(stored.reference.digest)
                if !stored.isNested { entries += list.entries }
                return true
            }
            (self.entries, self.lists) = (entries, lists)
        }
    }

    /// The chunks that are named, with their lengths.
    var chunks: [Digest: UInt64] {
        Dictionary(
            entries.compactMap { entry in entry.reference.map { ($0.digest, $0.contentLength) } },
            uniquingKeysWith: { one, _ in one })
    }

    var partCount: Int {
        entries.count { entry in
            if case .part = entry { return true }
            return false
        }
    }
}
