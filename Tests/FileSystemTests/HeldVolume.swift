import Core
import Volumes

/// A volume that seals only as much as it is allowed to, and remembers what was written where.
final class HeldVolume: Volume {
    struct Kept: SealedContent {
        let count: Int
    }

    private struct State: Sendable {
        var records: [FileID: FileRecord]
        var written: [(offset: UInt64, count: UInt64)] = []
        var allowed = 0
        var refused: Int?
        var position: ChangePosition = 0
        var lastFile: UInt64 = 1
    }

    private let state: Gate<State>

    init(time: ManualTime) {
        let attributes = Attributes(kind: .directory, permissions: 0o755, owner: 0, group: 0, now: time.wallClock)
        state = Gate(
            State(records: [
                .root: FileRecord(attributes: attributes, size: 0, allocated: 0, names: 0, subdirectories: 0)
            ]))
    }

    /// Lets so many more calls of `seal` pass.
    func allow(_ count: Int) {
        state.withLock { $0.allowed += count }
        state.wakeAll()
    }

    /// Refuses from now on to seal so many bytes, or no more.
    func refuse(_ count: Int?) { state.withLock { $0.refused = count } }

    /// The lengths of what was written, in the file's order.
    var lengths: [Int] {
        state.withLock { state in state.written.sorted { $0.offset < $1.offset }.map { Int($0.count) } }
    }

    /// A length that the first bytes tell: all that a session can know of a chunker.
    func chunkLength(of bytes: [UInt8]) -> Int {
        let least = Limits.Content.chunkLeast
        let word = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        return min(bytes.count, least + Int(word % UInt64(Limits.Content.chunkGreatest - least)))
    }

    func seal(_ bytes: [UInt8]) throws(Failure) -> any SealedContent {
        state.wait { state -> Gate<State>.Verdict<Void> in
            if state.allowed == 0 { return .wait(until: nil) }
            state.allowed -= 1
            return .done(())
        }
        if state.withLock({ $0.refused }) == bytes.count { throw Failure(.io, "these bytes are refused") }
        return Kept(count: bytes.count)
    }

    func apply(_ changes: [Change]) throws(VolumeError) -> ChangePosition {
        state.withLock { state in
            for change in changes {
                switch change {
                case .setAttributes(let file, let attributes) where state.records[file] == nil:
                    state.records[file] = FileRecord(
                        attributes: attributes, size: 0, allocated: 0, names: 0, subdirectories: 0)
                case .write(_, let offset, let bytes, _): state.written.append((offset, bytes.count))
                default: break
                }
            }
            state.position += 1
            return state.position
        }
    }

    func makeFileID() -> FileID {
        state.withLock { state in
            state.lastFile += 1
            return FileID(incarnation: 1, counter: state.lastFile)
        }
    }

    func record(of file: FileID) throws(VolumeError) -> FileRecord? { state.withLock { $0.records[file] } }
    func child(_ name: Name, of directory: FileID) throws(VolumeError) -> Child? { nil }
    func parent(of directory: FileID) throws(VolumeError) -> FileID? { nil }
    func children(of directory: FileID, after: Name?, limit: Int) throws(VolumeError) -> [ChildEntry] { [] }
    func extendedAttribute(_ name: Name, of file: FileID) throws(VolumeError) -> [UInt8]? { nil }
    func extendedAttributeNames(of file: FileID) throws(VolumeError) -> [Name] { [] }
    func content(of file: FileID, range: Range<UInt64>) throws(VolumeError) -> [ContentPiece] { [] }
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
