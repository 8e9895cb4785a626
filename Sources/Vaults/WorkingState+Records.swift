internal import Core
internal import Trees
internal import Volumes

extension WorkingState {
    /// Everything known of a file but its content; one way down the tree, and for a directory another.
    func record(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> FileRecord? {
        let file = try resolve(file, in: nodes)
        var attributes: Attributes?
        var (names, subdirectories) = (0, 0)
        var content: ExtentMap?
        var target: [UInt8]?
        var isRooted = true
        for overlay in overlays {
            guard let changes = overlay.files[file] else { continue }
            if changes.isForgotten, attributes == nil { return nil }
            attributes = attributes ?? changes.attributes
            names += changes.namesDelta
            subdirectories += changes.subdirectoriesDelta
            content = content ?? changes.content
            target = target ?? changes.target
            isRooted = !changes.isNew
            if changes.isNew { break }
        }
        let stored = isRooted ? try storedRecord(of: file, in: nodes) : StoredRecord()
        guard let attributes = attributes ?? stored.attributes else { return nil }
        var record = FileRecord(attributes: attributes, size: 0, allocated: 0, names: 0, subdirectories: 0)
        if isRooted, attributes.kind == .directory {
            let children = KeyRange(prefix: RecordKey.key(of: file, .child))
            subdirectories += Int(clamping: try tree.tally(of: children, in: nodes).directories)
        } else if content == nil, let stored = stored.content {
            (record.size, record.allocated) = (stored.size, stored.allocated)
            target = target ?? stored.target
        }
        if let content { (record.size, record.allocated) = (content.size, content.allocated) }
        if let target { record.size = UInt64(target.count) }
        record.target = target
        record.names = UInt32(clamping: names + stored.names)
        record.subdirectories = UInt32(clamping: subdirectories)
        return record
    }

    /// What the tree says of a file, whose records are neighbours.
    private struct StoredRecord {
        var attributes: Attributes?
        var content: ContentRecord?
        var names = 0
    }

    /// Records of a file that are looked at one by one: most files have three or four. Of a file with many names or
    /// extended attributes the names are counted by the tallies, which costs a second way down.
    private static let neighbours = 16

    private func storedRecord(of file: FileID, in nodes: some NodeSource) throws(VolumeError) -> StoredRecord {
        let prefix = RecordKey.encode(file)
        var (attributes, content): ([UInt8]?, [UInt8]?) = (nil, nil)
        var (seen, names) = (0, 0)
        try tree.scan(from: RecordKey.key(of: file, .attributes), in: nodes) { entry in
            guard entry.key.starts(with: prefix), seen < Self.neighbours else { return false }
            switch RecordKey.parse(entry.key)?.kind {
            case .attributes: attributes = entry.value
            case .content: content = entry.value
            case .backPointer: names += 1
            case .extendedAttribute: break
            // Behind the back pointers.
            case .redirect, .child, nil: return false
            }
            seen += 1
            return true
        }
        if seen == Self.neighbours {
            let pointers = KeyRange(prefix: RecordKey.key(of: file, .backPointer))
            names = Int(clamping: try tree.tally(of: pointers, in: nodes).records)
        }
        var record = StoredRecord(names: names)
        record.attributes = try attributes.map { (value) throws(VolumeError) in try Self.attributes(in: value) }
        record.content = try content.map { (value) throws(VolumeError) in try Self.content(in: value) }
        return record
    }

    static func attributes(in value: [UInt8]) throws(VolumeError) -> Attributes {
        try decoding { () throws(MalformedBytes) in
            try RecordValue.decodeAttributes(try RecordValue.decode(value).payload)
        }
    }

    static func content(in value: [UInt8]) throws(VolumeError) -> ContentRecord {
        try decoding { () throws(MalformedBytes) in
            try ContentRecord(decoding: try RecordValue.decode(value).payload)
        }
    }
}
