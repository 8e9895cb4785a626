import Core
import StorageSupport
import Volumes

/// Makes random batches such as a session would: names and files stay consistent with one another.
struct BatchMaker {
    var random: SeededRandom
    private var clock: Int64 = 1_000_000
    private let root: FileID

    init(seed: UInt64, root: FileID = .root) {
        random = SeededRandom(seed: seed)
        self.root = root
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func now() -> Timestamp {
        clock += 1
        return Timestamp(seconds: clock, nanoseconds: UInt32(clock % 1000))
    }

    /// A batch that fits `model`; empty when the kind chosen finds nothing to work on.
    mutating func batch(_ model: VolumeModel, _ volume: some Volume) throws(Failure) -> Batch {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<16: return make(model, volume)
        case 16..<21: return link(model)
        case 21..<31: return unlink(model)
        case 31..<39: return rename(model)
        case 39..<42: return exchange(model)
        case 42..<60: return write(model)
        case 60..<68: return try seal(model, volume)
        case 68..<76: return resize(model)
        case 76..<80: return chance(50) ? copy(model) : copyRange(model)
        case 80..<92: return extended(model)
        case 92..<96: return attributes(model)
        default: return forget(model)
        }
    }

    // Choices

    private mutating func pick<Value>(_ values: [Value]) -> Value? { values.randomElement(using: &random) }

    private func directories(_ model: VolumeModel) -> [FileID] {
        model.files.filter { $0.value.attributes.kind == .directory && isReachable($0.key, model) }.map(\.key).sorted()
    }

    /// An orphaned directory takes no names any more.
    private func isReachable(_ file: FileID, _ model: VolumeModel) -> Bool { !model.orphans.contains(file) }

    private func regulars(_ model: VolumeModel) -> [FileID] {
        model.files.filter { $0.value.attributes.kind == .regular }.map(\.key).sorted()
    }

    private mutating func name() -> Name {
        let number = Int.random(in: 0..<24, using: &random)
        // Some long names with a common front, so that tree keys share prefixes and nodes fill up.
        return number < 16 ? Name("n\(number)") : Name([UInt8](repeating: 0x78, count: 200) + Array("\(number)".utf8))
    }

    private mutating func place(_ model: VolumeModel) -> (directory: FileID, name: Name)? {
        guard let directory = pick(directories(model)) else { return nil }
        return (directory, name())
    }

    private mutating func entry(_ model: VolumeModel) -> (directory: FileID, name: Name, child: Child)? {
        let filled = directories(model).filter { model.files[$0]?.children.isEmpty == false }
        guard let directory = pick(filled), let children = model.files[directory]?.children,
            let name = pick(children.keys.sorted()), let child = children[name]
        else { return nil }
        return (directory, name, child)
    }

    private mutating func permissions() -> UInt16 { UInt16.random(in: 0...0o7777, using: &random) }

    // Batches

    private mutating func make(_ model: VolumeModel, _ volume: some Volume) -> Batch {
        guard let place = place(model) else { return Batch() }
        var batch = Batch()
        let time = now()
        guard replace(place.directory, place.name, model, time, &batch) else { return Batch() }
        let kind = pick([FileKind.regular, .regular, .regular, .directory, .directory, .symlink, .fifo]) ?? .regular
        let file = volume.makeFileID()
        batch.changes.append(
            .setAttributes(file, Attributes(kind: kind, permissions: permissions(), owner: 7, group: 8, now: time)))
        if kind == .symlink {
            batch.changes.append(.setTarget(file, random.bytes(Int.random(in: 1...300, using: &random))))
        }
        batch.changes.append(
            .setChild(directory: place.directory, name: place.name, child: Child(file: file, kind: kind), time: time))
        return batch
    }

    /// What makes room for a name: false when a directory with children is in the way.
    private mutating func replace(
        _ directory: FileID, _ name: Name, _ model: VolumeModel, _ time: Timestamp, _ batch: inout Batch
    ) -> Bool {
        guard let child = model.files[directory]?.children[name] else { return true }
        if model.files[child.file]?.children.isEmpty == false { return false }
        batch.changes.append(.removeChild(directory: directory, name: name, time: time))
        if (model.names[child.file] ?? 0) <= 1 {
            batch.changes.append(chance(30) ? .orphan(child.file) : .forget(child.file))
        }
        return true
    }

    private mutating func link(_ model: VolumeModel) -> Batch {
        let candidates = model.files.filter {
            $0.value.attributes.kind != .directory && !model.orphans.contains($0.key)
        }
        guard let file = pick(candidates.keys.sorted()), let kind = model.files[file]?.attributes.kind,
            let place = place(model), model.files[place.directory]?.children[place.name] == nil
        else { return Batch() }
        return Batch(changes: [
            .setChild(directory: place.directory, name: place.name, child: Child(file: file, kind: kind), time: now())
        ])
    }

    private mutating func unlink(_ model: VolumeModel) -> Batch {
        guard let entry = entry(model) else { return Batch() }
        var batch = Batch()
        _ = replace(entry.directory, entry.name, model, now(), &batch)
        return batch
    }

    private mutating func rename(_ model: VolumeModel) -> Batch {
        guard let from = entry(model), let to = place(model) else { return Batch() }
        guard model.files[to.directory]?.children[to.name]?.file != from.child.file,
            !isInside(to.directory, from.child.file, model)
        else { return Batch() }
        var batch = Batch()
        let time = now()
        guard replace(to.directory, to.name, model, time, &batch) else { return Batch() }
        // A file that the rename itself makes nameless may not be the directory it goes to or comes from.
        if let lost = model.files[to.directory]?.children[to.name]?.file, lost == from.directory || lost == to.directory
        {
            return Batch()
        }
        batch.changes += [
            .removeChild(directory: from.directory, name: from.name, time: time),
            .setChild(directory: to.directory, name: to.name, child: from.child, time: time),
        ]
        return batch
    }

    private mutating func exchange(_ model: VolumeModel) -> Batch {
        guard let one = entry(model), let other = entry(model),
            !isInside(other.directory, one.child.file, model), !isInside(one.directory, other.child.file, model)
        else { return Batch() }
        let time = now()
        return Batch(changes: [
            .setChild(directory: one.directory, name: one.name, child: other.child, time: time),
            .setChild(directory: other.directory, name: other.name, child: one.child, time: time),
        ])
    }

    private func isInside(_ directory: FileID, _ file: FileID, _ model: VolumeModel) -> Bool {
        if directory == file { return true }
        return model.files[file]?.children.values.contains {
            $0.kind == .directory && isInside(directory, $0.file, model)
        } ?? false
    }

    private mutating func write(_ model: VolumeModel) -> Batch {
        guard let file = pick(regulars(model)) else { return Batch() }
        let size = model.files[file]?.content.count ?? 0
        let offset = chance(40) ? size : Int.random(in: 0...min(size + 3000, 1_200_000), using: &random)
        if chance(10) {
            let count = UInt64.random(in: 1...90_000, using: &random)
            return Batch(changes: [.write(file, offset: UInt64(offset), .hole(count), time: now())])
        }
        let bytes = random.bytes(Int.random(in: 0...(chance(20) ? 30_000 : 900), using: &random))
        return Batch(changes: [.write(file, offset: UInt64(offset), .inline(bytes), time: now())])
    }

    private mutating func seal(_ model: VolumeModel, _ volume: some Volume) throws(Failure) -> Batch {
        guard let file = pick(regulars(model)) else { return Batch() }
        let offset = Int.random(in: 0..<1_200_000, using: &random)
        let room = Limits.Content.pieceBytes - offset % Limits.Content.pieceBytes
        let bytes = random.bytes(Int.random(in: 1...min(room, 180_000), using: &random))
        let sealed = try volume.seal(bytes)
        return Batch(changes: [.write(file, offset: UInt64(offset), .sealed(sealed), time: now())], sealed: [0: bytes])
    }

    private mutating func resize(_ model: VolumeModel) -> Batch {
        guard let file = pick(regulars(model)) else { return Batch() }
        let size = model.files[file]?.content.count ?? 0
        let borders = [0, 1, Limits.Content.inlineContent, Limits.Content.inlineContent + 1, Limits.Content.block]
        let new = chance(40) ? pick(borders) ?? 0 : Int.random(in: 0...size + 2000, using: &random)
        return Batch(changes: [.setSize(file, UInt64(new), time: now())])
    }

    private mutating func copy(_ model: VolumeModel) -> Batch {
        guard let source = pick(regulars(model)), let target = pick(regulars(model)), source != target else {
            return Batch()
        }
        return Batch(changes: [.copyContent(from: source, to: target, time: now())])
    }

    private mutating func copyRange(_ model: VolumeModel) -> Batch {
        guard let source = pick(regulars(model)), let target = pick(regulars(model)) else { return Batch() }
        let size = model.files[source]?.content.count ?? 0
        let start = Int.random(in: 0...size, using: &random)
        let count = Int.random(in: 0...size - start + 100, using: &random)
        let offset = Int.random(in: 0...(model.files[target]?.content.count ?? 0) + 100, using: &random)
        return Batch(changes: [
            .copyRange(
                from: source, UInt64(start)..<UInt64(start + count), to: target, offset: UInt64(offset), time: now())
        ])
    }

    private mutating func extended(_ model: VolumeModel) -> Batch {
        guard let file = pick(model.files.keys.sorted()) else { return Batch() }
        let name = Name("user.\(Int.random(in: 0..<5, using: &random))")
        if chance(35) { return Batch(changes: [.removeExtendedAttribute(file, name)]) }
        return Batch(changes: [
            .setExtendedAttribute(file, name, random.bytes(Int.random(in: 0...500, using: &random)))
        ])
    }

    private mutating func attributes(_ model: VolumeModel) -> Batch {
        guard let file = pick(model.files.keys.sorted()), var attributes = model.files[file]?.attributes else {
            return Batch()
        }
        attributes.permissions = permissions()
        attributes.owner = UInt32.random(in: 0...9, using: &random)
        attributes.changed = now()
        return Batch(changes: [.setAttributes(file, attributes)])
    }

    private mutating func forget(_ model: VolumeModel) -> Batch {
        guard let file = pick(model.orphans.sorted()) else { return Batch() }
        return Batch(changes: [.forget(file)])
    }
}
