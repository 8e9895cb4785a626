package import Core
internal import Synchronization
package import Volumes

/// Another state of all files, coming from outside, under a session that is in use.
extension Session {
    /// Runs `change`, which puts another state of the volume in the place of this one, while no operation does anything,
    /// and makes everything remembered follow it; the nodes that are not what they were.
    ///
    /// Blocks, and operations wait for as long. `isUnchanged` says of an open file whether it stays what it is. Throws
    /// `.busy`, with nothing changed, while something is being written or a file is open that would become another under
    /// its reader.
    package func renew(
        isUnchanged: (FileID) throws(Failure) -> Bool, _ change: () throws(Failure) -> Void
    ) throws(Failure) -> [NodeID] {
        try flushAll()
        let open = try quieten()
        defer { endQuiet() }
        for file in open where !(try isUnchanged(file)) { throw Self.inUse }
        try change()
        return try follow()
    }

    private static let inUse = Failure(
        .busy, "a file that others have changed is open here, or being written",
        advice: "it is taken in when the file is closed")

    /// Makes operations wait from now on; the regular files that are open.
    private func quieten() throws(Failure) -> [FileID] {
        let open = state.withLock { state -> [FileID]? in
            guard state.dirty.isEmpty, !state.isQuiet, !state.nodes.values.contains(where: { $0.isNameless }),
                !state.handles.values.contains(where: { $0.mode.contains(.write) })
            else { return nil }
            state.isQuiet = true
            return state.handles.values.compactMap { handle in
                guard let node = state.nodes[handle.node], node.record.attributes.kind == .regular else { return nil }
                return node.file
            }
        }
        guard let open else { throw Self.inUse }
        return open
    }

    private func endQuiet() {
        let waiting = state.withLock { state in
            state.isQuiet = false
            defer { state.waitingForQuiet = [] }
            return state.waitingForQuiet
        }
        for completion in waiting { completion(nil) }
    }

    /// What an operation waits for that comes meanwhile.
    var quietEnd: Need {
        Need { [self] completion in
            let mustWait = state.withLock { state -> Bool in
                if state.isQuiet { state.waitingForQuiet.append(completion) }
                return state.isQuiet
            }
            if !mustWait { completion(nil) }
        }
    }

    /// Reads every remembered file's record again.
    private func follow() throws(Failure) -> [NodeID] {
        let known = state.withLock { $0.numbers }
        var records: [FileID: FileRecord] = [:]
        for file in known.keys {
            records[file] = try satisfying { () throws(VolumeError) in try volume.record(of: file) }
        }
        return state.withLock { state in
            var changed: [NodeID] = []
            for (file, number) in known {
                guard let node = state.nodes[number] else { continue }
                state.nodes[number]?.initialList = nil
                if let record = records[file] {
                    if record == node.record { continue }
                    state.nodes[number]?.record = record
                } else {
                    state.nodes[number]?.record.names = 0
                    state.nodes[number]?.isForgotten = true
                    state.numbers[file] = nil
                }
                changed.append(number)
                state.dropIfUnused(number)
            }
            return changed
        }
    }
}
