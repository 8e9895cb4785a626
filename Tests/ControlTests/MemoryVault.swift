import Control
import Core
import Vaults
import Volumes

/// A complete vault in memory: what the socket is tested over.
final class MemoryVault: VaultAccess {
    private struct Node {
        var info: FileInfo
        var content: [UInt8] = []
        var children: [Name: Node] = [:]
    }

    private struct State {
        var root: Node
        var nextInode: UInt64 = 2
        var changes: UInt64 = 0
        /// What the next call throws instead of doing anything.
        var fault: Failure?
        var abortedStores = 0
        /// Bytes that any store has taken so far.
        var takenBytes = 0
        var storeBytesAtFault: Int?
        var readBytesAtFault: Int?
    }

    private let state: Gate<State>
    static let now = Timestamp(seconds: 1_700_000_000, nanoseconds: 5)

    init() {
        let attributes = Attributes(kind: .directory, permissions: 0o755, owner: 1, group: 2, now: Self.now)
        let info = FileInfo(name: Name(""), attributes: attributes, inode: 1, links: 2, size: 0, allocated: 0)
        state = Gate(State(root: Node(info: info)))
    }

    /// Makes the next call fail.
    func fail(with failure: Failure) { state.withLock { $0.fault = failure } }

    /// Makes the next store or read fail behind this many bytes.
    func fail(with failure: Failure, behind bytes: Int) {
        state.withLock {
            $0.fault = failure
            $0.storeBytesAtFault = bytes
            $0.readBytesAtFault = bytes
        }
    }

    func waitForTaken(bytes: Int) { state.wait { $0.takenBytes >= bytes ? .done(()) : .wait(until: nil) } }

    func waitForAbortedStore() { state.wait { $0.abortedStores > 0 ? .done(()) : .wait(until: nil) } }

    private func checked<Result>(_ body: (inout State) throws(Failure) -> Result) throws(Failure) -> Result {
        try state.withLock { (state) throws(Failure) -> Result in
            if let fault = state.fault, state.storeBytesAtFault == nil {
                state.fault = nil
                throw fault
            }
            return try body(&state)
        }
    }

    private func find(_ path: VaultPath, in root: Node) throws(Failure) -> Node {
        var node = root
        for name in path.components {
            guard node.info.attributes.kind == .directory else {
                throw Failure(.notDirectory, "\(path.escaped): below a file")
            }
            guard let child = node.children[name] else { throw Failure(.notFound, "\(path.escaped): not there") }
            node = child
        }
        return node
    }

    private func change(
        _ path: ArraySlice<Name>, in node: inout Node, _ body: (inout Node) throws(Failure) -> Void
    ) throws(Failure) {
        guard let first = path.first else { return try body(&node) }
        guard var child = node.children[first] else { throw Failure(.notFound, "\(first.escaped): not there") }
        try change(path.dropFirst(), in: &child, body)
        node.children[first] = child
    }

    private func insert(_ node: Node, at path: VaultPath, _ state: inout State) throws(Failure) {
        guard let name = path.name else { throw Failure(.isDirectory, "the root") }
        guard try find(path.parent, in: state.root).info.attributes.kind == .directory else {
            throw Failure(.notDirectory, path.parent.escaped)
        }
        var node = node
        node.info.name = name
        try change(path.parent.components[...], in: &state.root) { (parent) throws(Failure) in
            parent.children[name] = node
        }
        state.changes += 1
    }

    private func fresh(
        _ kind: FileKind, _ given: StoredAttributes, _ state: inout State
    ) -> Node {
        var attributes = Attributes(
            kind: kind, permissions: given.permissions ?? 0o644, owner: given.owner ?? 1, group: given.group ?? 2,
            now: Self.now)
        if let modified = given.modified { attributes.modified = modified }
        defer { state.nextInode += 1 }
        return Node(
            info: FileInfo(
                name: Name(""), attributes: attributes, inode: state.nextInode, links: 1, size: 0, allocated: 0))
    }

    func info(at path: VaultPath) throws(Failure) -> FileInfo {
        try checked { (state) throws(Failure) in try find(path, in: state.root).info }
    }

    func list(_ path: VaultPath, after: Name?, limit: Int) throws(Failure) -> [FileInfo] {
        try checked { (state) throws(Failure) in
            let node = try find(path, in: state.root)
            guard node.info.attributes.kind == .directory else { throw Failure(.notDirectory, path.escaped) }
            let names = node.children.keys.sorted().filter { name in after.map { $0 < name } ?? true }
            return names.prefix(limit).compactMap { node.children[$0]?.info }
        }
    }

    func read(
        _ source: ContentSource, range: Range<UInt64>?, into sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> UInt64 {
        let (content, fault) = try state.withLock { (state) throws(Failure) -> ([UInt8], (Failure, Int)?) in
            let fault = state.fault
            state.fault = nil
            let place = state.readBytesAtFault
            (state.readBytesAtFault, state.storeBytesAtFault) = (nil, nil)
            if let fault, place == nil { throw fault }
            let node: Node
            switch source {
            case .path(let path): node = try find(path, in: state.root)
            case .cid(let cid):
                guard let found = state.root.children.values.first(where: { $0.info.cid == cid }) else {
                    throw Failure(.notFound, "no object \(cid)")
                }
                node = found
            }
            guard node.info.attributes.kind == .regular else { throw Failure(.isDirectory, "no file") }
            return (node.content, fault.flatMap { fault in place.map { (fault, $0) } })
        }
        let wanted = range.map { $0.clamped(to: 0..<UInt64(content.count)) } ?? 0..<UInt64(content.count)
        var position = Int(wanted.lowerBound)
        while position < Int(wanted.upperBound) {
            if let (failure, place) = fault, position >= place { throw failure }
            let end = min(position + 60_000, Int(wanted.upperBound))
            try sink(content[position..<end])
            position = end
        }
        return UInt64(content.count)
    }

    func store(
        at path: VaultPath, attributes: StoredAttributes, from source: () throws(Failure) -> ArraySlice<UInt8>
    ) throws(Failure) -> FileInfo {
        let (fault, place) = state.withLock { state -> (Failure?, Int?) in
            defer { (state.fault, state.storeBytesAtFault, state.readBytesAtFault) = (nil, nil, nil) }
            return (state.fault, state.storeBytesAtFault)
        }
        var content: [UInt8] = []
        do throws(Failure) {
            if let fault, place == nil { throw fault }
            while true {
                let piece = try source()
                if piece.isEmpty { break }
                content += piece
                state.withLock { $0.takenBytes += piece.count }
                state.wakeAll()
                if let fault, let place, content.count >= place { throw fault }
            }
        } catch {
            state.withLock { $0.abortedStores += 1 }
            state.wakeAll()
            throw error
        }
        return try state.withLock { (state) throws(Failure) in
            var node = fresh(.regular, attributes, &state)
            node.content = content
            node.info.size = UInt64(content.count)
            node.info.allocated = UInt64(content.count + 511) / 512 * 512
            node.info.cid = "cid-\(content.count)"
            try insert(node, at: path, &state)
            return try find(path, in: state.root).info
        }
    }

    func makeDirectory(
        at path: VaultPath, attributes: StoredAttributes, withParents: Bool
    ) throws(Failure) -> FileInfo {
        try checked { (state) throws(Failure) in
            if withParents {
                var parent = VaultPath.root
                for name in path.components.dropLast() {
                    parent = parent.appending(name)
                    if (try? find(parent, in: state.root)) == nil {
                        try insert(fresh(.directory, StoredAttributes(), &state), at: parent, &state)
                    }
                }
            }
            guard (try? find(path, in: state.root)) == nil else { throw Failure(.alreadyExists, path.escaped) }
            try insert(fresh(.directory, attributes, &state), at: path, &state)
            return try find(path, in: state.root).info
        }
    }

    func makeLink(at path: VaultPath, target: [UInt8], attributes: StoredAttributes) throws(Failure) -> FileInfo {
        try checked { (state) throws(Failure) in
            guard (try? find(path, in: state.root)) == nil else { throw Failure(.alreadyExists, path.escaped) }
            var node = fresh(.symlink, attributes, &state)
            node.info.target = target
            node.info.size = UInt64(target.count)
            try insert(node, at: path, &state)
            return try find(path, in: state.root).info
        }
    }

    func setAttributes(at path: VaultPath, to attributes: StoredAttributes) throws(Failure) {
        try checked { (state) throws(Failure) in
            try change(path.components[...], in: &state.root) { (node) throws(Failure) in
                if let permissions = attributes.permissions { node.info.attributes.permissions = permissions }
                if let owner = attributes.owner { node.info.attributes.owner = owner }
                if let group = attributes.group { node.info.attributes.group = group }
                if let modified = attributes.modified { node.info.attributes.modified = modified }
            }
            state.changes += 1
        }
    }

    func remove(at path: VaultPath, recursively: Bool) throws(Failure) {
        try checked { (state) throws(Failure) in
            let node = try find(path, in: state.root)
            guard let name = path.name else { throw Failure(.notPermitted, "the root stays") }
            guard recursively || node.children.isEmpty else { throw Failure(.notEmpty, path.escaped) }
            try change(path.parent.components[...], in: &state.root) { (parent) throws(Failure) in
                parent.children[name] = nil
            }
            state.changes += 1
        }
    }

    func move(from: VaultPath, to: VaultPath) throws(Failure) {
        try checked { (state) throws(Failure) in
            let node = try find(from, in: state.root)
            guard let name = from.name else { throw Failure(.invalid, "the root stays") }
            try insert(node, at: to, &state)
            try change(from.parent.components[...], in: &state.root) { (parent) throws(Failure) in
                parent.children[name] = nil
            }
        }
    }

    func status() throws(Failure) -> VaultStatus {
        try checked { (state) throws(Failure) in
            VaultStatus(
                vault: "memory", ipnsName: "k51", device: "test", remote: nil, files: UInt64(state.root.children.count),
                contentBytes: .max, storeBytes: 1, objects: 2, pendingChanges: state.changes, unsyncedChanges: 3,
                lastCommit: Self.now, commitCount: 4, checkWords: nil, mountpoint: "/mnt/ä", process: 5,
                troubles: ["a", "b"])
        }
    }

    func flush() throws(Failure) { try checked { (state) throws(Failure) in state.changes = 0 } }

    func publish(within limit: Duration, _: (SendProgress) -> Void) throws(Failure) {
        try checked { (state) throws(Failure) in
            if limit == .zero { throw Failure(.timedOut, "not everything is published yet") }
            state.changes = 0
        }
    }

    func synchronize(within limit: Duration) throws(Failure) -> SyncReport {
        try publish(within: limit) { _ in }
        return SyncReport(tookIn: "a device", diverged: ["ä"], isPublished: true)
    }
}
