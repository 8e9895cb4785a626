internal import Control
internal import Core
internal import FileSystem
internal import Primitives
internal import Storage
internal import Vaults

/// From a command line to a vault that can be used: held here, or reached through the process that holds it.
struct VaultOpening {
    let arguments: ParsedArguments
    let console: Console
    let home: Home
    /// One for the process, with its sessions and connections.
    let remotes: RemoteOpening

    init(_ arguments: ParsedArguments, _ console: Console) throws(Failure) {
        self.arguments = arguments
        self.console = console
        home = try Home.find(folder: arguments.bytes("home")) { arguments.environment[$0] }
        remotes = RemoteOpening(arguments: arguments, console: console, home: home)
    }

    func folder() throws(Failure) -> VaultFolder { try home.choose(try arguments.text("vault")) }

    var passphrases: PassphraseSource { PassphraseSource(arguments: arguments, console: console) }

    /// Runs `body` with the vault; what it changed is on the disk when this returns.
    func use<Value>(_ body: (any VaultAccess) throws(Failure) -> Value) throws(Failure) -> Value {
        let folder = try folder()
        let deadline = SystemTime.monotonic() + Limits.Control.answer
        while true {
            if let access = try reach(folder) { return try body(access) }
            if let lock = try acquire(folder, until: deadline) { return try useHere(folder, lock, body) }
        }
    }

    /// The vault through the process that holds it, if one serves it.
    func reach(_ folder: VaultFolder) throws(Failure) -> SocketAccess? {
        let identity = try VaultIdentity(of: folder)
        return try SocketAccess.reach(hash: identity.socketHash, vault: identity.text)
    }

    /// The lock, or nil when another process has it and may be about to serve; past the deadline, a failure.
    func acquire(_ folder: VaultFolder, until deadline: Moment) throws(Failure) -> VaultLock? {
        do throws(Failure) {
            let holder = VaultHolder(started: SystemTime().wallClock, program: arguments.shownPath)
            return try VaultLock.acquire(folder.lockPath, wait: .milliseconds(200), holder: holder)
        } catch {
            if error.code == .busy, SystemTime.monotonic() < deadline { return nil }
            throw error
        }
    }

    /// The lock for a verb that only works alone; `.busy`, with who holds the vault, at once when that process serves
    /// others and so will hold it for long.
    func lock(_ folder: VaultFolder) throws(Failure) -> VaultLock {
        var deadline = SystemTime.monotonic() + Limits.Control.answer
        while true {
            if let lock = try acquire(folder, until: deadline) { return lock }
            if try reach(folder) != nil { deadline = SystemTime.monotonic() }
        }
    }

    /// The vault's keys; a vault of which only the phrase is here is fetched from its remote first.
    ///
    /// The caller holds the lock. That is the one time a verb waits for the network to open a vault.
    func unlock(
        _ folder: VaultFolder, _ remote: Remote?, _ passphrase: SecretBytes?
    ) throws(Failure) -> UnlockedKeys {
        let unlocked = try SealedKeys(of: folder).unlock(passphrase)
        guard unlocked.areIncomplete, let remote else { return unlocked }
        let recovered = try Vault.complete(
            folder, unlocked, passphrase: passphrase, from: remote, time: SystemTime())
        RecoverCommand.say(recovered, console)
        return try SealedKeys(of: folder).unlock(passphrase)
    }

    private func useHere<Value>(
        _ folder: VaultFolder, _ lock: VaultLock, _ body: (any VaultAccess) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let remote = try remotes.remote(of: folder)
        let unlocked = try unlock(folder, remote, try passphrases.passphrase(for: folder))
        let held = try HeldVault(folder, unlocked, remote: remote, lock: lock)
        for note in held.vault.recoveryNotes { console.note("cbstore: note: \(note)") }
        do throws(Failure) {
            let access = LocalAccess(
                session: held.session, vault: held.vault, remote: held.link.map { AttachedRemote(link: $0) })
            let value = try body(access)
            try held.close()
            return value
        } catch {
            try? held.close()
            throw error
        }
    }
}

/// A vault this process holds, with a session over it.
final class HeldVault {
    let vault: Vault
    let session: Session
    /// The tie to the vault's remote; nothing was asked of it yet.
    let link: RemoteLink?
    private let lock: VaultLock

    init(_ folder: VaultFolder, _ unlocked: UnlockedKeys, remote: Remote?, lock: VaultLock) throws(Failure) {
        self.lock = lock
        vault = try Vault.open(folder, unlocked, time: SystemTime())
        if let remote { link = try vault.attach(remote, folder: folder) } else { link = nil }
        session = try Session(volume: vault.volume, time: SystemTime(), sealingThreads: Processors.count)
    }

    /// Brings everything to the disk and lets the vault go; never waits for the network.
    func close() throws(Failure) {
        do throws(Failure) {
            try session.close()
        } catch {
            try? vault.close()
            throw error
        }
        try vault.close()
    }
}
