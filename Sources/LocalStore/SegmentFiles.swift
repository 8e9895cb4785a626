internal import Core
internal import Synchronization

/// Object segments open for reading, a bounded number of them.
final class SegmentFiles: Sendable {
    private struct State {
        var files: [UInt64: any DiskFile] = [:]
        /// In the order they were opened; the first goes first.
        var order: [UInt64] = []
        /// Segments whose files are gone: a reader that still had one open must not leave it here.
        var gone: Set<UInt64> = []
    }

    private let disk: any Disk
    private let folder: String
    private let state = Mutex(State())

    init(disk: any Disk, folder: String) {
        self.disk = disk
        self.folder = folder
    }

    /// The segment's file; opens it when it is not open. A reader that holds it keeps it open.
    func file(_ segment: UInt64) throws(SystemCallFailure) -> any DiskFile {
        if let file = state.withLock({ $0.files[segment] }) { return file }
        let file = try disk.open(SegmentName.objects(segment, in: folder), for: .read)
        return keep(file, for: segment)
    }

    /// Enters an open file; the one that was there first wins.
    @discardableResult
    func keep(_ file: any DiskFile, for segment: UInt64) -> any DiskFile {
        state.withLock { state in
            if let present = state.files[segment] { return present }
            if state.gone.contains(segment) { return file }
            if state.order.count >= StoreLimits.openSegments { state.files[state.order.removeFirst()] = nil }
            state.files[segment] = file
            state.order.append(segment)
            return file
        }
    }

    func forgetAll() {
        state.withLock { $0 = State() }
    }

    /// Lets go of a segment whose file was removed. Who reads it goes on.
    func forget(_ segment: UInt64) {
        state.withLock { state in
            state.gone.insert(segment)
            state.files[segment] = nil
            state.order.removeAll { $0 == segment }
        }
    }
}
