internal import Core
internal import Volumes

extension Session {
    package func openDirectory(_ number: NodeID) throws(FileError) -> Answer<HandleID> {
        try attempt { [self] state throws(Interruption) in
            _ = try directory(number, in: state)
            return state.makeHandle(Handle(node: number, mode: .read))
        }
    }

    package func releaseDirectory(_ handle: HandleID, of number: NodeID) { release(handle, of: number) }

    /// Cookies 1 and 2 stand behind `.` and `..`; from 3 on, behind the name that got the number first.
    private static let firstNameCookie: UInt64 = 3

    package func readDirectory(
        _ handle: HandleID, of number: NodeID, after cookie: UInt64, limit: Int, plus: Bool
    ) throws(FileError) -> Answer<[ListedEntry]> {
        try attempt { [self] state throws(Interruption) in
            guard let open = state.handles[handle], open.node == number else { throw .code(.badHandle) }
            let directory = try directory(number, in: state)
            var entries: [ListedEntry] = []
            for (own, name) in [(UInt64(1), "."), (2, "..")] where own > cookie && entries.count < limit {
                let inode = Self.inode(of: directory.file)
                entries.append(ListedEntry(name: Name(name), inode: inode, kind: .directory, cookie: own, entry: nil))
            }
            guard entries.count < limit, !directory.isNameless else { return entries }
            var after: Name?
            if cookie >= Self.firstNameCookie {
                let index = Int(clamping: cookie - Self.firstNameCookie)
                guard index < open.listed.count else { throw .code(.invalid) }
                after = open.listed[index]
            }
            let wanted = limit - entries.count
            let children = try asking { () throws(VolumeError) in
                try volume.children(of: directory.file, after: after, limit: wanted)
            }
            if plus { try bringIn(children, state) }
            for child in children { entries.append(try list(child, handle, plus: plus, &state)) }
            return entries
        }
    }

    /// Makes sure that looking these up cannot fail half-way, when some are already counted.
    private func bringIn(_ children: [ChildEntry], _ state: SessionState) throws(Interruption) {
        for child in children where state.numbers[child.child.file] == nil {
            _ = try asking { () throws(VolumeError) in try volume.record(of: child.child.file) }
        }
    }

    private func list(
        _ child: ChildEntry, _ handle: HandleID, plus: Bool, _ state: inout SessionState
    ) throws(Interruption) -> ListedEntry {
        let cookie: UInt64
        if let known = state.handles[handle]?.cookies[child.name] {
            cookie = known
        } else {
            cookie = UInt64(state.handles[handle]?.listed.count ?? 0) + Self.firstNameCookie
            state.handles[handle]?.listed.append(child.name)
            state.handles[handle]?.cookies[child.name] = cookie
        }
        return ListedEntry(
            name: child.name, inode: Self.inode(of: child.child.file), kind: child.child.kind, cookie: cookie,
            entry: plus ? try enter(child.child.file, in: &state) : nil)
    }
}
