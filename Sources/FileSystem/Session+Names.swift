package import Core
package import Volumes

extension Session {
    package func lookup(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<NodeEntry> {
        try attempt { [self] state throws(Interruption) in
            let directory = try directory(parent, in: state)
            guard let child = try child(name, of: directory) else { throw .code(.notFound) }
            return try enter(child.file, in: &state)
        }
    }

    func child(_ name: Name, of directory: Node) throws(Interruption) -> Child? {
        guard name.count <= Limits.Names.componentBytes else { throw .code(.nameTooLong) }
        if directory.isForgotten { return nil }
        return try asking { () throws(VolumeError) in try volume.child(name, of: directory.file) }
    }

    /// What a new entry needs of its parent, checked before anything changes.
    private func place(_ name: Name, in parent: NodeID, _ state: SessionState) throws(Interruption) -> Node {
        let directory = try directory(parent, in: state)
        guard name.isComponent else { throw .code(.invalid) }
        if directory.isNameless { throw .code(.notFound) }
        if try child(name, of: directory) != nil { throw .code(.alreadyExists) }
        return directory
    }

    /// What a new file begins with: in a set-group-id directory it takes the directory's group, and a directory the bit
    /// too; where the directory has a default list it gets that, and else what the umask leaves.
    private func beginning(
        _ kind: FileKind, _ permissions: UInt16, device: UInt64 = 0, in directory: NodeID, _ caller: Caller,
        _ state: inout SessionState
    ) throws(Interruption) -> Beginning {
        let parent = try self.directory(directory, in: state)
        var attributes = Attributes(
            kind: kind, permissions: permissions, owner: caller.owner, group: caller.group, device: device,
            now: time.wallClock)
        if parent.record.attributes.permissions & 0o2000 != 0 {
            attributes.group = parent.record.attributes.group
            if kind == .directory { attributes.permissions |= 0o2000 }
        }
        if kind == .symlink { return Beginning(attributes: attributes) }
        guard let list = try initialList(of: directory, &state) else {
            attributes.permissions &= ~(caller.umask & 0o777)
            return Beginning(attributes: attributes)
        }
        let access = list.inherited(with: attributes.permissions & 0o777)
        attributes.permissions = attributes.permissions & 0o7000 | access.permissions
        return Beginning(
            attributes: attributes, accessList: access.isMinimal ? nil : access,
            initialList: kind == .directory ? list : nil)
    }

    /// Makes a file under a new name and counts it.
    private func make(
        _ name: Name, in parent: NodeID, _ beginning: Beginning, target: [UInt8]? = nil, _ state: inout SessionState
    ) throws(Interruption) -> NodeEntry {
        let attributes = beginning.attributes
        let directory = try place(name, in: parent, state)
        let file = volume.makeFileID()
        let child = Child(file: file, kind: attributes.kind)
        var changes: [Change] = [
            .setAttributes(file, attributes),
            .setChild(directory: directory.file, name: name, child: child, time: attributes.changed),
        ]
        if let target { changes.insert(.setTarget(file, target), at: 1) }
        if let list = beginning.accessList {
            changes.append(.setExtendedAttribute(file, AccessListName.access, list.bytes))
        }
        if let list = beginning.initialList {
            changes.append(.setExtendedAttribute(file, AccessListName.initial, list.bytes))
        }
        try apply(changes)
        touch(parent, attributes.changed, subdirectories: attributes.kind == .directory ? 1 : 0, in: &state)
        var record = FileRecord(
            attributes: attributes, size: 0, allocated: 0, names: 1, subdirectories: 0, target: target)
        if let target { record.size = UInt64(target.count) }
        let number = state.number(of: file, record: record)
        if attributes.kind == .directory { state.nodes[number]?.initialList = .some(beginning.initialList) }
        return try enter(file, in: &state)
    }

    /// Follows in memory what the volume did to a directory's times.
    func touch(_ number: NodeID, _ now: Timestamp, subdirectories delta: Int = 0, in state: inout SessionState) {
        state.nodes[number]?.record.attributes.modified = now
        state.nodes[number]?.record.attributes.changed = now
        if delta != 0, let count = state.nodes[number]?.record.subdirectories {
            state.nodes[number]?.record.subdirectories = UInt32(clamping: Int(count) + delta)
        }
    }

    package func makeNode(
        _ name: Name, in parent: NodeID, kind: FileKind, permissions: UInt16, device: UInt64, caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        try attempt { [self] state throws(Interruption) in
            let beginning = try beginning(kind, permissions, device: device, in: parent, caller, &state)
            return try make(name, in: parent, beginning, &state)
        }
    }

    package func makeDirectory(
        _ name: Name, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        try makeNode(name, in: parent, kind: .directory, permissions: permissions, device: 0, caller: caller)
    }

    package func makeLink(
        _ name: Name, in parent: NodeID, target: [UInt8], caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        guard !target.isEmpty else { throw FileError(.notFound) }
        guard target.count <= Limits.Session.targetBytes else { throw FileError(.nameTooLong) }
        return try attempt { [self] state throws(Interruption) in
            let beginning = try beginning(.symlink, 0o777, in: parent, caller, &state)
            return try make(name, in: parent, beginning, target: target, &state)
        }
    }

    package func create(
        _ name: Name, in parent: NodeID, permissions: UInt16, mode: OpenMode, caller: Caller
    ) throws(FileError) -> Answer<OpenedNode> {
        try attempt { [self] state throws(Interruption) in
            let directory = try directory(parent, in: state)
            if let child = try child(name, of: directory) {
                if mode.contains(.exclusive) { throw .code(.alreadyExists) }
                guard child.kind == .regular else { throw .code(child.kind == .directory ? .isDirectory : .invalid) }
                let entry = try enter(child.file, in: &state)
                do throws(Interruption) {
                    return OpenedNode(entry: entry, handle: try open(entry.node, mode, caller, &state))
                } catch {
                    leave(entry.node, in: &state)
                    throw error
                }
            }
            let beginning = try beginning(.regular, permissions, in: parent, caller, &state)
            let entry = try make(name, in: parent, beginning, &state)
            return OpenedNode(entry: entry, handle: state.makeHandle(Handle(node: entry.node, mode: mode)))
        }
    }

    package func link(_ number: NodeID, as name: Name, in parent: NodeID) throws(FileError) -> Answer<NodeEntry> {
        try attempt { [self] state throws(Interruption) in
            let source = try node(number, in: state)
            let directory = try place(name, in: parent, state)
            guard source.record.attributes.kind != .directory else { throw .code(.notPermitted) }
            if source.isNameless { throw .code(.notFound) }
            guard source.record.names < Limits.Names.hardLinks else { throw .code(.tooManyLinks) }
            let now = time.wallClock
            var attributes = source.record.attributes
            attributes.changed = now
            let child = Child(file: source.file, kind: attributes.kind)
            try apply([
                .setChild(directory: directory.file, name: name, child: child, time: now),
                .setAttributes(source.file, attributes),
            ])
            touch(parent, now, in: &state)
            state.nodes[number]?.record.names += 1
            state.nodes[number]?.record.attributes = attributes
            return try enter(source.file, in: &state)
        }
    }

    package func unlink(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<Void> {
        try attempt { [self] state throws(Interruption) in
            let directory = try directory(parent, in: state)
            guard let child = try child(name, of: directory) else { throw .code(.notFound) }
            guard child.kind != .directory else { throw .code(.isDirectory) }
            let now = time.wallClock
            let number = try loaded(child.file, &state)
            let losses = try losing(number, now, state)
            try apply([.removeChild(directory: directory.file, name: name, time: now)] + losses)
            lose(number, now, &state)
            touch(parent, now, in: &state)
        }
    }

    package func removeDirectory(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<Void> {
        try attempt { [self] state throws(Interruption) in
            let directory = try directory(parent, in: state)
            guard let child = try child(name, of: directory) else { throw .code(.notFound) }
            guard child.kind == .directory else { throw .code(.notDirectory) }
            try requireEmpty(child.file)
            let now = time.wallClock
            let number = try loaded(child.file, &state)
            let losses = try losing(number, now, state)
            try apply([.removeChild(directory: directory.file, name: name, time: now)] + losses)
            lose(number, now, &state)
            touch(parent, now, subdirectories: -1, in: &state)
        }
    }

    private func requireEmpty(_ directory: FileID) throws(Interruption) {
        let first = try asking { () throws(VolumeError) in try volume.children(of: directory, after: nil, limit: 1) }
        if !first.isEmpty { throw .code(.notEmpty) }
    }

    /// The node of a file, without counting a lookup.
    private func loaded(_ file: FileID, _ state: inout SessionState) throws(Interruption) -> NodeID {
        let entry = try enter(file, in: &state)
        leave(entry.node, in: &state)
        return entry.node
    }

    // MARK: Losing a name

    /// The changes that go with the loss of one of a file's names.
    private func losing(_ number: NodeID, _ now: Timestamp, _ state: SessionState) throws(Interruption) -> [Change] {
        let node = try node(number, in: state)
        if node.record.attributes.kind != .directory, node.record.names > 1 {
            var attributes = node.record.attributes
            attributes.changed = now
            return [.setAttributes(node.file, attributes)]
        }
        return node.opens > 0 ? [.orphan(node.file)] : [.forget(node.file)]
    }

    /// What the loss means for the node, after the volume took it.
    private func lose(_ number: NodeID, _ now: Timestamp, _ state: inout SessionState) {
        guard let node = state.nodes[number] else { return }
        state.nodes[number]?.record.attributes.changed = now
        state.nodes[number]?.record.names -= min(node.record.names, 1)
        if state.nodes[number]?.isNameless == true, node.opens == 0 {
            state.nodes[number]?.isForgotten = true
            discardWrites(number, &state)
        }
        state.dropIfUnused(number)
    }

    /// Removes a nameless file that nobody has open any more.
    func forgetFile(_ number: NodeID, in state: inout SessionState) throws(Interruption) {
        guard let node = state.nodes[number], !node.isForgotten else { return }
        try apply([.forget(node.file)])
        state.nodes[number]?.isForgotten = true
        discardWrites(number, &state)
    }

    // MARK: Rename

    package func rename(
        _ name: Name, in parent: NodeID, to newName: Name, in newParent: NodeID, mode: RenameMode
    ) throws(FileError) -> Answer<Void> {
        try attempt { [self] state throws(Interruption) in
            let from = try directory(parent, in: state)
            let to = try directory(newParent, in: state)
            guard newName.isComponent, name.isComponent else { throw .code(.invalid) }
            if to.isNameless { throw .code(.notFound) }
            guard let moved = try child(name, of: from) else { throw .code(.notFound) }
            let replaced = try child(newName, of: to)
            if mode == .noReplace, replaced != nil { throw .code(.alreadyExists) }
            if mode == .exchange, replaced == nil { throw .code(.notFound) }
            if from.file != to.file {
                // The kernel checks this for its own renames only; those of other processes come past it.
                if moved.kind == .directory { try requireOutside(moved.file, to.file) }
                if mode == .exchange, let replaced, replaced.kind == .directory {
                    try requireOutside(replaced.file, from.file)
                }
            }
            if mode == .exchange, let replaced {
                return try exchange((name, parent, from, moved), (newName, newParent, to, replaced), &state)
            }
            if moved.file == replaced?.file { return }
            try move((name, parent, from, moved), (newName, newParent, to), replacing: replaced, &state)
        }
    }

    /// Refuses when `directory` is `moved` or stands somewhere below it.
    private func requireOutside(_ moved: FileID, _ directory: FileID) throws(Interruption) {
        var place = directory
        var seen: Set<FileID> = []
        while place != .root {
            if place == moved { throw .code(.invalid) }
            guard seen.insert(place).inserted else {
                throw .refused(
                    FileError(
                        Failure(
                            .integrity, "a directory stands inside itself",
                            advice: "restore the store's folder from a copy")))
            }
            let child = place
            guard let parent = try asking({ () throws(VolumeError) in try volume.parent(of: child) }) else { return }
            place = parent
        }
    }

    private typealias Place = (name: Name, number: NodeID, directory: Node, child: Child)

    private func move(
        _ from: Place, _ to: (name: Name, number: NodeID, directory: Node), replacing replaced: Child?,
        _ state: inout SessionState
    ) throws(Interruption) {
        let now = time.wallClock
        let movedNumber = try loaded(from.child.file, &state)
        // The new content must not come after its name: what was written goes to the journal first.
        try settle(movedNumber, &state)
        var attributes = try node(movedNumber, in: state).record.attributes
        attributes.changed = now
        var changes: [Change] = []
        var replacedNumber: NodeID?
        if let replaced {
            switch (from.child.kind == .directory, replaced.kind == .directory) {
            case (true, false): throw .code(.notDirectory)
            case (false, true): throw .code(.isDirectory)
            case (true, true): try requireEmpty(replaced.file)
            case (false, false): break
            }
            let number = try loaded(replaced.file, &state)
            replacedNumber = number
            changes.append(.removeChild(directory: to.directory.file, name: to.name, time: now))
            changes += try losing(number, now, state)
        }
        changes += [
            .removeChild(directory: from.directory.file, name: from.name, time: now),
            .setChild(directory: to.directory.file, name: to.name, child: from.child, time: now),
            .setAttributes(from.child.file, attributes),
        ]
        try apply(changes)
        state.nodes[movedNumber]?.record.attributes = attributes
        if let replacedNumber { lose(replacedNumber, now, &state) }
        let isDirectory = from.child.kind == .directory
        touch(from.number, now, subdirectories: isDirectory ? -1 : 0, in: &state)
        touch(
            to.number, now, subdirectories: (isDirectory ? 1 : 0) - (replaced?.kind == .directory ? 1 : 0), in: &state)
    }

    private func exchange(_ one: Place, _ other: Place, _ state: inout SessionState) throws(Interruption) {
        let now = time.wallClock
        for place in [one, other] { try settle(try loaded(place.child.file, &state), &state) }
        var changes: [Change] = [
            .setChild(directory: one.directory.file, name: one.name, child: other.child, time: now),
            .setChild(directory: other.directory.file, name: other.name, child: one.child, time: now),
        ]
        for place in [one, other] {
            let number = try loaded(place.child.file, &state)
            state.nodes[number]?.record.attributes.changed = now
            changes.append(.setAttributes(place.child.file, try node(number, in: state).record.attributes))
        }
        try apply(changes)
        let moved = (one.child.kind == .directory ? 1 : 0) - (other.child.kind == .directory ? 1 : 0)
        touch(one.number, now, subdirectories: -moved, in: &state)
        touch(other.number, now, subdirectories: moved, in: &state)
    }
}

/// What a new file has from the start.
private struct Beginning {
    var attributes: Attributes
    var accessList: AccessList?
    var initialList: AccessList?
}
