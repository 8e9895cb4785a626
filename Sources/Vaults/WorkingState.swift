internal import Core
internal import Sealing
internal import Trees
internal import Volumes

/// The vault's files as they are now: a tree, and over it what has changed since.
///
/// A value without a lock and without I/O. There are up to two overlays: the active one takes changes, the frozen one is
/// being made into the next tree. Readers look through the active, the frozen, then the tree.
struct WorkingState: Sendable {
    var tree: TreeMap
    var active = Overlay()
    var frozen: Overlay?
    var totals = Totals()
    /// Files without a name that somebody still has open; they go when the vault is opened anew.
    var orphans: Set<FileID> = []
    /// How many directories stand in the tree's large directories, as far as they were counted.
    var countedDirectories: [FileID: Int] = [:]
    /// Makes the need for a large directory's count.
    private let countNeed: @Sendable (FileID, TreeMap) -> Need

    typealias Totals = VaultTotals

    init(
        tree: TreeMap, countNeed: @escaping @Sendable (FileID, TreeMap) -> Need
    ) {
        self.tree = tree
        self.countNeed = countNeed
    }

    // MARK: Looking

    func child(_ name: Name, of directory: FileID, in nodes: some NodeSource) throws(VolumeError) -> Child? {
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
    private var overlays: [Overlay] { frozen.map { [active, $0] } ?? [active] }

    func attributes(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> Attributes? {
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            if changes.isForgotten { return nil }
            if let attributes = changes.attributes { return attributes }
            if changes.isNew { return nil }
        }
        guard let value = try tree.value(of: RecordKey.key(of: file, .attributes), in: nodes) else { return nil }
        return try Self.decoding { () throws(MalformedBytes) in
            try RecordValue.decodeAttributes(try RecordValue.decode(value).payload)
        }
    }

    /// The content's record in the tree.
    func contentRecord(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> ContentRecord? {
        guard let value = try tree.value(of: RecordKey.key(of: file, .content), in: nodes) else { return nil }
        return try Self.decoding { () throws(MalformedBytes) in
            try ContentRecord(decoding: try RecordValue.decode(value).payload)
        }
    }

    func content(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> ExtentMap {
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            if let content = changes.content { return content }
            if changes.isNew || changes.isForgotten { return ExtentMap() }
        }
        return try contentRecord(of: file, in: nodes).map { ExtentMap($0) } ?? ExtentMap()
    }

    func record(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> FileRecord? {
        guard let attributes = try attributes(of: file, in: nodes) else { return nil }
        var record = FileRecord(attributes: attributes, size: 0, allocated: 0, names: 0, subdirectories: 0)
        var names = 0
        var subdirectories = 0
        var content: ExtentMap?
        var isRooted = true
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            names += changes.namesDelta
            subdirectories += changes.subdirectoriesDelta
            content = content ?? changes.content
            record.target = record.target ?? changes.target
            if changes.isNew {
                isRooted = false
                break
            }
        }
        if isRooted {
            names += try count(RecordKey.key(of: file, .backPointer), in: nodes)
            if attributes.kind == .directory {
                subdirectories += try countSubdirectories(of: file, in: nodes)
            } else if content == nil, let stored = try contentRecord(of: file, in: nodes) {
                (record.size, record.allocated) = (stored.size, stored.allocated)
                record.target = record.target ?? stored.target
            }
        }
        if let content { (record.size, record.allocated) = (content.size, content.allocated) }
        if let target = record.target { record.size = UInt64(target.count) }
        record.names = UInt32(clamping: names)
        record.subdirectories = UInt32(clamping: subdirectories)
        return record
    }

    private func countSubdirectories(of directory: FileID, in nodes: some NodeSource) throws(VolumeError) -> Int {
        if let counted = countedDirectories[directory] { return counted }
        // A large directory may have more nodes than memory keeps: it is counted where one node at a time is enough.
        let count = try Self.subdirectories(of: directory, in: tree, nodes, limit: Limits.Content.countedEntries)
        guard let count else { throw .needs(countNeed(directory, tree)) }
        return count
    }

    /// The directories in a directory of `tree`; nil when it has more than `limit` entries.
    static func subdirectories(
        of directory: FileID, in tree: TreeMap, _ nodes: some NodeSource, limit: Int
    ) throws(VolumeError) -> Int? {
        let prefix = RecordKey.key(of: directory, .child)
        var (entries, total) = (0, 0)
        try tree.scan(from: prefix, in: nodes) { entry in
            guard entry.key.starts(with: prefix), entries <= limit else { return false }
            entries += 1
            if let payload = try? RecordValue.decode(entry.value).payload,
                let child = try? RecordValue.decodeChild(payload), child.kind == .directory
            {
                total += 1
            }
            return true
        }
        return entries > limit ? nil : total
    }

    /// Takes over the next tree, made from the frozen overlay, with the records of its larger contents.
    mutating func advance(
        to next: TreeMap, _ overlay: Overlay, _ contents: [FileID: ContentRecord], _ lists: ListCache
    ) {
        tree = next
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
        for (file, changes) in overlay.files {
            if changes.isForgotten { countedDirectories[file] = nil }
            if let counted = countedDirectories[file] {
                countedDirectories[file] = counted + changes.subdirectoriesDelta
            }
        }
    }

    private func count(_ prefix: [UInt8], in nodes: some NodeSource) throws(VolumeError) -> Int {
        var total = 0
        try tree.scan(from: prefix, in: nodes) { entry in
            guard entry.key.starts(with: prefix) else { return false }
            total += 1
            return true
        }
        return total
    }

    /// The directory that holds a directory's name.
    func parent(of directory: FileID, in nodes: some NodeSource) throws(VolumeError) -> FileID? {
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
    ) throws(VolumeError) -> [UInt8]? {
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            if let known = changes.extendedAttributes[name] { return known }
            if changes.isNew || changes.isForgotten { return nil }
        }
        guard let value = try tree.value(of: RecordKey.extendedAttribute(name, of: file), in: nodes) else { return nil }
        return try Self.decoding { () throws(MalformedBytes) in Array(try RecordValue.decode(value).payload) }
    }

    func extendedAttributeNames(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> [Name] {
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
