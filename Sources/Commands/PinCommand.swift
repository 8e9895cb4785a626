internal import ContentAddressing
internal import Control
package import Core
internal import Remotes
internal import Storage
internal import Vaults

/// `cbstore pin`.
package enum PinCommand: Command {
    package static let description = CommandDescription(
        "pin", "Keep an object at the remote",
        discussion: """
            Asks the remote in use to keep the objects until 'cbstore unpin', and notes them in a list of this vault
            ('cbstore pins'). A CipherBox API keeps only what is uploaded to it: the object is sent again, from this vault
            when it holds it and no other process has the vault, else from what the API itself still has.
            """,
        group: .content,
        arguments: [.init("cid", "CIDs of objects.", count: .oneOrMore)],
        examples: [
            .init("cbstore pin bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "Keep one object.")
        ],
        exitStatus: [
            .init(1, "The remote keeps only what is uploaded, and nobody has the object; or another failure."),
            .init(2, "Some objects could not be pinned."),
            .init(3, "The remote does not have the object, or there is none."),
            .session, .network, .integrity, .noSpace,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let vaults = try VaultOpening(arguments, console)
        let folder = try vaults.folder()
        let opening = vaults.remotes
        let remote = try opening.requiredRemote(of: folder)
        let pinning = Pinning(vaults: vaults, folder: folder, opening: opening, remote: remote)
        return try EachCID(arguments, console).run { cid throws(Failure) in
            let pin = try pinning.pin(cid)
            try PinLedger.change(at: folder.pinsPath) { (ledger) throws(Failure) in ledger.add(pin) }
            if arguments.wantsJSON { try console.json(pin.json) } else { try console.line("\(cid)  \(remote.name)") }
        }
    }
}

/// How an object comes to be pinned.
private struct Pinning {
    let vaults: VaultOpening
    let folder: VaultFolder
    let opening: RemoteOpening
    let remote: Remote

    func pin(_ cid: CID) throws(Failure) -> PinLedger.Pin {
        let remote = remote
        var isVaults = false
        do throws(Failure) {
            try waitFor { () async throws(Failure) in try await remote.objects.pin([cid]) }
        } catch {
            guard error.code == .unsupported else { throw error }
            isVaults = try upload(cid)
        }
        return PinLedger.Pin(cid: cid, remote: remote.name, pinned: SystemTime().wallClock, isVaults: isVaults)
    }

    /// Sends the object again; whether it came from the vault.
    private func upload(_ cid: CID) throws(Failure) -> Bool {
        let remote = remote
        if let bytes = try vaults.storedObject(cid, in: folder) {
            try waitFor { () async throws(Failure) in
                try await remote.objects.put([StoredObject(cid: cid, kind: 0, bytes: bytes)])
            }
            return true
        }
        do throws(Failure) {
            try waitFor { () async throws(Failure) in
                let bytes = try await remote.objects.get(cid)
                try await remote.objects.put([StoredObject(cid: cid, kind: 0, bytes: bytes)])
            }
        } catch {
            guard error.code == .notFound else { throw error }
            throw Failure(
                .unsupported,
                "\(remote.name) pins only what is uploaded to it, and neither it nor this vault has \(cid)",
                advice: "fetch the object from somewhere else first")
        }
        return false
    }
}

extension VaultOpening {
    /// The sealed object from the vault's store; nil when it is not there or another process holds the vault.
    fileprivate func storedObject(_ cid: CID, in folder: VaultFolder) throws(Failure) -> [UInt8]? {
        // One try: whoever holds the vault has the remote to ask.
        guard let lock = try acquire(folder, until: SystemTime.monotonic() + Limits.Control.answer) else { return nil }
        let unlocked = try SealedKeys(of: folder).unlock(try passphrases.passphrase(for: folder))
        let held = try HeldVault(folder, unlocked, remote: nil, lock: lock)
        do throws(Failure) {
            let bytes = try held.vault.storedObject(cid)
            try held.close()
            return bytes
        } catch {
            try? held.close()
            throw error
        }
    }
}

/// Runs an action for each CID of a command line: one that fails does not end the rest.
struct EachCID {
    private let arguments: ParsedArguments
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// The exit code; with a single CID its failure is thrown.
    func run(_ action: (CID) throws(Failure) -> Void) throws(Failure) -> Int32 {
        let words = arguments.arguments("cid")
        var failures = 0
        for word in words {
            do throws(Failure) {
                guard let text = Name(word).string else { throw arguments.usage("a CID is text") }
                try action(try CID(text))
            } catch {
                if words.count == 1 || console.isOutputClosed { throw error }
                failures += 1
                console.report(error)
            }
        }
        return failures == 0 ? 0 : FailureCode.partly.row.exitCode
    }
}

extension PinLedger.Pin {
    var json: JSON {
        ["cid": JSON(cid.description), "remote": JSON(remote), "pinned": JSON(pinned.text), "in_vault": JSON(isVaults)]
    }
}
