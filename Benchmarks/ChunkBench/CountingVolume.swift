import Core
import Sealing
import Synchronization
import Trees
import Volumes

/// A volume that keeps nothing of what it gets but a count: what is left is the session's own cost, and sealing's.
final class CountingVolume: Volume {
    struct Counted: SealedContent {
        let count: Int
    }

    private struct State: Sendable {
        var records: [FileID: FileRecord] = [:]
        var position: ChangePosition = 0
        var lastFile: UInt64 = 1
        var chunks = 0
    }

    private let state: Mutex<State>
    private let chunker: Chunker
    /// Seals what comes, to nowhere; nil: takes it as it is.
    private let sealer: Sealer?

    init(chunker: Chunker, sealer: Sealer?) {
        self.chunker = chunker
        self.sealer = sealer
        let root = FileRecord(
            attributes: Attributes(
                kind: .directory, permissions: 0o755, owner: 0, group: 0, now: SystemTime().wallClock), size: 0,
            allocated: 0, names: 0, subdirectories: 0)
        state = Mutex(State(records: [.root: root]))
    }

    /// Objects that were sealed so far.
    var chunks: Int { state.withLock { $0.chunks } }

    func record(of file: FileID) throws(VolumeError) -> FileRecord? { state.withLock { $0.records[file] } }
    func child(_ name: Name, of directory: FileID) throws(VolumeError) -> Child? { nil }
    func parent(of directory: FileID) throws(VolumeError) -> FileID? { nil }
    func children(of directory: FileID, after: Name?, limit: Int) throws(VolumeError) -> [ChildEntry] { [] }
    func extendedAttribute(_ name: Name, of file: FileID) throws(VolumeError) -> [UInt8]? { nil }
    func extendedAttributeNames(of file: FileID) throws(VolumeError) -> [Name] { [] }
    func content(of file: FileID, range: Range<UInt64>) throws(VolumeError) -> [ContentPiece] { [] }

    func makeFileID() -> FileID {
        state.withLock { state in
            state.lastFile += 1
            return FileID(incarnation: 1, counter: state.lastFile)
        }
    }

    func apply(_ changes: [Change]) throws(VolumeError) -> ChangePosition {
        state.withLock { state in
            for case .setAttributes(let file, let attributes) in changes where state.records[file] == nil {
                state.records[file] = FileRecord(
                    attributes: attributes, size: 0, allocated: 0, names: 0, subdirectories: 0)
            }
            state.position += 1
            return state.position
        }
    }

    func chunkLength(of bytes: [UInt8]) -> Int { unsafe chunker.firstChunk(of: bytes.span.bytes) }

    func seal(_ bytes: [UInt8]) throws(Failure) -> any SealedContent {
        let count = sealer?.seal(bytes, as: .chunk).bytes.count ?? bytes.count
        precondition(count >= bytes.count, "a sealed body is longer")
        state.withLock { $0.chunks += 1 }
        return Counted(count: bytes.count)
    }

    func sync(through position: ChangePosition, _ completion: @escaping @Sendable (Failure?) -> Void) {
        completion(nil)
    }

    var position: ChangePosition { state.withLock { $0.position } }
    func pressure() -> Need? { nil }
    func onThread(waitingFor place: BytesPlace, _ job: @escaping @Sendable () -> Void) -> Bool { false }
    func space() -> VolumeSpace { VolumeSpace(totalBytes: 0, freeBytes: 0, files: 0) }
    func durability(of file: FileID) -> Durability { .dirty }
    func contentIdentifier(of file: FileID) throws(Failure) -> String { "" }
}
