package import Core

/// Where one user's vaults and settings live.
package struct Home: Sendable, Equatable {
    package let configFolder: [UInt8]
    package let dataFolder: [UInt8]

    package init(configFolder: [UInt8], dataFolder: [UInt8]) {
        self.configFolder = configFolder
        self.dataFolder = dataFolder
    }

    /// `folder` (from `--home` or `CBSTORE_HOME`) holds everything; without it, the XDG directories do.
    package static func find(
        folder: [UInt8]?, environment: (String) -> [UInt8]?
    ) throws(Failure) -> Home {
        if let folder, !folder.isEmpty {
            let absolute = try absolute(folder)
            return Home(configFolder: absolute, dataFolder: absolute)
        }
        guard let user = environment("HOME"), !user.isEmpty else {
            throw Failure(
                .usage, "neither CBSTORE_HOME nor HOME is set", advice: "set CBSTORE_HOME to a folder of your own")
        }
        func base(_ variable: String, _ fallback: String) -> [UInt8] {
            let value = environment(variable) ?? []
            // The XDG rules: a relative path there is to be ignored.
            let folder = value.first == 0x2f ? value : Files.join(user, Array(fallback.utf8))
            return Files.join(folder, "cbstore")
        }
        return Home(
            configFolder: base("XDG_CONFIG_HOME", ".config"), dataFolder: base("XDG_DATA_HOME", ".local/share"))
    }

    private static func absolute(_ path: [UInt8]) throws(Failure) -> [UInt8] {
        if path.first == 0x2f { return path }
        guard let current = WorkingFolder.path else {
            throw Failure(.notFound, "the working folder is gone", advice: "give CBSTORE_HOME as an absolute path")
        }
        return Files.join(current, path)
    }

    private var vaultsFolder: [UInt8] { Files.join(dataFolder, "vaults") }

    package func folder(of vault: VaultName) -> VaultFolder {
        VaultFolder(path: Files.join(vaultsFolder, vault.text), name: vault)
    }

    /// Sessions at remotes, a folder for each.
    package var accountsPath: [UInt8] { Files.join(dataFolder, "accounts") }
    /// Keys that publish names by hand; a vault's own are not among them.
    package var keysPath: [UInt8] { Files.join(dataFolder, "keys") }

    /// The names of the vaults here, in order.
    package func vaults() -> [VaultName] {
        FolderListing.names(in: vaultsFolder).compactMap { name in
            guard let text = name.string, let vault = try? VaultName(text) else { return nil }
            return Files.exists(folder(of: vault).keyPath) ? vault : nil
        }.sorted { $0.text < $1.text }
    }

    /// The vault meant by `wanted`: that one, else the only one, else `default`.
    package func choose(_ wanted: String?) throws(Failure) -> VaultFolder {
        if let wanted {
            let folder = folder(of: try VaultName(wanted))
            guard Files.exists(folder.keyPath) else {
                try checkPermission()
                throw Failure(.notFound, "there is no vault '\(wanted)' in \(Name(dataFolder).escaped)", advice: known)
            }
            return folder
        }
        let vaults = vaults()
        if vaults.count == 1 { return folder(of: vaults[0]) }
        if let standard = vaults.first(where: { $0 == .standard }) { return folder(of: standard) }
        if vaults.isEmpty {
            try checkPermission()
            throw Failure(
                .notFound, "there is no vault yet in \(Name(dataFolder).escaped)", advice: "make one with: cbstore init"
            )
        }
        throw Failure(
            .usage, "there are several vaults and none is named 'default'", advice: known + "; choose with --vault NAME"
        )
    }

    /// What may not be looked at is no reason to say that nothing is there.
    private func checkPermission() throws(Failure) {
        for folder in [dataFolder, vaultsFolder] {
            do throws(SystemCallFailure) {
                _ = try FileDescriptor(reading: folder)
            } catch {
                guard error.errno == .denied else { continue }
                throw Failure(
                    .denied, "\(Name(folder).escaped) cannot be read",
                    advice: "ask its owner for permission, or choose another CBSTORE_HOME",
                    cause: error)
            }
        }
    }

    private var known: String {
        let names = vaults().map(\.text)
        return names.isEmpty ? "make one with: cbstore init" : "vaults here: " + names.joined(separator: ", ")
    }
}

/// The name of a vault on this machine: letters, digits, `-`, `_` and `.`, not beginning with a dot or a dash.
package struct VaultName: Hashable, Sendable {
    package static let standard = VaultName(unchecked: "default")
    package let text: String

    private init(unchecked text: String) { self.text = text }

    package init(_ text: String) throws(Failure) {
        try Label.check(text, of: "a vault")
        self.text = text
    }
}

/// The files of one vault.
package struct VaultFolder: Sendable {
    package let path: [UInt8]
    package let name: VaultName
    /// Everything that is enough, with the recovery phrase, to have the vault elsewhere.
    package let storePath: [UInt8]

    package init(path: [UInt8], name: VaultName) {
        self.init(path: path, name: name, storePath: Files.join(path, "store"))
    }

    init(path: [UInt8], name: VaultName, storePath: [UInt8]) {
        self.path = path
        self.name = name
        self.storePath = storePath
    }

    /// The device's keys, sealed with the passphrase.
    package var keyPath: [UInt8] { Files.join(path, "key") }
    package var lockPath: [UInt8] { Files.join(path, "lock") }
    package var keyringPath: [UInt8] { Files.join(storePath, "keyring") }
    /// Where copies of the vault go.
    package var remotesPath: [UInt8] { Files.join(path, "remotes.json") }
    /// What was pinned by hand, and where.
    package var pinsPath: [UInt8] { Files.join(path, "pins.json") }
    /// What this device knows of the vault on a remote of that name.
    package func remotePath(_ remote: String) -> [UInt8] {
        Files.join(Files.join(path, "remotes"), PercentCoding.encode(Array(remote.utf8)))
    }
}
