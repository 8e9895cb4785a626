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

    /// The tree, and of contents that stand in objects the new records.
    func build(_ overlay: Overlay) throws(Failure) -> (TreeMap, contents: [FileID: ContentRecord]) {
        var edits: [TreeEdit] = []
        var contents: [FileID: ContentRecord] = [:]
        for (file, changes) in overlay.files {
            if changes.isForgotten {
                try forget(file, &edits)
            } else {
                try edit(file, changes, &edits, &contents)
            }
        }
        edits.sort { $0.key.lexicographicallyPrecedes($1.key) }
        return (try satisfying { () throws(VolumeError) in try base.applying(edits, in: nodes) }, contents)
    }

    private func edit(
        _ file: FileID, _ changes: FileChanges, _ edits: inout [TreeEdit], _ contents: inout [FileID: ContentRecord]
    ) throws(Failure) {
        func put(_ key: [UInt8], _ payload: [UInt8]?) {
            if payload == nil, changes.isNew { return }
            edits.append(TreeEdit(key: key, value: payload.map { RecordValue.encode($0, dot: dot) }))
        }
        if let attributes = changes.attributes {
            put(RecordKey.key(of: file, .attributes), RecordValue.encode(attributes))
        }
        if let target = changes.target {
            var record = ContentRecord(size: 0, allocated: 0, body: .inline([]), target: target)
            record.foreign = try foreignFields(ofContentOf: file, changes)
            put(RecordKey.key(of: file, .content), record.encoded())
        } else if let content = changes.content {
            var record = try sealer.seal(content)
            record.foreign = try foreignFields(ofContentOf: file, changes)
            put(RecordKey.key(of: file, .content), record.encoded())
            if record.size > Limits.Content.inlineContent { contents[file] = record }
        }
        for (name, value) in changes.extendedAttributes {
            put(RecordKey.extendedAttribute(name, of: file), value)
        }
        for (pointer, isSet) in changes.backPointers {
            put(RecordKey.backPointer(of: file, parent: pointer.parent, name: pointer.name), isSet ? [] : nil)
        }
        for (name, child) in changes.children.all {
            put(RecordKey.child(name, of: file), child.map { RecordValue.encode($0) })
        }
    }

    /// What a content's record has that is not known here, and outlives a change of the content.
    private func foreignFields(ofContentOf file: FileID, _ changes: FileChanges) throws(Failure) -> [UInt8] {
        if changes.isNew { return [] }
        let key = RecordKey.key(of: file, .content)
        // Where the edit goes: it costs no node that is not read anyway.
        guard let value = try satisfying({ () throws(VolumeError) in try base.value(of: key, in: nodes) }) else {
            return []
        }
        do throws(MalformedBytes) {
            return try ContentRecord(decoding: try RecordValue.decode(value).payload).foreign
        } catch {
            throw Failure(.integrity, "a record of the tree cannot be read", cause: error)
        }
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
