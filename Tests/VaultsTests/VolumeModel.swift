import Core
import Volumes

/// What a volume must hold, as plain dictionaries: the simplest code that says what a change means.
struct VolumeModel {
    struct File {
        var attributes: Attributes
        var content: [UInt8] = []
        var target: [UInt8]?
        var extended: [Name: [UInt8]] = [:]
        var children: [Name: Child] = [:]
    }

    var files: [FileID: File] = [:]
    var orphans: Set<FileID> = []
    /// A directory that has one name in a directory this model does not show.
    var hiddenName: FileID?

    /// How many names lead to each file.
    var names: [FileID: UInt32] {
        var names: [FileID: UInt32] = hiddenName.map { [$0: 1] } ?? [:]
        for file in files.values {
            for child in file.children.values { names[child.file, default: 0] += 1 }
        }
        return names
    }

    var contentBytes: UInt64 { files.values.reduce(0) { $0 + UInt64($1.content.count) } }

    mutating func apply(_ batch: Batch) {
        for (index, change) in batch.changes.enumerated() { apply(change, sealed: batch.sealed[index] ?? []) }
    }

    private mutating func apply(_ change: Change, sealed: [UInt8]) {
        switch change {
        case .setAttributes(let file, let attributes):
            files[file, default: File(attributes: attributes)].attributes = attributes
        case .setChild(let directory, let name, let child, let time):
            files[directory]?.children[name] = child
            orphans.remove(child.file)
            touch(directory, time)
        case .removeChild(let directory, let name, let time):
            files[directory]?.children[name] = nil
            touch(directory, time)
        case .write(let file, let offset, let written, let time):
            let bytes: [UInt8] =
                switch written {
                case .inline(let bytes): bytes
                case .sealed: sealed
                case .hole(let count): [UInt8](repeating: 0, count: Int(count))
                }
            write(bytes, at: Int(offset), to: file)
            touch(file, time)
        case .setSize(let file, let size, let time):
            resize(file, Int(size))
            touch(file, time)
        case .setTarget(let file, let target): files[file]?.target = target
        case .copyContent(let source, let target, let time):
            let content = files[source]?.content ?? []
            files[target]?.content = content
            touch(target, time)
        case .copyRange(let source, let range, let target, let offset, let time):
            let content = files[source]?.content ?? []
            let count = Int(range.upperBound - range.lowerBound)
            let found = content.dropFirst(Int(range.lowerBound)).prefix(count)
            write(found + [UInt8](repeating: 0, count: count - found.count), at: Int(offset), to: target)
            touch(target, time)
        case .setExtendedAttribute(let file, let name, let value): files[file]?.extended[name] = value
        case .removeExtendedAttribute(let file, let name): files[file]?.extended[name] = nil
        case .orphan(let file): orphans.insert(file)
        case .forget(let file): forget(file)
        }
    }

    mutating func forget(_ file: FileID) {
        orphans.remove(file)
        files[file] = nil
    }

    /// What opening a vault does to files that were open without a name.
    mutating func forgetOrphans() { for orphan in orphans { forget(orphan) } }

    private mutating func touch(_ file: FileID, _ time: Timestamp) {
        files[file]?.attributes.modified = time
        files[file]?.attributes.changed = time
    }

    private mutating func resize(_ file: FileID, _ size: Int) {
        guard var content = files[file]?.content else { return }
        files[file]?.content = []
        if content.count > size { content.removeSubrange(size...) }
        if content.count < size { content += [UInt8](repeating: 0, count: size - content.count) }
        files[file]?.content = content
    }

    private mutating func write(_ bytes: some Collection<UInt8>, at offset: Int, to file: FileID) {
        guard !bytes.isEmpty else { return }
        if (files[file]?.content.count ?? 0) < offset + bytes.count { resize(file, offset + bytes.count) }
        files[file]?.content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
}

/// A batch of changes, with the bytes behind its sealed writes by their index.
struct Batch {
    var changes: [Change] = []
    var sealed: [Int: [UInt8]] = [:]
}
