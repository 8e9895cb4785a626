internal import Core
internal import Sealing
internal import Trees
internal import Volumes

/// Makes the next tree from a tree and a frozen overlay. Blocks: seals content and nodes.
struct CommitBuilder {
    let base: TreeMap
    let nodes: BlockingNodes
    let sealer: ContentSealer
    /// Marks every record this commit writes.
    let dot: Dot

    struct Result {
        let tree: TreeMap
        let tally: Tally
        /// The new records of contents that stand in objects.
        let contents: [FileID: ContentRecord]
    }

    func build(_ overlay: Overlay) throws(Failure) -> Result {
        var edits: [TreeEdit] = []
        var contents: [FileID: ContentRecord] = [:]
        // In the order of keys, so that what is looked up below goes once through the nodes.
        for file in overlay.files.keys.sorted() {
            guard let changes = overlay.files[file] else { continue }
            if changes.isForgotten {
                try forget(file, &edits)
            } else {
                try edit(file, changes, &edits, &contents)
            }
        }
        edits.sort { $0.key.lexicographicallyPrecedes($1.key) }
        let (tree, tally) = try satisfying { () throws(VolumeError) in
            let tree = try base.applying(edits, in: nodes)
            return (tree, try tree.tally(in: nodes))
        }
        return Result(tree: tree, tally: tally, contents: contents)
    }

    private func edit(
        _ file: FileID, _ changes: FileChanges, _ edits: inout [TreeEdit], _ contents: inout [FileID: ContentRecord]
    ) throws(Failure) {
        func put(_ key: [UInt8], _ payload: [UInt8]?) {
            if payload == nil, changes.isNew { return }
            edits.append(TreeEdit(key: key, value: payload.map { RecordValue.encode($0, dot: dot) }))
        }
        /// What the record below keeps when it is written anew; a new file has none below.
        func kept(_ key: [UInt8], from first: UInt64) throws(Failure) -> [UInt8] {
            changes.isNew ? [] : try keptFields(of: key, from: first)
        }
        if let attributes = changes.attributes {
            let key = RecordKey.key(of: file, .attributes)
            put(key, RecordValue.encode(attributes) + (try kept(key, from: KeptFields.ofAttributes)))
        }
        if let target = changes.target {
            let record = ContentRecord(size: 0, allocated: 0, body: .inline([]), target: target)
            let key = RecordKey.key(of: file, .content)
            put(key, record.encoded() + (try kept(key, from: KeptFields.ofValues)))
        } else if let content = changes.content {
            let record = try sealer.seal(content)
            let key = RecordKey.key(of: file, .content)
            put(key, record.encoded() + (try kept(key, from: KeptFields.ofValues)))
            if record.size > Limits.Content.inlineContent { contents[file] = record }
        }
        for (name, value) in changes.extendedAttributes {
            let key = RecordKey.extendedAttribute(name, of: file)
            guard let value else {
                put(key, nil)
                continue
            }
            put(key, try seal(value).encoded() + kept(key, from: KeptFields.ofValues))
        }
        for (pointer, isSet) in changes.backPointers {
            put(RecordKey.backPointer(of: file, parent: pointer.parent, name: pointer.name), isSet ? [] : nil)
        }
        for (name, child) in changes.children.all {
            put(RecordKey.child(name, of: file), child.map { RecordValue.encode($0) })
        }
    }

    /// The fields of the record under `key` that this version does not know; costs a look into nodes that the commit
    /// rewrites anyway.
    private func keptFields(of key: [UInt8], from first: UInt64) throws(Failure) -> [UInt8] {
        let value = try satisfying { () throws(VolumeError) in try base.value(of: key, in: nodes) }
        guard let value else { return [] }
        do throws(MalformedBytes) {
            return KeptFields(of: try RecordValue.decode(value).payload, from: first).bytes
        } catch {
            throw Failure(.integrity, "a record of the tree cannot be read", cause: error)
        }
    }

    private func seal(_ value: [UInt8]) throws(Failure) -> AttributeRecord {
        if value.count <= Limits.Content.inlineAttribute { return .inline(value) }
        return .object(try sealer.loader.objects.put(value, as: .chunk, isOwed: true))
    }

    /// Removes every record of a file.
    private func forget(_ file: FileID, _ edits: inout [TreeEdit]) throws(Failure) {
        let prefix = RecordKey.encode(file)
        var keys: [[UInt8]] = []
        try satisfying { () throws(VolumeError) in
            keys.removeAll()
            try base.scan(from: prefix, in: nodes) { entry in
                guard entry.key.starts(with: prefix) else { return false }
                keys.append(entry.key)
                return true
            }
        }
        edits += keys.map { TreeEdit(key: $0, value: nil) }
    }
}
