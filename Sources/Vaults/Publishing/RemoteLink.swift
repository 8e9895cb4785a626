package import Core
internal import Naming
internal import Primitives
internal import Sealing
internal import Storage
internal import Synchronization
package import Volumes

/// A vault's tie to its remote: sends what is new, publishes it, fetches what is missing, looks at other devices.
///
/// Every method blocks its thread, which must be one of our own, and ends: what it asks of the remote has deadlines, and
/// `stop` ends it at once. Publishing and taking in go one at a time.
package final class RemoteLink: Sendable {
    let remote: Remote
    package var remoteName: String { remote.name }
    package var remoteAddress: String { remote.address }
    let volume: NativeVolume
    let keys: DeviceKeys
    let anchorKey: Ed25519.SigningKey
    let heldKeyring: HeldKeyring
    let folder: RemoteFolder
    private let inventoryFile: FirstUse<Inventory>
    let time: any TimeSource
    let calls = CancellableCalls()
    let fetches = Fetches()
    private let turn = Gate(false)
    private let memory: Mutex<Memory>
    let vaultFolder: VaultFolder
    private let host = Mutex(Host())
    /// Told after each publication, on the thread that made it.
    let publicationObserver = Mutex<(@Sendable () -> Void)?>(nil)

    private struct Host: Sendable { weak var value: (any TreeHost)? }

    struct Memory: Sendable {
        var state: RemoteState
        /// The remote was asked for this device's head and the anchor since the vault was opened.
        var hasGreeted = false
        var activity = RemoteActivity()
    }

    init(
        _ remote: Remote, volume: NativeVolume, keys: DeviceKeys, anchorKey: Ed25519.SigningKey,
        keyring: HeldKeyring, vaultFolder: VaultFolder, time: any TimeSource
    ) throws(Failure) {
        self.remote = remote
        self.volume = volume
        self.keys = keys
        self.vaultFolder = vaultFolder
        self.time = time
        self.anchorKey = anchorKey
        heldKeyring = keyring
        folder = try RemoteFolder(path: vaultFolder.remotePath(remote.name))
        let state = try folder.load(address: remote.address)
        let path = folder.inventoryPath
        inventoryFile = FirstUse { () throws(Failure) in try Inventory(path: path) }
        memory = Mutex(Memory(state: state))
    }

    var objects: SealedObjects { volume.objects }
    /// What the remote has; read at the first need, as it is long and a look at the folder needs nothing of it.
    var inventory: Inventory { get throws(Failure) { try inventoryFile.value } }
    var state: RemoteState { memory.withLock { $0.state } }
    var keyring: Keyring { heldKeyring.current }
    var hasGreeted: Bool { memory.withLock { $0.hasGreeted } }
    package var lastPublished: Timestamp? { state.published?.time }
    package var activity: RemoteActivity { memory.withLock { $0.activity } }

    /// Changes what is remembered, without a file.
    func note(_ change: (inout Memory) -> Void) { memory.withLock { change(&$0) } }

    /// Changes the state and brings it to the disk; only in a turn.
    func save(_ change: (inout RemoteState) -> Void) throws(Failure) {
        let state = memory.withLock { memory -> RemoteState in
            change(&memory.state)
            return memory.state
        }
        try folder.save(state)
    }

    /// Runs `body` when no other publication or look is under way.
    func inTurn<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        try turn.alone(\.self, body)
    }

    /// Asks `host` whenever another tree comes in, for as long as it lives.
    package func setHost(_ host: any TreeHost) { self.host.withLock { $0.value = host } }
    var treeHost: (any TreeHost)? { host.withLock { $0.value } }

    /// Ends what is under way and refuses everything to come; does not wait.
    package func stop() { calls.cancel() }

    /// Asks the remote's objects for something.
    func ask<Value: Sendable>(
        _ question: @escaping @Sendable (any ObjectStore) async throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let objects = remote.objects
        return try calls.wait { () async throws(Failure) in try await question(objects) }
    }

    /// Asks the remote's names for something.
    func askNames<Value: Sendable>(
        _ question: @escaping @Sendable (any NameStore) async throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let names = remote.names
        return try calls.wait { () async throws(Failure) in try await question(names) }
    }
}

/// Who works on a vault's files while another tree takes the place of theirs.
package protocol TreeHost: AnyObject, Sendable {
    /// Runs `change` while nothing else happens to the files; throws `.busy` when that cannot be now.
    ///
    /// `isUnchanged` says of a file whether its content stays what it is.
    func takeIn(
        isUnchanged: (FileID) throws(Failure) -> Bool, _ change: () throws(Failure) -> Void
    ) throws(Failure)
}

/// What a link does, for people to read.
package struct RemoteActivity: Sendable {
    /// Objects and bytes of the publication under way.
    package var sending: SendProgress?
    /// Why the newest try to publish failed; nil when it did not.
    package var failure: Failure?
    /// Devices whose changes stand beside ours and are not taken in.
    package var diverged: [String] = []

    package init() {}
}

/// How far sending is.
package struct SendProgress: Sendable, Equatable {
    package var sentBytes: UInt64 = 0
    package var totalBytes: UInt64 = 0
    package var sentObjects = 0
    package var totalObjects = 0

    package init() {}
}
