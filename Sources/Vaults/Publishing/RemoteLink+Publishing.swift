internal import ContentAddressing
package import Core
internal import Naming
internal import Primitives
internal import Sealing
internal import Storage
internal import Synchronization
internal import Trees

/// Publishing: objects, then the commit, then the name. A crash between two of them leaves nothing that has to be undone.
extension RemoteLink {
    /// Commits what has changed, sends it, and publishes it; whether there was anything to publish.
    ///
    /// Blocks until the remote has answered or failed; what fails can be tried again and costs only what was not sent.
    @discardableResult
    package func publish(_ progress: (SendProgress) -> Void = { _ in }) throws(Failure) -> Bool {
        do throws(Failure) {
            let isNew = try inTurn { () throws(Failure) in
                try volume.commitAndWait()
                try greet()
                return try publishNewest(progress)
            }
            note { $0.activity.failure = nil }
            if isNew { publicationObserver.withLock { $0 }?() }
            return isNew
        } catch {
            note { $0.activity.failure = error }
            throw error
        }
    }

    /// Whether everything committed so far is published; from memory.
    package var isPublished: Bool {
        let commits = volume.state.withLock { $0.commits }
        guard commits.newest != nil else { return true }
        return covers(state.published?.vector ?? [:], commits.vector)
    }

    /// Whether there is something to publish: in commits, or in changes that no commit holds yet.
    package var hasWork: Bool {
        let hasChanges = volume.state.withLock { !$0.working.active.isEmpty || $0.working.frozen != nil }
        return hasChanges || !isPublished
    }

    /// Whether `vector` includes all of our own that `other` includes.
    private func covers(_ vector: [UInt64: UInt64], _ other: [UInt64: UInt64]) -> Bool {
        guard let own = other[keys.incarnation] else { return true }
        return vector[keys.incarnation].map { $0 >= own } ?? false
    }

    private func publishNewest(_ progress: (SendProgress) -> Void) throws(Failure) -> Bool {
        guard let newest = volume.state.withLock({ $0.commits.newest }) else { return false }
        if isPublished {
            try renewRecords()
            return false
        }
        var commit = try Vault.commit(at: newest, in: objects, keyring)
        if let refusal = commit.features.refusalOfChanges { throw refusal }
        // The newest may be one that was taken in; what this head stands for is signed and counted by this device.
        commit.device = volume.author.device
        commit.counter = volume.state.withLock { $0.commits.count }
        try send(below: commit.root, progress)
        let contents = try listContents()
        commit.parents = state.published.map { [$0.reference] } ?? []
        commit.contents = contents
        let object = objects.sealers.newest.seal(commit.signed(by: volume.author), as: .commit)
        try put(object)
        try publishHead(object.remoteObject)
        let published = RemoteState.Published(
            reference: object.reference.bytes, object: object.remoteObject, root: commit.root, vector: commit.vector,
            counter: commit.counter, time: time.wallClock)
        try save { state in
            state.published = published
            state.contents = contents
        }
        try inventory.noteListed()
        return true
    }

    // MARK: What stands where

    /// All bundles and tables, with what was sent since the newest commit; tables are made when there are many bundles.
    private func listContents() throws(Failure) -> RemoteContents {
        var contents = state.contents
        guard remote.traits.prefersBundles else { return contents }
        for bundle in try inventory.unlisted.bundles where !contents.bundles.contains(bundle) {
            contents.bundles.append(bundle)
        }
        guard contents.bundles.count > Limits.Remote.looseBundles else { return contents }
        var entries = try inventory.entries(of: contents.bundles)
        let merged = contents.tablesToMerge(withEntries: entries.count)
        for table in merged { entries += try self.table(table.object).entries }
        contents.tables.removeAll { merged.contains($0) }
        let all = LocationTable(entries).entries
        for start in stride(from: 0, to: all.count, by: Limits.Remote.tableEntries) {
            let part = LocationTable(Array(all[start..<min(start + Limits.Remote.tableEntries, all.count)]))
            let object = objects.sealers.newest.seal(part.encoded(), as: .locationNode)
            try put(object)
            try inventory.learn(part, as: object.remoteObject)
            contents.tables.append(
                RemoteContents.Table(object: object.remoteObject, entryCount: part.entries.count))
        }
        contents.bundles = []
        return contents
    }

    // MARK: Names

    /// Publishes what this device's head stands for now.
    private func publishHead(_ commit: RemoteObject) throws(Failure) {
        let name = try Self.name(of: keys.headKey)
        let before = try state.headRecord.map { bytes throws(Failure) in try NameRecord.read(bytes, for: name) }
        let sequence = try before.map { (record) throws(Failure) in try Self.number(after: record.sequence) } ?? 0
        let record = record(for: commit, sequence: sequence, by: keys.headKey)
        // Kept first: a number that may have been seen is never given to another value.
        try save { $0.headRecord = record.bytes }
        try askNames { (names) async throws(Failure) in try await names.publish(record, under: name) }
    }

    func record(for object: RemoteObject, sequence: UInt64, by key: Ed25519.SigningKey) -> NameRecord {
        NameRecord.signed(
            value: "/ipfs/\(object.cid)", sequence: sequence,
            validUntil: time.wallClock.adding(Limits.Remote.recordLifetime),
            timeToLive: Limits.Remote.recordTimeToLive, by: key)
    }

    /// Publishes records again whose end comes nearer, with the same value and number.
    func renewRecords() throws(Failure) {
        if let published = state.published,
            let renewed = try renewal(of: state.headRecord, for: published.object, keys.headKey)
        {
            try save { $0.headRecord = renewed.bytes }
            let name = try Self.name(of: keys.headKey)
            try askNames { (names) async throws(Failure) in try await names.publish(renewed, under: name) }
        }
        if let keyring = state.keyring, let renewed = try renewal(of: state.anchorRecord, for: keyring, anchorKey) {
            try save { $0.anchorRecord = renewed.bytes }
            let name = try Self.name(of: anchorKey)
            try askNames { (names) async throws(Failure) in try await names.publish(renewed, under: name) }
        }
    }

    private func renewal(
        of bytes: [UInt8]?, for object: RemoteObject, _ key: Ed25519.SigningKey
    ) throws(Failure) -> NameRecord? {
        guard let bytes else { return nil }
        let record = try NameRecord.read(bytes, for: try Self.name(of: key))
        let due = time.wallClock.adding(Limits.Remote.recordLifetime - Limits.Remote.recordRenewal)
        return record.validUntil < due ? self.record(for: object, sequence: record.sequence, by: key) : nil
    }

    /// The sequence number after one that a server may have made up.
    static func number(after sequence: UInt64) throws(Failure) -> UInt64 {
        guard sequence < .max else {
            throw Failure(
                .integrity, "the remote answers a name of this vault with the last sequence number there is",
                advice: "no device of the vault ever comes so far: somebody has tampered with the remote")
        }
        return sequence + 1
    }

    static func name(of key: Ed25519.SigningKey) throws(Failure) -> IPNSName {
        do throws(MalformedBytes) {
            return try IPNSName(ed25519: key.publicKey)
        } catch {
            throw Failure(.damaged, "a name's key is not one", cause: error)
        }
    }
}
