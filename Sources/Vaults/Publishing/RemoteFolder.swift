internal import Core

/// The files in which this device keeps what it knows of a vault's remote.
struct RemoteFolder: Sendable {
    let path: [UInt8]

    /// Makes the folder if it is not there.
    init(path: [UInt8]) throws(Failure) {
        self.path = path
        do throws(SystemCallFailure) {
            try Files.makeDirectory(path, mode: 0o700, withParents: true)
        } catch {
            throw error.failure
        }
    }

    var inventoryPath: [UInt8] { Files.join(path, "inventory") }
    private var statePath: [UInt8] { Files.join(path, "state") }

    /// What was saved last; what cannot be read counts as nothing, for the remote itself tells it again.
    func load() -> RemoteState {
        guard let bytes = try? Files.readWhole(statePath, limit: 64 << 20) else { return RemoteState() }
        do throws(MalformedBytes) {
            return try RemoteState(decoding: bytes)
        } catch {
            Log.warning("remote", "what was known of the remote cannot be read and is asked for again: \(error)")
            return RemoteState()
        }
    }

    /// Returns when it is on the disk.
    func save(_ state: RemoteState) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.writeAtomically(statePath, state.encoded(), mode: 0o600)
        } catch {
            throw error.failure
        }
    }
}
