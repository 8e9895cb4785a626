internal import Core

/// Space on the disk that holds nothing, for the day somebody has filled the rest of it: the file `reserve`.
///
/// It is given up in quarters, so that a neighbour who is still writing does not take all of it at once. A file system
/// that cannot reserve space has none.
final class Reserve: Sendable {
    static let name = "reserve"

    private struct State {
        var file: (any DiskFile)?
        /// What of it is still reserved.
        var heldBytes: UInt64 = 0
        /// A thread is giving up or taking.
        var isBusy = false
    }

    private let disk: any Disk
    private let wantedBytes: UInt64
    private let state = Gate(State())

    /// Touches nothing yet.
    init(disk: any Disk, wantedBytes: UInt64) {
        self.disk = disk
        self.wantedBytes = wantedBytes
    }

    /// What has been given up, or could not be had.
    var missingBytes: UInt64 { state.withLock { wantedBytes - min($0.heldBytes, wantedBytes) } }

    /// Takes what is missing, where the disk has it; without it the store works too.
    func fill() {
        guard missingBytes > 0 else { return }
        alone { state in
            var (file, held) = (state.file, state.heldBytes)
            do throws(SystemCallFailure) {
                let opened: any DiskFile
                if let file { opened = file } else { opened = try open() }
                file = opened
                held = try opened.size()
                try grow(opened, from: held)
                held = max(held, wantedBytes)
            } catch {
                // No room now, or a disk that refuses more than this: whoever writes there will hear of it.
            }
            return (file, held)
        }
    }

    private func grow(_ file: any DiskFile, from held: UInt64) throws(SystemCallFailure) {
        do throws(SystemCallFailure) {
            // The length says how much there is, for the process that finds a full disk.
            try file.allocate(from: 0, count: wantedBytes)
            if held < wantedBytes { try file.truncate(to: wantedBytes) }
        } catch {
            // A file system may keep the part that it had before it was full: the last bytes are not for this.
            try? file.truncate(to: held)
            throw error
        }
    }

    /// Takes over what an earlier process left, and nothing more.
    func find() {
        alone { state in
            guard state.file == nil, let file = try? disk.open(Self.name, for: .write), let held = try? file.size()
            else { return (state.file, state.heldBytes) }
            return (file, held)
        }
    }

    private func open() throws(SystemCallFailure) -> any DiskFile {
        do throws(SystemCallFailure) {
            return try disk.open(Self.name, for: .write)
        } catch {
            guard error.errno == .noEntry else { throw error }
            return try disk.open(Self.name, for: .create)
        }
    }

    /// Gives a quarter of it back to the disk; false when nothing is left to give.
    func give() -> Bool {
        var hasGiven = false
        alone { state in
            guard let file = state.file, state.heldBytes > 0 else { return (state.file, state.heldBytes) }
            let left = state.heldBytes - min(state.heldBytes, max(wantedBytes / 4, 1))
            do throws(SystemCallFailure) {
                try file.truncate(to: left)
                hasGiven = true
                return (file, left)
            } catch {
                return (file, state.heldBytes)
            }
        }
        return hasGiven
    }

    /// Runs `body` with what the state was, when nobody else is at it, without the lock; then it is what `body` says.
    private func alone(_ body: (State) -> (file: (any DiskFile)?, heldBytes: UInt64)) {
        state.alone(\.isBusy) {
            let (file, held) = body(state.withLock { $0 })
            state.withLock { ($0.file, $0.heldBytes) = (file, held) }
        }
    }
}
