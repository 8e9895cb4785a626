internal import Core
internal import Trees
internal import Volumes

/// Directories that were united with others: whoever means one of them means the other.
extension WorkingState {
    /// How far redirects are followed. Each stands for two directories of one name that met; a longer row is no history
    /// of that kind, and may be a circle.
    static let greatestHops = 32

    /// The directory that an id stands for, mostly itself; a row of redirects without an end is an integrity failure.
    func resolve(_ file: FileID, in nodes: some NodeSource) throws(VolumeError) -> FileID {
        guard let last = try lastResolved(file, in: nodes) else {
            throw .failed(
                Failure(
                    .integrity, "a directory was united with others in a circle",
                    advice: "restore the store's folder from a copy"))
        }
        return last
    }

    /// An entry with the directory that it leads to.
    func resolve(_ child: Child, in nodes: some NodeSource) throws(VolumeError) -> Child {
        guard child.kind == .directory else { return child }
        return Child(file: try resolve(child.file, in: nodes), kind: .directory)
    }

    /// The same for a listing, which shows an entry that leads in a circle as it stands: to enter it fails, and what is
    /// beside it is of use.
    func resolveListed(_ child: Child, in nodes: some NodeSource) throws(VolumeError) -> Child {
        guard child.kind == .directory, let last = try lastResolved(child.file, in: nodes) else { return child }
        return Child(file: last, kind: .directory)
    }

    private func lastResolved(_ file: FileID, in nodes: some NodeSource) throws(VolumeError) -> FileID? {
        // The root's tally says so of nearly every vault.
        if tally.marks == 0 { return file }
        var file = file
        for _ in 0...Self.greatestHops {
            guard let value = try tree.value(of: RecordKey.key(of: file, .redirect), in: nodes) else { return file }
            file = try Self.decoding { () throws(MalformedBytes) in
                try RecordValue.decodeRedirect(try RecordValue.decode(value).payload)
            }
        }
        return nil
    }

    /// Where the files that changes name were redirected, and nothing of the others.
    func redirects(of changes: [Change], in nodes: some NodeSource) throws(VolumeError) -> [FileID: FileID] {
        var redirects: [FileID: FileID] = [:]
        if tally.marks == 0 { return redirects }
        for file in changes.flatMap(\.files) where redirects[file] == nil {
            let last = try resolve(file, in: nodes)
            if last != file { redirects[file] = last }
        }
        return redirects
    }
}

extension Change {
    fileprivate var files: [FileID] {
        switch self {
        case .setAttributes(let file, _), .write(let file, _, _, _), .setSize(let file, _, _), .setTarget(let file, _),
            .setExtendedAttribute(let file, _, _), .removeExtendedAttribute(let file, _), .orphan(let file),
            .forget(let file), .removeChild(let file, _, _):
            [file]
        case .setChild(let directory, _, let child, _): [directory, child.file]
        case .copyContent(let source, let target, _), .copyRange(let source, _, let target, _, _): [source, target]
        }
    }

    /// The same change of the files that these ids stand for.
    func redirected(by redirects: [FileID: FileID]) -> Change {
        if redirects.isEmpty { return self }
        func at(_ file: FileID) -> FileID { redirects[file] ?? file }
        switch self {
        case .setAttributes(let file, let attributes): return .setAttributes(at(file), attributes)
        case .setChild(let directory, let name, let child, let time):
            let child = Child(file: at(child.file), kind: child.kind)
            return .setChild(directory: at(directory), name: name, child: child, time: time)
        case .removeChild(let directory, let name, let time):
            return .removeChild(directory: at(directory), name: name, time: time)
        case .write(let file, let offset, let bytes, let time):
            return .write(at(file), offset: offset, bytes, time: time)
        case .setSize(let file, let size, let time): return .setSize(at(file), size, time: time)
        case .setTarget(let file, let target): return .setTarget(at(file), target)
        case .copyContent(let source, let target, let time):
            return .copyContent(from: at(source), to: at(target), time: time)
        case .copyRange(let source, let range, let target, let offset, let time):
            return .copyRange(from: at(source), range, to: at(target), offset: offset, time: time)
        case .setExtendedAttribute(let file, let name, let value):
            return .setExtendedAttribute(at(file), name, value)
        case .removeExtendedAttribute(let file, let name): return .removeExtendedAttribute(at(file), name)
        case .orphan(let file): return .orphan(at(file))
        case .forget(let file): return .forget(at(file))
        }
    }
}
