package import Core
package import Storage
internal import Synchronization
package import Transport

/// The connections of this process to all its remotes.
///
/// One account has one `Account` object however many remotes and vaults use it, so that its token is renewed once. Nothing
/// is opened before the first call.
package final class RemoteNetwork: Sendable {
    private let accounts: [UInt8]
    private let client: any HTTPService
    private let time: any TimeSource
    private let cipherBoxes = Mutex<[String: CipherBox]>([:])

    /// `accounts` is the folder of all sessions.
    package init(accounts: [UInt8], client: any HTTPService, time: any TimeSource) {
        self.accounts = accounts
        self.client = client
        self.time = time
    }

    /// The account at the API with this address.
    package func cipherBox(base: String) -> CipherBox {
        cipherBoxes.withLock { known in
            if let found = known[base] { return found }
            let new = CipherBox(base: base, accounts: accounts, client: client, time: time)
            known[base] = new
            return new
        }
    }

    /// The place that an attached remote names. Nothing is asked yet: what is away fails when it is used.
    package func remote(_ entry: AttachedRemotes.Entry) -> Remote {
        switch entry.url {
        case .cipherBox(let base): cipherBox(base: base).remote(named: entry.name)
        case .directory(let path): .directory(name: entry.name, path: path, time: time)
        }
    }

    /// Makes what a remote needs to exist, at its attachment: the folder of one that is a folder.
    package static func prepare(_ entry: AttachedRemotes.Entry) async throws(Failure) {
        guard case .directory(let path) = entry.url else { return }
        try await Remote.createDirectory(at: path)
    }

    /// Waits until no session is being renewed: to be called before the process ends.
    package func settle() async {
        for box in cipherBoxes.withLock({ Array($0.values) }) { await box.account.settle() }
    }
}
