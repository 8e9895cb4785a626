internal import ContentAddressing
package import Core
internal import LocalStore
internal import Naming
internal import Primitives
internal import Sealing
internal import Storage
internal import Synchronization
internal import Trees

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

/// Looking at what the remote says: the keyring, this device's own head, and the heads of the others.
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

    // MARK: First contact

    /// Once for each opening: sees to the keyring, and that this device's head is where this device left it.
    func greet() throws(Failure) {
        if hasGreeted { return }
        if let published = state.published, try !hasMade(published.counter, published.root, published.vector) {
            throw Self.isTwin
        }
        try followAnchor()
        try checkOwnHead()
        try remember()
        note { $0.hasGreeted = true }
    }

    /// Enters again what the newest publication of this device left on the remote, where the inventory lost it.
    private func remember() throws(Failure) {
        try learn(state.contents)
        guard let root = state.published?.root, !inventory.contains(try SendPlan.reference(root).digest) else { return }
        // Without bundles no list tells; but what is published is there with all below it.
        let nodes = BlockingNodes(cache: volume.nodes, objects: objects)
        let plan = try SendPlan(below: root, nodes, objects) { inventory.contains($0) }
        try inventory.enter(alone: plan.items.map(\.object))
    }

    /// Takes in a newer keyring than ours, or publishes ours where there is none or an older one.
    func followAnchor() throws(Failure) {
        let own = try ownKeyringObject()
        let name = try Self.name(of: anchorKey)
        guard let answer = try resolve(name) else {
            let isNew = state.anchorRecord == nil
            return try publishKeyring(own, sequence: isNew ? 0 : try Self.number(after: anchorSequence))
        }
        let cid = try Self.target(of: answer)
        if cid == own.remoteObject.cid {
            if state.keyring == nil { try save { $0.keyring = own.remoteObject } }
            return
        }
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try ask { (store) async throws(Failure) in try await store.get(cid) }
        } catch {
            guard error.code == .notFound else { throw error }
            // A name that leads nowhere is no reason to do without a keyring.
            return try publishKeyring(own, sequence: try Self.number(after: answer.sequence))
        }
        let theirs = try Keyring(sealed: bytes, ownerKey: keys.ownerKey, secret: keys.keyringSecret)
        if theirs.counter > keyring.counter {
            _ = try theirs.open(with: keys)
            try vaultFolder.writeKeyring(bytes)
            let object = RemoteObject(digest: try ObjectCID.digest(of: cid), sealedLength: bytes.count)
            note { $0.keyring = theirs }
            try save { state in
                state.keyring = object
                state.anchorRecord = answer.record?.bytes ?? state.anchorRecord
            }
        } else {
            try publishKeyring(own, sequence: try Self.number(after: max(answer.sequence, anchorSequence)))
        }
    }

    private func ownKeyringObject() throws(Failure) -> (bytes: [UInt8], remoteObject: RemoteObject) {
        let bytes = try vaultFolder.keyringBytes()
        return (bytes, RemoteObject(digest: ObjectCID.compute(over: bytes), sealedLength: bytes.count))
    }

    private var anchorSequence: UInt64 {
        guard let bytes = state.anchorRecord, let name = try? Self.name(of: anchorKey),
            let record = try? NameRecord.read(bytes, for: name)
        else { return 0 }
        return record.sequence
    }

    private func publishKeyring(
        _ own: (bytes: [UInt8], remoteObject: RemoteObject), sequence: UInt64
    ) throws(Failure) {
        let stored = StoredObject(cid: own.remoteObject.cid, kind: ObjectKind.keyring.rawValue, bytes: own.bytes)
        try ask { (store) async throws(Failure) in try await store.put([stored]) }
        let record = record(for: own.remoteObject, sequence: sequence, by: anchorKey)
        let name = try Self.name(of: anchorKey)
        try save { $0.anchorRecord = record.bytes }
        try askNames { (names) async throws(Failure) in try await names.publish(record, under: name) }
        try save { $0.keyring = own.remoteObject }
    }

    /// Compares this device's head with what it published last.
    ///
    /// The files about the remote may be lost, or a crash may have come between publishing and noting it: then the head
    /// is ours all the same. A head with changes that this store never made is another life of this device.
    private func checkOwnHead() throws(Failure) {
        let name = try Self.name(of: keys.headKey)
        guard let answer = try resolve(name) else { return try publishHeadAgain(name) }
        if let own = state.headRecord, let record = try? NameRecord.read(own, for: name) {
            if answer.value == record.value { return }
            // The server is late or was put back; it can never be ahead of what this device kept before sending.
            if answer.sequence < record.sequence, state.published != nil { return try publishHeadAgain(name) }
        }
        guard let head = try commit(at: try Self.target(of: answer), by: keys.identity) else { return }
        if state.published?.object == head.object { return }
        let commit = head.commit
        guard try hasMade(commit.counter, commit.root, commit.vector) else { throw Self.isTwin }
        guard head.commit.counter > state.published?.counter ?? 0 else { return }
        try learn(head.commit.contents)
        // A hint has its number all the same, and the next one must be above it.
        let record = answer.record ?? self.record(for: head.object, sequence: answer.sequence, by: keys.headKey)
        try save { state in
            state.published = RemoteState.Published(
                reference: head.reference.bytes, object: head.object, root: head.commit.root,
                vector: head.commit.vector, counter: head.commit.counter, time: head.commit.time)
            state.contents = head.commit.contents
            state.headRecord = record.bytes
        }
    }

    /// Publishes the newest record once more, when it stands for what was published last.
    private func publishHeadAgain(_ name: IPNSName) throws(Failure) {
        guard let bytes = state.headRecord, let published = state.published else { return }
        let record = try NameRecord.read(bytes, for: name)
        guard record.value == IPNSName.value(for: published.object.cid) else { return }
        try askNames { (names) async throws(Failure) in try await names.publish(record, under: name) }
    }

    /// Whether a commit of ours comes from this life of the device, as far as the store's own commits tell.
    ///
    /// Counting is not enough: two lives may have changed equally much.
    private func hasMade(_ counter: UInt64, _ root: [UInt8]?, _ vector: [UInt64: UInt64]) throws(Failure) -> Bool {
        let commits = volume.state.withLock { $0.commits }
        guard counter <= commits.count, vector.allSatisfy({ $0.value <= commits.vector[$0.key] ?? 0 }) else {
            return false
        }
        var link = commits.newest
        while let reference = link, objects.store.contains(try SendPlan.reference(reference).digest) {
            let commit = try Vault.commit(at: reference, in: objects, keyring)
            if commit.device == keys.id.bytes, commit.counter <= counter {
                return commit.counter < counter || (commit.root == root && commit.vector == vector)
            }
            link = commit.parent
        }
        return true
    }

    private static var isTwin: Failure {
        Failure(
            .conflict, "this device has published more than its store contains: the store is an old copy, or a twin",
            advice: "make a device of its own from the recovery phrase with: cbstore recover")
    }

    // MARK: Other devices

    private func takeInNewest() throws(Failure) -> LookOutcome {
        var heads: [ForeignCommit] = []
        for device in keyring.devices where device.identity.id != keys.id {
            if let head = try head(of: device.identity) { heads.append(head) }
        }
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
    private func commit(at cid: CID, by device: DeviceIdentity) throws(Failure) -> ForeignCommit? {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try ask { (store) async throws(Failure) in try await store.get(cid) }
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        let opened = try objects.sealer.open(bytes, kind: .commit)
        let commit = try Commit.verified(opened.body) { $0 == device.id.bytes ? device.signingKey : nil }
        return ForeignCommit(
            device: device, commit: commit,
            object: RemoteObject(digest: opened.reference.digest, sealedLength: bytes.count), bytes: bytes,
            reference: opened.reference)
    }

    /// What the remote says of a name; nil when it knows nothing.
    ///
    /// A failed check makes it a hint, no more and no less: what it leads to proves itself by its signature.
    private func resolve(_ name: IPNSName) throws(Failure) -> NameAnswer? {
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

    // MARK: Taking in

    /// Brings a commit's whole tree into the local store, and makes it the vault's.
    func takeIn(_ head: ForeignCommit) throws(Failure) {
        var found = FoundNodes()
        try learn(head.commit.contents, &found)
        if let root = head.commit.root { try bringTree(root, &found) }
        _ = try objects.store.put(head.reference.digest, kind: ObjectKind.commit.rawValue, head.bytes)
        // First: what the inventory knows from that commit must be named by ours from now on, whether the tree can be
        // taken in or not. Its lists hold all that ours do, as it includes everything of this device.
        try save { $0.contents = head.commit.contents }
        if let host = treeHost {
            try host.takeIn { (file) throws(Failure) in
                try volume.isContentUnchanged(of: file, in: head.commit.root)
            } _: { () throws(Failure) in
                try volume.adopt(head.commit, at: head.reference.bytes)
            }
        } else {
            try volume.adopt(head.commit, at: head.reference.bytes)
        }
    }

    func learn(_ contents: RemoteContents) throws(Failure) {
        var found = FoundNodes()
        try learn(contents, &found)
    }

    /// Learns where everything stands that a commit names.
    private func learn(_ contents: RemoteContents, _ found: inout FoundNodes) throws(Failure) {
        for table in contents.tables where !inventory.knows(table: table.object) {
            try inventory.learn(try self.table(table.object), as: table.object)
        }
        for bundle in contents.bundles where !inventory.knows(bundle: bundle) {
            let open = try openBundle(bundle)
            try inventory.learn(open.bundle, as: bundle)
            found.add(open) { objects.store.contains($0) }
        }
    }

    /// Brings the nodes below `link` into the local store, each behind all that stand below it: so a node that is there
    /// is there with its whole tree, and nothing is walked twice.
    private func bringTree(_ link: NodeLink, _ found: inout FoundNodes) throws(Failure) {
        let reference = try SendPlan.reference(link)
        if objects.store.contains(reference.digest) { return }
        let sealed = try node(reference, &found)
        let body = try Opener.open(sealed, reference, kind: .node)
        let node: TreeNode
        do throws(MalformedBytes) {
            node = try TreeNode(decoding: body)
        } catch {
            throw Failure(.integrity, "the tree node \(reference.cid) cannot be read", cause: error)
        }
        if node.level > 0 {
            for entry in node.entries { try bringTree(entry.value, &found) }
        }
        _ = try objects.store.put(reference.digest, kind: ObjectKind.node.rawValue, sealed)
    }

    private func node(_ reference: ObjectReference, _ found: inout FoundNodes) throws(Failure) -> [UInt8] {
        if let bytes = found.take(reference.digest) {
            try Opener.checkDigest(bytes, reference.digest)
            return bytes
        }
        if case .bundled(let object, let range) = inventory.place(of: reference.digest) {
            let open = try openBundle(object)
            found.add(open) { objects.store.contains($0) }
            return try Self.member(reference.digest, range, of: open)
        }
        return try fetch(
            RemoteObject(digest: reference.digest, sealedLength: reference.layout?.sealedLength ?? .max))
    }
}
