internal import Core
internal import Trees
internal import Volumes

extension WorkingState {
    /// What a batch needs to know of the state below, found before anything is changed.
    struct Bases {
        fileprivate var children: [FileID: [Name: Child]] = [:]
        fileprivate var contents: [FileID: ExtentMap] = [:]
        /// Leads to every place where a content is cut.
        fileprivate var lists = HeldLists()
        fileprivate var attributes: [FileID: Attributes] = [:]
        fileprivate var exists: Set<FileID> = []
        /// Directories that were united with others.
        fileprivate var redirects: [FileID: FileID] = [:]
    }

    /// Applies a batch with what `prepare` found for it; cannot fail.
    mutating func apply(_ changes: [Change], _ bases: Bases) {
        for change in changes { apply(change.redirected(by: bases.redirects), bases) }
        active.changeCount += changes.count
    }

    /// Finds what a batch needs to know; the step that may have to wait.
    func prepare(
        _ changes: [Change], in nodes: some NodeSource, _ lists: ListCache
    ) throws(VolumeError) -> Bases {
        var bases = Bases()
        bases.redirects = try redirects(of: changes, in: nodes)
        // What files have got from others in this batch. Other changes do not move what a list covers to another place.
        var copied: [FileID: ExtentMap] = [:]
        func content(of file: FileID) -> ExtentMap { copied[file] ?? self.content(of: file, bases) }
        func hold(_ positions: UInt64..., of file: FileID) throws(VolumeError) {
            let content = content(of: file)
            for position in positions {
                try bases.lists.hold(position, in: content) { list throws(VolumeError) in try lists.load(list) }
            }
        }
        for change in changes {
            switch change.redirected(by: bases.redirects) {
            case .setAttributes(let file, _):
                if active.files[file] != nil { continue }
                if try attributes(of: file, in: nodes) != nil { bases.exists.insert(file) }
            case .setChild(let directory, let name, _, _), .removeChild(let directory, let name, _):
                if let child = try child(name, of: directory, in: nodes) {
                    bases.children[directory, default: [:]][name] = child
                }
                bases.attributes[directory] = try attributes(of: directory, in: nodes)
            case .write(let file, let offset, let written, _):
                try prepareContent(of: file, in: nodes, &bases)
                try hold(offset, offset + written.count, of: file)
            case .setSize(let file, let size, _):
                try prepareContent(of: file, in: nodes, &bases)
                try hold(size, of: file)
            case .copyContent(let source, let target, _):
                try prepareContent(of: source, in: nodes, &bases)
                try prepareContent(of: target, in: nodes, &bases)
                copied[target] = content(of: source)
            case .copyRange(let source, let range, let target, let offset, _):
                for file in [source, target] { try prepareContent(of: file, in: nodes, &bases) }
                let end = offset + (range.upperBound - range.lowerBound)
                try hold(range.lowerBound, range.upperBound, of: source)
                try hold(offset, end, of: target)
                var result = content(of: target)
                result.put(content(of: source).cut(to: range, bases.lists), over: offset..<end, bases.lists)
                copied[target] = result
            case .forget(let file):
                try prepareContent(of: file, in: nodes, &bases)
            case .setTarget, .setExtendedAttribute, .removeExtendedAttribute, .orphan:
                break
            }
        }
        return bases
    }

    private func prepareContent(
        of file: FileID, in nodes: some NodeSource, _ bases: inout Bases
    ) throws(VolumeError) {
        bases.attributes[file] = try attributes(of: file, in: nodes)
        guard bases.contents[file] == nil, active.files[file]?.content == nil else { return }
        var content = try content(of: file, in: nodes)
        content.setInherited(true)
        bases.contents[file] = content
    }

    /// A content that `prepare` has seen to.
    private func content(of file: FileID, _ bases: Bases) -> ExtentMap {
        active.files[file]?.content ?? bases.contents[file] ?? ExtentMap()
    }

    private mutating func apply(_ change: Change, _ bases: Bases) {
        switch change {
        case .setAttributes(let file, let attributes):
            setAttributes(of: file, attributes, exists: bases.exists.contains(file))
        case .setChild(let directory, let name, let child, let time):
            removeChild(name, of: directory, bases)
            active.files[directory, default: FileChanges()].children.set(name, child)
            addName(BackPointer(parent: directory, name: name), to: child, sign: 1)
            orphans.remove(child.file)
            touch(directory, time, bases)
        case .removeChild(let directory, let name, let time):
            removeChild(name, of: directory, bases)
            active.files[directory, default: FileChanges()].children.set(name, nil)
            touch(directory, time, bases)
        case .write(let file, let offset, let written, let time):
            changeContent(of: file, time, bases) {
                $0.write(Self.source(of: written), count: written.count, at: offset, bases.lists)
            }
            if case .inline(let bytes) = written { active.inlineBytes += bytes.count }
        case .setSize(let file, let size, let time):
            changeContent(of: file, time, bases) { $0.setSize(size, bases.lists) }
        case .setTarget(let file, let target):
            active.files[file, default: FileChanges()].target = target
        case .copyContent(let source, let target, let time):
            var content = content(of: source, bases)
            content.setInherited(false)
            changeContent(of: target, time, bases) { $0 = content }
        case .copyRange(let source, let range, let target, let offset, let time):
            let pieces = content(of: source, bases).cut(to: range, bases.lists)
            let place = offset..<offset + (range.upperBound - range.lowerBound)
            changeContent(of: target, time, bases) { $0.put(pieces, over: place, bases.lists) }
            active.inlineBytes += pieces.reduce(0) { $1.isBytes ? $0 + Int($1.count) : $0 }
        case .setExtendedAttribute(let file, let name, let value):
            active.files[file, default: FileChanges()].extendedAttributes.updateValue(value, forKey: name)
        case .removeExtendedAttribute(let file, let name):
            active.files[file, default: FileChanges()].extendedAttributes.updateValue(nil, forKey: name)
        case .orphan(let file):
            orphans.insert(file)
        case .forget(let file):
            orphans.remove(file)
            forget(file, bases)
        }
    }

    private static func source(of written: WrittenBytes) -> ExtentMap.Source {
        switch written {
        case .inline(let bytes): .bytes(bytes, skip: 0)
        case .sealed(let content): (content as? SealedChunk).map { .chunk($0.reference, skip: 0) } ?? .hole
        case .hole: .hole
        }
    }

    private mutating func setAttributes(of file: FileID, _ attributes: Attributes, exists: Bool) {
        if active.files[file] == nil, !exists {
            active.files[file] = FileChanges(isNew: true)
            active.totals.files += 1
        }
        active.files[file, default: FileChanges()].attributes = attributes
    }

    private mutating func removeChild(_ name: Name, of directory: FileID, _ bases: Bases) {
        // The batch itself may have changed the name already; only then the base is out of date.
        let child: Child?
        if let known = active.files[directory]?.children[name] {
            child = known
        } else {
            child = bases.children[directory]?[name]
        }
        guard let child else { return }
        addName(BackPointer(parent: directory, name: name), to: child, sign: -1)
    }

    private mutating func addName(_ pointer: BackPointer, to child: Child, sign: Int) {
        active.files[child.file, default: FileChanges()].backPointers[pointer] = sign > 0
        active.files[child.file, default: FileChanges()].namesDelta += sign
        if child.kind == .directory {
            active.files[pointer.parent, default: FileChanges()].subdirectoriesDelta += sign
        }
    }

    private mutating func touch(_ file: FileID, _ time: Timestamp, _ bases: Bases) {
        guard var attributes = active.files[file]?.attributes ?? bases.attributes[file] else { return }
        attributes.modified = time
        attributes.changed = time
        active.files[file, default: FileChanges()].attributes = attributes
    }

    private mutating func changeContent(
        of file: FileID, _ time: Timestamp, _ bases: Bases, _ change: (inout ExtentMap) -> Void
    ) {
        var changes = active.files[file] ?? FileChanges()
        // Taken out while it changes, so that the extents are not copied.
        active.files[file] = nil
        var content = changes.content ?? bases.contents[file] ?? ExtentMap()
        changes.content = nil
        let before = content.size
        change(&content)
        active.totals.contentBytes &+= content.size &- before
        changes.content = content
        active.files[file] = changes
        touch(file, time, bases)
    }

    private mutating func forget(_ file: FileID, _ bases: Bases) {
        active.totals.contentBytes &-= content(of: file, bases).size
        active.totals.files -= 1
        let wasNew = active.files[file]?.isNew ?? false
        if wasNew, frozen?.files[file] == nil {
            active.files[file] = nil
        } else {
            active.files[file] = FileChanges(isForgotten: true)
        }
    }
}
