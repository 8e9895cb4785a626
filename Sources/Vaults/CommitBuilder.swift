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
        /// Extents of the files whose content was sealed.
        let contents: [FileID: ExtentMap]
    }

    func build(_ overlay: Overlay) throws(Failure) -> Result {
        var edits: [TreeEdit] = []
        var contents: [FileID: ExtentMap] = [:]
        for (file, changes) in overlay.files {
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
        _ file: FileID, _ changes: FileChanges, _ edits: inout [TreeEdit], _ contents: inout [FileID: ExtentMap]
    ) throws(Failure) {
        func put(_ key: [UInt8], _ payload: [UInt8]?) {
            if payload == nil, changes.isNew { return }
            edits.append(TreeEdit(key: key, value: payload.map { RecordValue.encode($0, dot: dot) }))
        }
        if let attributes = changes.attributes {
            put(RecordKey.key(of: file, .attributes), RecordValue.encode(attributes))
        }
        if let target = changes.target {
            let record = ContentRecord(size: 0, allocated: 0, body: .inline([]), target: target)
            put(RecordKey.key(of: file, .content), record.encoded())
        } else if let content = changes.content {
            let (record, extents) = try sealer.seal(content)
            put(RecordKey.key(of: file, .content), record.encoded())
            contents[file] = extents
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
