package import Core
internal import Volumes

/// Files as the verbs treat them: whole, made out of sight and then put in place.
extension Session {
    /// Makes a regular file without a name, open for writing; after a crash it is gone.
    package func makeDraft(permissions: UInt16, caller: Caller) throws(Failure) -> OpenedNode {
        try finish { [self] state throws(Interruption) in
            let file = volume.makeFileID()
            let attributes = Attributes(
                kind: .regular, permissions: permissions, owner: caller.owner, group: caller.group, now: time.wallClock)
            try apply([.setAttributes(file, attributes), .orphan(file)])
            let record = FileRecord(attributes: attributes, size: 0, allocated: 0, names: 0, subdirectories: 0)
            _ = state.number(of: file, record: record)
            let entry = try enter(file, in: &state)
            return OpenedNode(entry: entry, handle: state.makeHandle(Handle(node: entry.node, mode: [.read, .write])))
        }
    }

    /// Lets go of a draft: what was not published goes.
    package func discardDraft(_ draft: OpenedNode) {
        forget(draft.entry.node, lookups: 1)
        release(draft.handle, of: draft.entry.node)
    }

    /// Puts a draft's content in place: as a new file under `name`, or as the new content of the one that is there.
    package func publish(
        _ draft: OpenedNode, as name: Name, in parent: NodeID, permissions: UInt16?, modified: Timestamp?
    ) throws(Failure) -> NodeEntry {
        try finish { [self] state throws(Interruption) in
            let number = draft.entry.node
            try settle(number, &state)
            let directory = try directory(parent, in: state)
            guard name.isComponent else { throw .code(.invalid) }
            if directory.isNameless { throw .code(.notFound) }
            let now = time.wallClock
            if let existing = try child(name, of: directory) {
                guard existing.kind == .regular else {
                    throw .code(existing.kind == .directory ? .isDirectory : .alreadyExists)
                }
                return try replaceContent(of: existing.file, with: number, permissions, modified, now, &state)
            }
            let file = try node(number, in: state).file
            var attributes = try node(number, in: state).record.attributes
            attributes.modified = modified ?? now
            attributes.changed = now
            try apply([
                .setChild(directory: directory.file, name: name, child: Child(file: file, kind: .regular), time: now),
                .setAttributes(file, attributes),
            ])
            touch(parent, now, in: &state)
            state.nodes[number]?.record.names = 1
            state.nodes[number]?.record.attributes = attributes
            return try enter(file, in: &state)
        }
    }

    private func replaceContent(
        of file: FileID, with draft: NodeID, _ permissions: UInt16?, _ modified: Timestamp?, _ now: Timestamp,
        _ state: inout SessionState
    ) throws(Interruption) -> NodeEntry {
        let entry = try enter(file, in: &state)
        do throws(Interruption) {
            try settle(entry.node, &state)
            var attributes = try node(entry.node, in: state).record.attributes
            if let permissions { attributes.permissions = permissions & 0o7777 }
            attributes.modified = modified ?? now
            attributes.changed = now
            let source = try node(draft, in: state)
            try apply([.copyContent(from: source.file, to: file, time: now), .setAttributes(file, attributes)])
            state.nodes[entry.node]?.record.attributes = attributes
            state.nodes[entry.node]?.record.size = source.record.size
            state.nodes[entry.node]?.record.allocated = source.record.allocated
            return NodeEntry(node: entry.node, status: status(of: try node(entry.node, in: state)))
        } catch {
            leave(entry.node, in: &state)
            throw error
        }
    }

    /// The CID of a file's root object, with everything written so far; blocks.
    package func contentIdentifier(of number: NodeID) throws(Failure) -> String {
        let file = try finish { [self] state throws(Interruption) in
            try settle(number, &state)
            return try node(number, in: state).file
        }
        return try volume.contentIdentifier(of: file)
    }

    /// Entries of a directory in byte order behind `after`, with what `ls -l` shows; blocks.
    package func list(
        _ number: NodeID, after: Name?, limit: Int
    ) throws(Failure) -> [(name: Name, status: NodeStatus, target: [UInt8]?)] {
        try finish { [self] state throws(Interruption) in
            let directory = try directory(number, in: state)
            let children = try asking { () throws(VolumeError) in
                try volume.children(of: directory.file, after: after, limit: limit)
            }
            var result: [(name: Name, status: NodeStatus, target: [UInt8]?)] = []
            for entry in children {
                let node: Node
                if let known = state.numbers[entry.child.file], let remembered = state.nodes[known] {
                    node = remembered
                } else {
                    let record = try asking { () throws(VolumeError) in try volume.record(of: entry.child.file) }
                    guard let record else { continue }
                    node = Node(file: entry.child.file, record: record)
                }
                result.append((entry.name, status(of: node), node.record.target))
            }
            return result
        }
    }
}
