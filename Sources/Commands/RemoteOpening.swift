internal import Core
internal import Naming
internal import Remotes
internal import Storage
internal import Synchronization
internal import Transport
internal import Vaults

/// From a command line to the remotes of a vault and the accounts there.
///
/// A vault's own list decides. One that has none takes what `CIPHERBOX_API_URL` names, and keeps it: said aloud when it
/// happens, so that an environment never sends anything anywhere unseen.
struct RemoteOpening {
    private let arguments: ParsedArguments
    private let console: Console
    private let home: Home
    let network: RemoteNetwork

    /// One for each home and the process: sessions are renewed once, and connections kept.
    private static let networks = Mutex<[[UInt8]: RemoteNetwork]>([:])

    private static let apiVariable = "CIPHERBOX_API_URL"
    /// What the remote is called that the environment names.
    private static let environmentName = "cipherbox"

    init(arguments: ParsedArguments, console: Console, home: Home) {
        self.arguments = arguments
        self.console = console
        self.home = home
        network = Self.networks.withLock { networks in
            if let known = networks[home.accountsPath] { return known }
            let new = RemoteNetwork(
                accounts: home.accountsPath, client: Self.client(arguments), time: SystemTime())
            networks[home.accountsPath] = new
            return new
        }
    }

    /// What carries requests out; asked to, it says a line about each.
    private static func client(_ arguments: ParsedArguments) -> any HTTPService {
        guard arguments.isSet("trace-requests") else { return HTTPClient() }
        // Requests end on other threads than the console's own.
        let errors = Log.descriptor()
        return TracingService(HTTPClient(), time: SystemTime(), prefix: "\(ProcessIdentity.number)") { line in
            _ = errors(Array((line + "\n").utf8))
        }
    }

    /// Waits until every session that is being renewed is on the disk; the last thing a process does.
    static func settle() {
        for network in networks.withLock({ Array($0.values) }) {
            try? waitFor { () async throws(Failure) in await network.settle() }
        }
    }

    /// The remote in use by a vault, nil for one that is here only. An API is not yet asked.
    func remote(of folder: VaultFolder) throws(Failure) -> Remote? {
        try entry(of: folder).map(network.remote)
    }

    /// Adds a remote to a vault's list; makes the folder of one that is a folder, and asks nothing of the network.
    static func attach(_ entry: AttachedRemotes.Entry, to folder: VaultFolder) throws(Failure) {
        var remotes = try AttachedRemotes(reading: folder.remotesPath)
        try remotes.add(entry)
        try prepare(entry)
        try AttachedRemotes.change(at: folder.remotesPath) { (remotes) throws(Failure) in try remotes.add(entry) }
    }

    /// Makes the folder of a remote that is one.
    static func prepare(_ entry: AttachedRemotes.Entry) throws(Failure) {
        try waitFor { () async throws(Failure) in try await RemoteNetwork.prepare(entry) }
    }

    /// As `remote(of:)`, for what cannot be done without one.
    func requiredRemote(of folder: VaultFolder) throws(Failure) -> Remote {
        guard let remote = try remote(of: folder) else { throw Self.noRemote(folder) }
        return remote
    }

    /// The account a vault's remote belongs to; nil for one that is here only or in a folder.
    func account(of folder: VaultFolder) throws(Failure) -> CipherBox? {
        guard case .cipherBox(let base)? = try entry(of: folder)?.url else { return nil }
        return network.cipherBox(base: base)
    }

    static func noRemote(_ folder: VaultFolder) -> Failure {
        Failure(
            .notFound, "the vault '\(folder.name.text)' has no remote",
            advice: "attach one with: cbstore remote add NAME URL")
    }

    /// The first entry of the vault's list; one that the environment names is put there before it is used.
    private func entry(of folder: VaultFolder) throws(Failure) -> AttachedRemotes.Entry? {
        if let first = try AttachedRemotes(reading: folder.remotesPath).entries.first { return first }
        guard let url = try environmentURL() else { return nil }
        let entry = AttachedRemotes.Entry(name: Self.environmentName, url: url)
        var used = entry
        try AttachedRemotes.change(at: folder.remotesPath) { (remotes) throws(Failure) in
            // Another process may have been first.
            if let first = remotes.entries.first { used = first } else { try remotes.add(entry) }
        }
        if used == entry {
            console.note(
                "cbstore: the vault '\(folder.name.text)' is now attached to \(url) (from \(Self.apiVariable));"
                    + " see 'cbstore remote list'")
        }
        return used
    }

    private func environmentURL() throws(Failure) -> RemoteURL? {
        guard let bytes = arguments.environment[Self.apiVariable] else { return nil }
        guard let text = Name(bytes).string else { throw arguments.usage("\(Self.apiVariable) is not UTF-8 text") }
        let url = try RemoteURL(text)
        guard case .cipherBox = url else {
            throw arguments.usage("\(Self.apiVariable) names a CipherBox API, such as https://api.example.org")
        }
        return url
    }

    // For verbs that may do without a vault

    /// The vault the command line means, or nil when it names none and there is none.
    func vaultIfAny() throws(Failure) -> VaultFolder? {
        if arguments.bytes("vault") == nil, home.vaults().isEmpty { return nil }
        return try home.choose(try arguments.text("vault"))
    }

    /// The remote of the vault, or without a vault the API that the environment names.
    func anyRemote() throws(Failure) -> Remote {
        if let folder = try vaultIfAny() { return try requiredRemote(of: folder) }
        guard let url = try environmentURL() else { throw noAPI }
        return network.remote(AttachedRemotes.Entry(name: Self.environmentName, url: url))
    }

    /// The account that `--api` names, else that of the vault's remote, else that of the environment; nothing is attached.
    func account() throws(Failure) -> CipherBox {
        if let text = try arguments.text("api") { return try account(at: try RemoteURL(text)) }
        if let folder = try vaultIfAny() {
            for entry in try AttachedRemotes(reading: folder.remotesPath).entries {
                if case .cipherBox(let base) = entry.url { return network.cipherBox(base: base) }
            }
        }
        guard let url = try environmentURL() else { throw noAPI }
        return try account(at: url)
    }

    private func account(at url: RemoteURL) throws(Failure) -> CipherBox {
        guard case .cipherBox(let base) = url else { throw arguments.usage("\(url) is no CipherBox API") }
        return network.cipherBox(base: base)
    }

    private var noAPI: Failure {
        Failure(
            .usage, "no CipherBox API is named", advice: "give --api URL or set \(Self.apiVariable)")
    }
}

extension CommandDescription.Option {
    /// For verbs about an account.
    static let api = value(
        "api", "url", "The API's address.", default: "the vault's remote, else CIPHERBOX_API_URL")
}

extension CommandDescription.ExitStatus {
    static let session = Self(4, "Nobody is logged in, or the session has ended.")
    static let noRemote = Self(3, "The vault has no remote.")
}
