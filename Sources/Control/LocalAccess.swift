package import Core
package import FileSystem
package import Vaults
internal import Volumes

/// Told what changed beside the mount, so that the kernel forgets what it cached. Delivers later and never waits.
package protocol MountNotices: Sendable {
    func entry(_ name: Name, in parent: NodeID)
    func attributes(of node: NodeID)
    func content(of node: NodeID)
    /// Any name may mean something else now.
    func allEntries()
}

/// A vault that this process holds, as the verbs see it. Everything goes through the session, as a mount's work does.
package final class LocalAccess: VaultAccess {
    let session: Session
    private let vault: Vault
    let remote: AttachedRemote?
    private let mountpoint: String?
    let notices: (any MountNotices)?
    private let caller = Caller(owner: ProcessIdentity.user, group: ProcessIdentity.group)

    package init(
        session: Session, vault: Vault, remote: AttachedRemote? = nil, mountpoint: String? = nil,
        notices: (any MountNotices)? = nil
    ) {
        self.session = session
        self.vault = vault
        self.remote = remote
        self.mountpoint = mountpoint
        self.notices = notices
        remote?.link.setHost(self)
    }

    /// The kernel may hold the old entry, or that there was none, and the directory's old times.
    private func noteEntry(_ name: Name, in parent: NodeID) {
        notices?.entry(name, in: parent)
        notices?.content(of: parent)
    }

    // MARK: Looking

    package func info(at path: VaultPath) throws(Failure) -> FileInfo {
        try withNode(at: path) { entry throws(Failure) in
            var info = try info(of: entry, named: path.name ?? Name(""))
            if info.attributes.kind == .regular { info.cid = try session.contentIdentifier(of: entry.node) }
            return info
        }
    }

    private func info(of entry: NodeEntry, named name: Name) throws(Failure) -> FileInfo {
        let status = entry.status
        var info = FileInfo(
            name: name, attributes: status.attributes, inode: status.inode, links: status.links, size: status.size,
            allocated: status.allocated)
        if status.attributes.kind == .symlink {
            info.target = try wait { () throws(FileError) in try session.target(ofLink: entry.node) }
        }
        return info
    }

    package func list(_ path: VaultPath, after: Name?, limit: Int) throws(Failure) -> [FileInfo] {
        try withNode(at: path) { directory throws(Failure) in
            try session.list(directory.node, after: after, limit: limit).map { name, status, target in
                FileInfo(
                    name: name, attributes: status.attributes, inode: status.inode, links: status.links,
                    size: status.size, allocated: status.allocated, target: target)
            }
        }
    }

    @discardableResult
    package func read(
        _ source: ContentSource, range: Range<UInt64>?, into sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> UInt64 {
        switch source {
        case .cid(let cid): return try vault.read(cid: cid, range: range, into: sink)
        case .path(let path):
            return try withNode(at: path) { entry throws(Failure) in
                let handle = try wait(path) { () throws(FileError) in
                    try session.open(entry.node, mode: .read, caller: caller)
                }
                defer { session.release(handle, of: entry.node) }
                let size = entry.status.size
                var position = min(range?.lowerBound ?? 0, size)
                let end = min(range?.upperBound ?? size, size)
                while position < end {
                    let count = Int(min(UInt64(Limits.Content.pieceBytes), end - position))
                    let bytes = try wait(path) { () throws(FileError) in
                        try session.read(handle, of: entry.node, at: position, count: count)
                    }
                    if bytes.isEmpty { break }
                    try sink(bytes[...])
                    position += UInt64(bytes.count)
                }
                return size
            }
        }
    }

    // MARK: Changing

    package func store(
        at path: VaultPath, attributes: StoredAttributes, from source: () throws(Failure) -> ArraySlice<UInt8>
    ) throws(Failure) -> FileInfo {
        guard let name = path.name else { throw Failure(.isDirectory, "/ is a directory") }
        return try withNode(at: path.parent) { parent throws(Failure) in
            let draft = try session.makeDraft(
                permissions: attributes.permissions ?? 0o644, caller: caller(for: attributes))
            defer { session.discardDraft(draft) }
            var offset: UInt64 = 0
            while true {
                let piece = try source()
                if piece.isEmpty { break }
                try write(piece, to: draft, at: offset)
                offset += UInt64(piece.count)
            }
            let entry = try session.publish(
                draft, as: name, in: parent.node, permissions: attributes.permissions, modified: attributes.modified)
            defer { session.forget(entry.node, lookups: 1) }
            noteEntry(name, in: parent.node)
            notices?.content(of: entry.node)
            var info = try info(of: entry, named: name)
            info.cid = try session.contentIdentifier(of: entry.node)
            return info
        }
    }

    private func write(_ piece: ArraySlice<UInt8>, to draft: OpenedNode, at offset: UInt64) throws(Failure) {
        var outcome: Result<Answer<Int>, FileError> = .success(.now(0))
        unsafe piece.withUnsafeBytes { bytes in
            do throws(FileError) {
                outcome = .success(
                    try unsafe session.write(
                        bytes, to: draft.handle, of: draft.entry.node, at: offset, isCacheWriteOut: false))
            } catch {
                outcome = .failure(error)
            }
        }
        _ = try wait { () throws(FileError) in try outcome.get() }
    }

    package func makeDirectory(
        at path: VaultPath, attributes: StoredAttributes, withParents: Bool
    ) throws(Failure) -> FileInfo {
        guard let name = path.name else {
            if withParents { return try info(at: .root) }
            throw Failure(.alreadyExists, "/ is there already")
        }
        if withParents {
            if let existing = try existing(path) {
                guard existing.attributes.kind == .directory else { throw notADirectory(path) }
                return existing
            }
            if !path.parent.isRoot {
                _ = try makeDirectory(at: path.parent, attributes: StoredAttributes(), withParents: true)
            }
        }
        return try withNode(at: path.parent) { parent throws(Failure) in
            let entry = try wait(path) { () throws(FileError) in
                try session.makeDirectory(
                    name, in: parent.node, permissions: attributes.permissions ?? 0o755,
                    caller: caller(for: attributes))
            }
            defer { session.forget(entry.node, lookups: 1) }
            noteEntry(name, in: parent.node)
            try set(entry.node, attributes)
            return try info(of: entry, named: name)
        }
    }

    private func existing(_ path: VaultPath) throws(Failure) -> FileInfo? {
        do throws(Failure) {
            return try info(at: path)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    package func makeLink(
        at path: VaultPath, target: [UInt8], attributes: StoredAttributes
    ) throws(Failure) -> FileInfo {
        guard let name = path.name else { throw Failure(.alreadyExists, "/ is there already") }
        return try withNode(at: path.parent) { parent throws(Failure) in
            let entry = try wait(path) { () throws(FileError) in
                try session.makeLink(name, in: parent.node, target: target, caller: caller(for: attributes))
            }
            defer { session.forget(entry.node, lookups: 1) }
            noteEntry(name, in: parent.node)
            try set(entry.node, attributes)
            return try info(of: entry, named: name)
        }
    }

    package func setAttributes(at path: VaultPath, to attributes: StoredAttributes) throws(Failure) {
        try withNode(at: path) { entry throws(Failure) in try set(entry.node, attributes) }
    }

    private func set(_ node: NodeID, _ attributes: StoredAttributes) throws(Failure) {
        guard attributes != StoredAttributes() else { return }
        var change = AttributeChange()
        change.permissions = attributes.permissions
        change.owner = attributes.owner
        change.group = attributes.group
        change.modified = attributes.modified.map { .at($0) }
        _ = try wait { () throws(FileError) in
            try session.setAttributes(of: node, to: change, handle: nil, caller: caller)
        }
        notices?.attributes(of: node)
    }

    package func remove(at path: VaultPath, recursively: Bool) throws(Failure) {
        guard let name = path.name else { throw Failure(.notPermitted, "the root of a vault cannot be removed") }
        let isDirectory = try withNode(at: path) { $0.status.attributes.kind == .directory }
        if isDirectory, recursively {
            // A page at a time: what is listed goes before the next page is asked for.
            while true {
                let page = try list(path, after: nil, limit: 256)
                if page.isEmpty { break }
                for entry in page { try remove(at: path.appending(entry.name), recursively: true) }
            }
        }
        try withNode(at: path.parent) { parent throws(Failure) in
            try wait(path) { () throws(FileError) in
                isDirectory
                    ? try session.removeDirectory(name, in: parent.node) : try session.unlink(name, in: parent.node)
            }
            noteEntry(name, in: parent.node)
        }
    }

    package func move(from: VaultPath, to: VaultPath) throws(Failure) {
        guard let name = from.name, let newName = to.name else {
            throw Failure(.notPermitted, "the root of a vault cannot be moved or replaced")
        }
        if to.components.starts(with: from.components), to != from {
            throw Failure(.invalid, "\(from.escaped) cannot be moved into itself")
        }
        try withNode(at: from.parent) { parent throws(Failure) in
            try withNode(at: to.parent) { newParent throws(Failure) in
                try wait(to) { () throws(FileError) in
                    try session.rename(name, in: parent.node, to: newName, in: newParent.node, mode: .replace)
                }
                noteEntry(name, in: parent.node)
                noteEntry(newName, in: newParent.node)
            }
        }
    }

    package func status() throws(Failure) -> VaultStatus {
        let standing = vault.standing()
        return VaultStatus(
            vault: vault.name.text, ipnsName: vault.ipnsName, device: vault.deviceName, remote: remote?.status,
            files: standing.files, contentBytes: standing.contentBytes, storeBytes: standing.storeBytes,
            objects: standing.objects, pendingChanges: standing.pendingChanges + UInt64(session.dirtyFiles),
            unsyncedChanges: standing.unsyncedChanges + UInt64(session.dirtyFiles), lastCommit: standing.lastCommit,
            commitCount: standing.commitCount, checkWords: standing.checkWords, mountpoint: mountpoint,
            process: ProcessIdentity.number, cacheLimitBytes: standing.cacheLimit?.bytes,
            cachedBytes: standing.cachedBytes, troubles: standing.troubles + session.troubles)
    }

    package func flush() throws(Failure) {
        try session.flushAll()
        try vault.commit()
    }

    // MARK: Paths

    /// Walks to `path` without following links, calls `body`, and forgets what was looked up on the way.
    private func withNode<Value>(
        at path: VaultPath, _ body: (NodeEntry) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let rootStatus = try wait { () throws(FileError) in try session.status(of: .root) }
        var entry = NodeEntry(node: .root, status: rootStatus)
        var held: [NodeID] = []
        defer { for node in held { session.forget(node, lookups: 1) } }
        for (index, name) in path.components.enumerated() {
            let here = VaultPath(components: Array(path.components[...index]))
            entry = try wait(here) { () throws(FileError) in try session.lookup(name, in: entry.node) }
            held.append(entry.node)
        }
        return try body(entry)
    }

    private func notADirectory(_ path: VaultPath) -> Failure {
        Failure(.notDirectory, "\(path.escaped) is not a directory")
    }

    private func caller(for attributes: StoredAttributes) -> Caller {
        Caller(owner: attributes.owner ?? caller.owner, group: attributes.group ?? caller.group)
    }

    /// Waits for an answer; a refusal becomes a sentence about `path`.
    private func wait<Value: Sendable>(
        _ path: VaultPath? = nil, _ operation: () throws(FileError) -> Answer<Value>
    ) throws(Failure) -> Value {
        do throws(FileError) {
            return try operation().wait()
        } catch {
            if let failure = error.failure { throw failure }
            throw Failure(error.code, path.map { "\($0.escaped): \(error.errno.text)" } ?? error.errno.text)
        }
    }
}
