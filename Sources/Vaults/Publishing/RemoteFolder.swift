internal import Core
internal import Primitives

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

    /// What was saved last about the remote at `address`; about one that is elsewhere nothing is known, and what was known
    /// of another of its name goes. Throws `.unknownFormat` for a state of another version.
    func load(address: String) throws(Failure) -> RemoteState {
        var state = try load()
        if !state.address.isEmpty, !state.address.utf8.elementsEqual(address.utf8) {
            state = RemoteState()
            do throws(SystemCallFailure) {
                if Files.exists(inventoryPath) { try Files.remove(inventoryPath) }
            } catch {
                throw error.failure
            }
        }
        state.address = address
        return state
    }

    /// What cannot be read counts as nothing, for the remote itself tells it again.
    private func load() throws(Failure) -> RemoteState {
        guard let bytes = try? Files.readWhole(statePath, limit: 64 << 20) else { return RemoteState() }
        let state = Array(bytes.dropLast(Self.checkLength))
        let isWhole = bytes.count >= Self.checkLength && Self.checked(state) == bytes
        if isWhole { try RemoteState.checkVersion(of: state, in: "the file \(Name(statePath).escaped)") }
        do throws(MalformedBytes) {
            guard isWhole else { throw MalformedBytes("its bytes have changed") }
            return try RemoteState(decoding: state)
        } catch {
            Log.warning("remote", "what was known of the remote cannot be read and is asked for again: \(error)")
            return RemoteState()
        }
    }

    /// Returns when it is on the disk.
    func save(_ state: RemoteState) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.writeAtomically(statePath, Self.checked(state.encoded()), mode: 0o600)
        } catch {
            throw error.failure
        }
    }

    private static let checkLength = 8

    /// The bytes, and behind them the beginning of their SHA-256: what is in this file goes into the next commit.
    private static func checked(_ bytes: [UInt8]) -> [UInt8] {
        bytes + SHA256.digest(of: bytes).bytes.prefix(checkLength)
    }
}
