package import Core
internal import Volumes

extension Session {
    package func status(of number: NodeID) throws(FileError) -> Answer<NodeStatus> {
        try attempt { [self] state throws(Interruption) in status(of: try node(number, in: state)) }
    }

    package func target(ofLink number: NodeID) throws(FileError) -> Answer<[UInt8]> {
        try attempt { [self] state throws(Interruption) in
            guard let target = try node(number, in: state).record.target else { throw .code(.invalid) }
            return target
        }
    }

    package func setAttributes(
        of number: NodeID, to change: AttributeChange, handle: HandleID?, caller: Caller
    ) throws(FileError) -> Answer<NodeStatus> {
        try attempt { [self] state throws(Interruption) in
            try set(number, change, &state)
            return status(of: try node(number, in: state))
        }
    }

    func set(_ number: NodeID, _ change: AttributeChange, _ state: inout SessionState) throws(Interruption) {
        let before = try node(number, in: state)
        let now = time.wallClock
        var attributes = before.record.attributes
        if let permissions = change.permissions { attributes.permissions = permissions & 0o7777 }
        if let owner = change.owner { attributes.owner = owner }
        if let group = change.group { attributes.group = group }
        if change.size != nil { attributes.modified = now }
        if let accessed = change.accessed { attributes.accessed = accessed.moment(now) }
        if let modified = change.modified { attributes.modified = modified.moment(now) }
        attributes.changed = change.changed ?? now
        var changes: [Change] = []
        if let size = change.size {
            guard attributes.kind == .regular else {
                throw .code(attributes.kind == .directory ? .isDirectory : .invalid)
            }
            guard size <= Limits.Session.fileBytes else { throw .code(.tooLarge) }
            if !before.isForgotten { try settle(number, &state) }
            changes.append(.setSize(before.file, size, time: now))
        }
        changes.append(.setAttributes(before.file, attributes))
        if !before.isForgotten {
            if let permissions = change.permissions {
                changes += try accessListChanges(of: before.file, permissions: permissions)
            }
            try apply(changes)
        }
        state.nodes[number]?.record.attributes = attributes
        if let size = change.size {
            state.nodes[number]?.record.size = size
            refreshAllocated(number, &state)
        }
    }

    // MARK: Extended attributes

    /// Names under this prefix tell about the vault: readable, not listed, not settable.
    private static let ownPrefix = Array("user.cbstore.".utf8)

    package func attribute(_ name: Name, of number: NodeID) throws(FileError) -> Answer<[UInt8]> {
        try attempt { [self] state throws(Interruption) in
            let node = try node(number, in: state)
            try Self.checkNamespace(name)
            if name.bytes.starts(with: Self.ownPrefix) { return try ownAttribute(name, of: node) }
            let value = try asking { () throws(VolumeError) in try volume.extendedAttribute(name, of: node.file) }
            guard let value else { throw .code(.noAttribute) }
            return value
        }
    }

    private func ownAttribute(_ name: Name, of node: Node) throws(Interruption) -> [UInt8] {
        switch name.bytes.dropFirst(Self.ownPrefix.count) {
        case ArraySlice("state".utf8):
            return Array((node.writes.isClean ? volume.durability(of: node.file) : .dirty).rawValue.utf8)
        default:
            throw .code(.noAttribute)
        }
    }

    /// `user.`, `trusted.` and `security.` are kept, and access lists.
    private static func checkNamespace(_ name: Name) throws(Interruption) {
        let isKept = ["user.", "trusted.", "security."].contains { name.bytes.starts(with: $0.utf8) }
        guard isKept || AccessListName.contains(name) else { throw .code(.unsupported) }
        guard name.count <= Limits.Names.attributeNameBytes else { throw .code(.bufferTooSmall) }
    }

    package func attributeNames(of number: NodeID) throws(FileError) -> Answer<[Name]> {
        try attempt { [self] state throws(Interruption) in
            let node = try node(number, in: state)
            return try asking { () throws(VolumeError) in try volume.extendedAttributeNames(of: node.file) }
        }
    }

    package func setAttribute(
        _ name: Name, of number: NodeID, to value: [UInt8], mode: AttributeSetMode, caller: Caller
    ) throws(FileError) -> Answer<Void> {
        guard value.count <= Limits.Names.attributeValueBytes else { throw FileError(.tooLarge) }
        return try attempt { [self] state throws(Interruption) in
            let node = try node(number, in: state)
            try Self.checkNamespace(name)
            if name.bytes.starts(with: Self.ownPrefix) { throw .code(.notPermitted) }
            if node.isForgotten { return }
            if mode != .any {
                let current = try asking { () throws(VolumeError) in try volume.extendedAttribute(name, of: node.file) }
                if mode == .create, current != nil { throw .code(.alreadyExists) }
                if mode == .replace, current == nil { throw .code(.noAttribute) }
            }
            if AccessListName.contains(name) {
                return try setAccessList(name, of: number, to: value, caller: caller, &state)
            }
            try applyAttribute(name, value, to: number, node.record.attributes, &state)
        }
    }

    package func removeAttribute(_ name: Name, of number: NodeID) throws(FileError) -> Answer<Void> {
        try attempt { [self] state throws(Interruption) in
            let node = try node(number, in: state)
            try Self.checkNamespace(name)
            if name.bytes.starts(with: Self.ownPrefix) { throw .code(.notPermitted) }
            let current = try asking { () throws(VolumeError) in try volume.extendedAttribute(name, of: node.file) }
            // Taking away a list that is not there is done.
            if current == nil, AccessListName.contains(name) { return }
            guard current != nil else { throw .code(.noAttribute) }
            if node.isForgotten { return }
            try applyAttribute(name, nil, to: number, node.record.attributes, &state)
        }
    }

    /// Sets an extended attribute, or takes it away, with the others as they are to be but for the time of this.
    func applyAttribute(
        _ name: Name, _ value: [UInt8]?, to number: NodeID, _ attributes: Attributes, _ state: inout SessionState
    ) throws(Interruption) {
        let file = try node(number, in: state).file
        var attributes = attributes
        attributes.changed = time.wallClock
        let change =
            value.map { Change.setExtendedAttribute(file, name, $0) } ?? .removeExtendedAttribute(file, name)
        try apply([change, .setAttributes(file, attributes)])
        state.nodes[number]?.record.attributes = attributes
        if name == AccessListName.initial { state.nodes[number]?.initialList = nil }
    }
}

extension AttributeChange.Time {
    fileprivate func moment(_ now: Timestamp) -> Timestamp {
        switch self {
        case .now: now
        case .at(let time): time
        }
    }
}
