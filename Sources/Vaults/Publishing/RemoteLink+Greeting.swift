internal import ContentAddressing
internal import Core
internal import LocalStore
internal import Naming
internal import Sealing
internal import Storage
internal import Synchronization

/// First contact: is the keyring there, is this device's head where this device left it, is anything forgotten here?
extension RemoteLink {
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
        guard let root = state.published?.root, try !inventory.contains(SendPlan.reference(root).digest) else { return }
        // Without bundles no list tells; but what is published is there with all below it.
        let nodes = BlockingNodes(cache: volume.nodes, objects: objects)
        let known = try inventory
        let plan = try SendPlan(below: root, nodes, objects) { known.contains($0) }
        try inventory.enter(alone: plan.items.map(\.object))
    }

    /// Takes in a newer keyring than ours, or publishes ours where there is none or an older one.
    ///
    /// Returns the highest sequence number that the anchor is known to have had.
    @discardableResult
    func followAnchor() throws(Failure) -> UInt64 {
        let name = try Self.name(of: anchorKey)
        guard let answer = try resolve(name) else {
            let isNew = state.anchorRecord == nil
            try publishKeyring(
                try ownKeyringObject(), sequence: isNew ? 0 : try Self.number(after: anchorSequence))
            return anchorSequence
        }
        try follow(answer)
        return max(answer.sequence, anchorSequence)
    }

    private func follow(_ answer: NameAnswer) throws(Failure) {
        let own = try ownKeyringObject()
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
            try heldKeyring.replace(with: theirs, sealed: bytes, in: vaultFolder)
            let object = RemoteObject(digest: try ObjectCID.digest(of: cid), sealedLength: bytes.count)
            try save { state in
                state.keyring = object
                state.anchorRecord = answer.record?.bytes ?? state.anchorRecord
            }
        } else {
            try publishKeyring(own, sequence: try Self.number(after: max(answer.sequence, anchorSequence)))
        }
    }

    /// Puts the keyring that `change` makes of the newest one in its place: on the remote first, then here.
    ///
    /// A crash between the two leaves it to the next look to bring it here; nothing is sealed with it before it is on the
    /// remote. Throws with nothing changed when the remote cannot be asked; when its answer to the last call is lost, the
    /// keyring may be there, and is taken in like another device's.
    func changeKeyring(
        _ change: (Keyring) throws(Failure) -> (keyring: Keyring, object: SealedObject)
    ) throws(Failure) {
        try inTurn { () throws(Failure) in
            let sequence = try followAnchor()
            let (next, object) = try change(keyring)
            try publishKeyring((object.bytes, object.remoteObject), sequence: try Self.number(after: sequence))
            try heldKeyring.replace(with: next, sealed: object.bytes, in: vaultFolder)
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
        guard let answer = try resolve(name) else {
            // Nothing is here to compare with, so the others tell: a record ends when nobody has renewed it for long.
            try askOthersForTwin()
            return try publishHeadAgain(name)
        }
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
        let cid = published.object.cid
        guard try ask({ (store) async throws(Failure) in try await store.has([cid]) }) == [true] else {
            return try beginAnew()
        }
        try askNames { (names) async throws(Failure) in try await names.publish(record, under: name) }
    }

    /// The remote has lost what was published there, or is another one at the same address: all of it is sent again.
    ///
    /// Records keep their numbers: who has seen one of them waits for a higher.
    private func beginAnew() throws(Failure) {
        Log.warning("remote", "\(remote.name) has nothing of what was published there; everything is sent again")
        try inventory.forgetAll()
        try save { state in
            state.published = nil
            state.contents = RemoteContents()
        }
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
            link = commit.parents.first
        }
        return true
    }

    /// Throws when another device has seen changes of this one that this store does not have: what it would write now
    /// would come under dots that others have seen with something else. One that has made as many changes since as were
    /// seen is not found so: its own head on the remote tells, as long as it is there.
    func refuseTwin(_ heads: [ForeignCommit]) throws(Failure) {
        let own = volume.state.withLock { $0.commits.vector[keys.incarnation] } ?? 0
        if heads.contains(where: { $0.commit.vector[keys.incarnation] ?? 0 > own }) { throw Self.isTwin }
    }

    /// Looks for such a device; a head that cannot be read proves nothing, and keeps nobody from publishing.
    private func askOthersForTwin() throws(Failure) {
        for device in keyring.devices where device.identity.id != keys.id {
            do throws(Failure) {
                if let head = try head(of: device.identity) { try refuseTwin([head]) }
            } catch {
                guard [.integrity, .damaged, .unknownFormat].contains(error.code) else { throw error }
                Log.warning("remote", "the head of device '\(device.identity.name)' cannot be read: \(error)")
            }
        }
    }

    private static var isTwin: Failure {
        Failure(
            .conflict, "this device has published more than its store contains: the store is an old copy, or a twin",
            advice: "make a device of its own from the recovery phrase with: cbstore recover")
    }
}
