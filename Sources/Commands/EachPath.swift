internal import Control
internal import Core

/// Runs an action for each of several vault paths: one that fails does not end the rest.
struct EachPath {
    private let words: EachWord

    init(_ paths: [[UInt8]], _ console: Console) { words = EachWord(paths, console) }

    /// The exit code; with a single path its failure is thrown.
    func run(_ action: (VaultPath) throws(Failure) -> Void) throws(Failure) -> Int32 {
        try words.run { word throws(Failure) in try action(VaultPath(word)) }
    }
}

/// How folders are listed: in pages, so that one of a million entries costs no more memory than one of a thousand.
enum FolderPages {
    static let entries = 1000
}

extension VaultAccess {
    /// The file at a path, or nil when nothing is there.
    func existing(_ path: VaultPath) throws(Failure) -> FileInfo? {
        do throws(Failure) {
            return try info(at: path)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// Calls `body` for each entry of a folder, in order.
    func forEachEntry(of path: VaultPath, _ body: (FileInfo) throws(Failure) -> Void) throws(Failure) {
        var after: Name?
        while true {
            let page = try list(path, after: after, limit: FolderPages.entries)
            for entry in page { try body(entry) }
            guard page.count == FolderPages.entries, let last = page.last else { return }
            after = last.name
        }
    }
}

extension FileInfo {
    /// What `--json` prints of a file: its path, then what is known of it.
    func json(at path: VaultPath) -> JSON {
        guard case .object(let members) = json else { return json }
        return .object(JSON.members("path", Name(path.bytes)) + members)
    }
}
