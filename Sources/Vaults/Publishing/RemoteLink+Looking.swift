internal import ContentAddressing
package import Core
internal import Naming
internal import Sealing
internal import Storage
internal import Synchronization

/// A commit that another device published.
struct ForeignCommit: Sendable {
    let device: DeviceIdentity
    let commit: Commit
    let object: RemoteObject
    /// The object's own bytes, to be kept when the commit is taken in.
    let bytes: [UInt8]
    let reference: ObjectReference
}

/// What a look at the other devices found.
package enum LookOutcome: Sendable, Equatable {
    /// Nobody has published anything that is not here.
    case nothingNew
    /// The tree of this device's commit was taken in.
    case tookIn(device: String)
    /// These devices and this one have changes that neither has seen of the other; nothing was taken in.
    case diverged(devices: [String])
}

/// Looking at what other devices have published.
extension RemoteLink {
    /// Looks at all heads and takes in the newest commit when it includes everything there is here.
    package func look() throws(Failure) -> LookOutcome {
        try inTurn { () throws(Failure) in
            if hasGreeted { try followAnchor() } else { try greet() }
            // Here too: a vault that nobody changes would publish nothing for longer than its names last.
            try renewRecords()
            return try takeInNewest()
        }
    }

    private func takeInNewest() throws(Failure) -> LookOutcome {
        var heads: [ForeignCommit] = []
        for device in keyring.devices where device.identity.id != keys.id {
            if let head = try head(of: device.identity) { heads.append(head) }
        }
        try refuseTwin(heads)
        let vector = volume.state.withLock { $0.commits.vector }
        let news = heads.filter { head in head.commit.vector.contains { $0.value > vector[$0.key] ?? 0 } }
        guard !news.isEmpty else {
            note { $0.activity.diverged = [] }
            return .nothingNew
        }
        let vectors = news.map(\.commit.vector) + [vector]
        let newest = news.first { head in
            vectors.allSatisfy { $0.allSatisfy { entry in entry.value <= head.commit.vector[entry.key] ?? 0 } }
        }
        guard let newest else {
            let devices = news.map(\.device.name)
            note { $0.activity.diverged = devices }
            return .diverged(devices: devices)
        }
        try takeIn(newest)
        note { $0.activity.diverged = [] }
        return .tookIn(device: newest.device.name)
    }

    /// Takes in a vault of which nothing is here yet; the name of the device whose tree it is.
    ///
    /// When devices have diverged, the tree of the one that published last is taken; the others are told as diverged.
    func takeInFirst() throws(Failure) -> String {
        try inTurn { () throws(Failure) in
            let device = try takeInAny()
            // Last: a device that never came so far is no device of the vault.
            try followAnchor()
            return device
        }
    }

    private func takeInAny() throws(Failure) -> String {
        switch try takeInNewest() {
        case .tookIn(let device): return device
        case .nothingNew:
            throw Failure(
                .notFound, "\(remote.name) has the vault's keys, but no device has published its files",
                advice: "run 'cbstore flush --wait' on the device that has them")
        case .diverged:
            var heads: [ForeignCommit] = []
            for device in keyring.devices {
                if let head = try head(of: device.identity) { heads.append(head) }
            }
            guard let newest = heads.max(by: { $0.commit.time < $1.commit.time }) else {
                throw Failure(.notFound, "no device has published the vault's files")
            }
            try takeIn(newest)
            return newest.device.name
        }
    }

    /// The newest commit of a device, with its signature checked; nil when it has published nothing.
    func head(of device: DeviceIdentity) throws(Failure) -> ForeignCommit? {
        let name: IPNSName
        do throws(MalformedBytes) {
            name = try IPNSName(ed25519: device.headKey)
        } catch {
            throw Failure(.damaged, "the head of device '\(device.name)' is no name", cause: error)
        }
        guard let answer = try resolve(name) else { return nil }
        guard let head = try commit(at: try Self.target(of: answer), by: device) else { return nil }
        let seen = state.seen[device.id.bytes] ?? 0
        guard head.commit.counter >= seen else {
            // What we have is newer: a server that answers with an old name, or somebody who brings one back.
            Log.warning("remote", "an old commit of device '\(device.name)' was offered and left alone")
            return nil
        }
        if head.commit.counter > seen { try save { $0.seen[device.id.bytes] = head.commit.counter } }
        return head
    }

    /// The commit under a CID, when it is one of this device's; nil when the remote does not have it.
    func commit(at cid: CID, by device: DeviceIdentity) throws(Failure) -> ForeignCommit? {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try ask { (store) async throws(Failure) in try await store.get(cid) }
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        let opened = try objects.sealers.open(bytes, kind: .commit)
        let commit = try Commit.verified(opened.content) { $0 == device.id.bytes ? device.signingKey : nil }
        return ForeignCommit(
            device: device, commit: commit,
            object: RemoteObject(digest: opened.reference.digest, sealedLength: bytes.count), bytes: bytes,
            reference: opened.reference)
    }

    /// What the remote says of a name; nil when it knows nothing.
    ///
    /// A failed check makes it a hint, no more and no less: what it leads to proves itself by its signature.
    func resolve(_ name: IPNSName) throws(Failure) -> NameAnswer? {
        do throws(Failure) {
            return try askNames { (names) async throws(Failure) in try await names.resolve(name) }
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    static func target(of answer: NameAnswer) throws(Failure) -> CID {
        do throws(Failure) {
            return try IPNSName.cid(inValue: answer.value)
        } catch {
            throw Failure(.integrity, "a name of this vault stands for no object", cause: error)
        }
    }
}
