internal import Core
internal import Sealing
internal import Trees
internal import Volumes

/// The vault's files as they are now: a tree, and over it what has changed since.
///
/// A value without a lock and without I/O. There are up to two overlays: the active one takes changes, the frozen one is
/// being made into the next tree. Readers look through the active, the frozen, then the tree.
struct WorkingState: Sendable {
    private(set) var tree: TreeMap
    /// Of the whole tree.
    private(set) var tally: Tally
    var active = Overlay()
    var frozen: Overlay?
    /// Files without a name that somebody still has open; they go when the vault is opened anew.
    var orphans: Set<FileID> = []

    init(tree: TreeMap, tally: Tally) {
        self.tree = tree
        self.tally = tally
    }

    /// What there is in all, from memory.
    var totals: VaultTotals {
        VaultTotals(files: tally.files, contentBytes: tally.contentBytes)
            .applying(overlays.reduce(TotalsChange()) { $0 + $1.totals })
    }

    // MARK: Looking

    func child(_ name: Name, of directory: FileID, in nodes: some NodeSource) throws(VolumeError) -> Child? {
        let directory = try resolve(directory, in: nodes)
        return try entry(name, of: directory, in: nodes).map { (child) throws(VolumeError) in
            try resolve(child, in: nodes)
        }
    }

    private func entry(_ name: Name, of directory: FileID, in nodes: some NodeSource) throws(VolumeError) -> Child? {
        for overlay in overlays {
            guard let changes = overlay.files[directory] else { continue }
            if let known = changes.children[name] { return known }
            if changes.isNew || changes.isForgotten { return nil }
        }
        guard let value = try tree.value(of: RecordKey.child(name, of: directory), in: nodes) else { return nil }
        return try Self.decoding { () throws(MalformedBytes) in
            try RecordValue.decodeChild(try RecordValue.decode(value).payload)
        }
    }

    /// The overlays from the top down.
    var overlays: [Overlay] { frozen.map { [active, $0] } ?? [active] }

    func attributes(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> Attributes? {
        let file = try resolve(file, in: nodes)
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            if changes.isForgotten { return nil }
            if let attributes = changes.attributes { return attributes }
            if changes.isNew { return nil }
        }
        guard let value = try tree.value(of: RecordKey.key(of: file, .attributes), in: nodes) else { return nil }
        return try Self.attributes(in: value)
    }

    /// The content's record in the tree.
    func contentRecord(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> ContentRecord? {
        guard let value = try tree.value(of: RecordKey.key(of: file, .content), in: nodes) else { return nil }
        return try Self.content(in: value)
    }

    func content(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> ExtentMap {
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            if let content = changes.content { return content }
            if changes.isNew || changes.isForgotten { return ExtentMap() }
        }
        return try contentRecord(of: file, in: nodes).map { ExtentMap($0) } ?? ExtentMap()
    }

    /// Takes over the next tree, made from the frozen overlay, with the records of its larger contents.
    mutating func advance(
        to next: TreeMap, _ tally: Tally, _ contents: [FileID: ContentRecord], _ lists: ListCache
    ) {
        (tree, self.tally) = (next, tally)
        frozen = nil
        for (file, record) in contents {
            // What is changed since lets go of extents that are in lists now. Where a list is in memory no more, it keeps
            // them till the next commit.
            guard let content = active.files[file]?.content,
                let rebased = try? content.rebased(
                    on: ExtentMap(record), open: { list throws(VolumeError) in try lists.load(list) })
            else { continue }
            active.files[file]?.content = rebased
        }
    }

    /// Takes another tree in the place of this one; there are no changes above it.
    mutating func replace(by other: TreeMap, _ tally: Tally) {
        (tree, self.tally) = (other, tally)
    }

    /// The directory that holds a directory's name.
    func parent(of directory: FileID, in nodes: some NodeSource) throws(VolumeError) -> FileID? {
        let directory = try resolve(directory, in: nodes)
        return try holder(of: directory, in: nodes).map { (parent) throws(VolumeError) in
            try resolve(parent, in: nodes)
        }
    }

    private func holder(of directory: FileID, in nodes: some NodeSource) throws(VolumeError) -> FileID? {
        var lost: Set<BackPointer> = []
        for overlay in overlays {
            guard let changes = overlay.files[directory] else { continue }
            for (pointer, isSet) in changes.backPointers where isSet && !lost.contains(pointer) {
                return pointer.parent
            }
            if changes.isNew || changes.isForgotten { return nil }
            for (pointer, isSet) in changes.backPointers where !isSet { lost.insert(pointer) }
        }
        let prefix = RecordKey.key(of: directory, .backPointer)
        var parent: FileID?
        try tree.scan(from: prefix, in: nodes) { entry in
            guard entry.key.starts(with: prefix) else { return false }
            let rest = RecordKey.rest(of: entry.key)
            guard let holder = RecordKey.decodeFileID(rest.prefix(FileID.length)),
                !lost.contains(BackPointer(parent: holder, name: Name(Array(rest.dropFirst(FileID.length)))))
            else { return true }
            parent = holder
            return false
        }
        return parent
    }

    // MARK: Extended attributes

    func extendedAttribute(
        _ name: Name, of file: FileID, in nodes: some NodeSource
    ) throws(VolumeError) -> AttributeRecord? {
        let file = try resolve(file, in: nodes)
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            if let known = changes.extendedAttributes[name] { return known.map { .inline($0) } }
            if changes.isNew || changes.isForgotten { return nil }
        }
        guard let value = try tree.value(of: RecordKey.extendedAttribute(name, of: file), in: nodes) else { return nil }
        return try Self.decoding { () throws(MalformedBytes) in
            try AttributeRecord(decoding: try RecordValue.decode(value).payload)
        }
    }

    func extendedAttributeNames(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> [Name] {
        let file = try resolve(file, in: nodes)
        var names: Set<Name> = []
        var changed: [Name: Bool] = [:]
        var isRooted = true
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            for (name, value) in changes.extendedAttributes where changed[name] == nil { changed[name] = value != nil }
            if changes.isNew || changes.isForgotten {
                isRooted = false
                break
            }
        }
        if isRooted {
            let prefix = RecordKey.key(of: file, .extendedAttribute)
            try tree.scan(from: prefix, in: nodes) { entry in
                guard entry.key.starts(with: prefix) else { return false }
                names.insert(Name(RecordKey.rest(of: entry.key)))
                return true
            }
        }
        for (name, isSet) in changed {
            if isSet { names.insert(name) } else { names.remove(name) }
        }
        return names.sorted()
    }

    /// Runs a decoder; bytes of ours that do not decode are damage.
    static func decoding<Value>(_ body: () throws(MalformedBytes) -> Value) throws(VolumeError) -> Value {
        do {
            return try body()
        } catch {
            throw .failed(
                Failure(
                    .integrity, "a record of the tree cannot be read", advice: "restore the store's folder from a copy",
                    cause: error))
        }
    }
}
