internal import Core
internal import Trees
internal import Volumes

extension WorkingState {
    /// Entries behind `after` in byte order, at most `limit`; fewer only at the end.
    mutating func children(
        of directory: FileID, after: Name?, limit: Int, in nodes: some NodeSource
    ) throws(VolumeError) -> [ChildEntry] {
        let directory = try resolve(directory, in: nodes)
        var result: [ChildEntry] = []
        var after = after
        // A page in which much was removed can come out short: go on behind it until full or at the end.
        while result.count < limit {
            let (page, last) = try page(of: directory, after: after, limit: limit - result.count, in: nodes)
            result += page
            guard let last else { break }
            after = last
        }
        if tally.marks == 0 { return result }
        return try result.map { (entry) throws(VolumeError) in
            ChildEntry(name: entry.name, child: try resolveListed(entry.child, in: nodes))
        }
    }

    /// One merged page, and the name behind which to go on (nil at the end).
    private mutating func page(
        of directory: FileID, after: Name?, limit: Int, in nodes: some NodeSource
    ) throws(VolumeError) -> (entries: [ChildEntry], last: Name?) {
        let upper = active.files[directory]
        let lower = frozen?.files[directory]
        if upper?.isForgotten ?? lower?.isForgotten ?? false { return ([], nil) }
        let isRooted = !(upper?.isNew ?? false) && !(lower?.isNew ?? false)
        let stored = isRooted ? try storedChildren(of: directory, after: after, limit: limit, in: nodes) : []
        let changedAbove = active.files[directory]?.children.names(after: after, limit: limit) ?? []
        let changedBelow = frozen?.files[directory]?.children.names(after: after, limit: limit) ?? []

        // Each source is complete up to its last name when it was cut at the limit; the merge stops at the least of these.
        var horizon: Name?
        for (count, last) in [
            (stored.count, stored.last?.name), (changedAbove.count, changedAbove.last),
            (changedBelow.count, changedBelow.last),
        ] where count == limit {
            if let last { horizon = horizon.map { min($0, last) } ?? last }
        }
        var merged: [Name: Child] = [:]
        for entry in stored { merged[entry.name] = entry.child }
        for name in changedBelow { merged[name] = lower?.children[name] ?? nil }
        for name in changedAbove { merged[name] = upper?.children[name] ?? nil }
        var names = merged.keys.sorted()
        if let horizon { names = names.filter { $0 <= horizon } }
        let entries = names.compactMap { name in merged[name].map { ChildEntry(name: name, child: $0) } }
        if entries.count > limit { return (Array(entries[..<limit]), entries[limit - 1].name) }
        return (entries, horizon)
    }

    private func storedChildren(
        of directory: FileID, after: Name?, limit: Int, in nodes: some NodeSource
    ) throws(VolumeError) -> [ChildEntry] {
        let prefix = RecordKey.key(of: directory, .child)
        // The first key behind a name is that name with a zero byte appended.
        let start = after.map { RecordKey.child($0, of: directory) + [0] } ?? prefix
        var entries: [ChildEntry] = []
        var problem: MalformedBytes?
        try tree.scan(from: start, in: nodes) { entry in
            guard entry.key.starts(with: prefix), entries.count < limit else { return false }
            do throws(MalformedBytes) {
                let child = try RecordValue.decodeChild(try RecordValue.decode(entry.value).payload)
                let name = Name(RecordKey.rest(of: entry.key))
                // Who joins names to paths must not be led elsewhere by another device's tree.
                guard name.isComponent else { throw MalformedBytes("\(name.escaped) is no name of a file") }
                entries.append(ChildEntry(name: name, child: child))
                return true
            } catch {
                problem = error
                return false
            }
        }
        if let problem { throw .failed(Failure(.integrity, "a directory entry cannot be read", cause: problem)) }
        return entries
    }
}
