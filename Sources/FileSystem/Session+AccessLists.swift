internal import Core
internal import Volumes

/// Access lists: kept as extended attributes, in step with the modes of their files.
extension Session {
    /// The list of a file under one of the two names; nil where the mode says all.
    func accessList(_ name: Name, of file: FileID) throws(Interruption) -> AccessList? {
        let value = try asking { () throws(VolumeError) in try volume.extendedAttribute(name, of: file) }
        // Another program may have kept what is none: as good as none.
        return try? value.flatMap { value throws(MalformedBytes) in try AccessList(value) }
    }

    /// What new files in a directory begin with; remembered, since each one asks.
    func initialList(of directory: NodeID, _ state: inout SessionState) throws(Interruption) -> AccessList? {
        let node = try node(directory, in: state)
        if let known = node.initialList { return known }
        let list = node.isForgotten ? nil : try accessList(AccessListName.initial, of: node.file)
        state.nodes[directory]?.initialList = .some(list)
        return list
    }

    /// Sets or takes away a list, with the mode that goes with it.
    func setAccessList(
        _ name: Name, of number: NodeID, to value: [UInt8], caller: Caller, _ state: inout SessionState
    ) throws(Interruption) {
        let list: AccessList?
        do throws(MalformedBytes) { list = try AccessList(value) } catch { throw .code(.invalid) }
        let node = try node(number, in: state)
        var attributes = node.record.attributes
        if attributes.kind == .symlink { throw .code(.unsupported) }
        var kept = list
        if name == AccessListName.initial {
            if list != nil, attributes.kind != .directory { throw .code(.denied) }
        } else if let list {
            attributes.permissions = attributes.permissions & 0o7000 | list.permissions
            // Who does not belong to the group may not give its rights to a program.
            if !caller.isIn(attributes.group) { attributes.permissions &= ~0o2000 }
            if list.isMinimal { kept = nil }
        }
        if node.isForgotten { return }
        try applyAttribute(name, kept?.bytes, to: number, attributes, &state)
    }

    /// What `chmod` changes besides the mode.
    func accessListChanges(of file: FileID, permissions: UInt16) throws(Interruption) -> [Change] {
        guard var list = try accessList(AccessListName.access, of: file), list.permissions != permissions & 0o777 else {
            return []
        }
        list.permissions = permissions & 0o777
        return [.setExtendedAttribute(file, AccessListName.access, list.bytes)]
    }
}

extension Caller {
    fileprivate func isIn(_ group: UInt32) -> Bool { owner == 0 || self.group == group || groups.contains(group) }
}
