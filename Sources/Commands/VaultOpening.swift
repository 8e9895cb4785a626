internal import Control
internal import Core
internal import FileSystem
internal import Vaults

/// From a command line to a vault that can be used: held here, or reached through the process that holds it.
struct VaultOpening {
    let arguments: ParsedArguments
    let console: Console
    let home: Home

    init(_ arguments: ParsedArguments, _ console: Console) throws(Failure) {
        self.arguments = arguments
        self.console = console
        home = try Home.find(folder: arguments.bytes("home")) { arguments.environment[$0] }
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
    private func acquire(_ folder: VaultFolder, until deadline: Moment) throws(Failure) -> VaultLock? {
        do throws(Failure) {
            let holder = VaultHolder(started: SystemTime().wallClock, program: arguments.shownPath)
            return try VaultLock.acquire(folder.lockPath, wait: .milliseconds(200), holder: holder)
        } catch {
            if error.code == .busy, SystemTime.monotonic() < deadline { return nil }
            throw error
        }
    }

    private func useHere<Value>(
        _ folder: VaultFolder, _ lock: VaultLock, _ body: (any VaultAccess) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let unlocked = try passphrases.unlock(folder)
        let held = try HeldVault(folder, unlocked, lock: lock)
        for note in held.vault.recoveryNotes { console.note("cbstore: note: \(note)") }
        do throws(Failure) {
            let value = try body(LocalAccess(session: held.session, vault: held.vault))
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
    private let lock: VaultLock

    init(_ folder: VaultFolder, _ unlocked: UnlockedKeys, lock: VaultLock) throws(Failure) {
        self.lock = lock
        vault = try Vault.open(folder, unlocked, time: SystemTime())
        session = try Session(volume: vault.volume, time: SystemTime(), sealingThreads: Processors.count)
    }

    /// Brings everything to the disk and lets the vault go.
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
