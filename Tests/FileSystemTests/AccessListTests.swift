import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Volumes

/// Access lists, in step with the modes.
@Suite struct AccessListTests {
    let bench: SessionBench
    private let access = Name("system.posix_acl_access")
    private let initial = Name("system.posix_acl_default")

    init() throws { bench = try SessionBench() }

    /// The value of the attribute for entries of (kind, permissions, id), as Linux writes it.
    private func list(_ entries: [(kind: UInt8, permissions: UInt8, id: UInt8?)]) -> [UInt8] {
        [2, 0, 0, 0]
            + entries.flatMap { entry -> [UInt8] in
                let id: [UInt8] = entry.id.map { [$0, 0, 0, 0] } ?? [0xff, 0xff, 0xff, 0xff]
                return [entry.kind, 0, entry.permissions, 0] + id
            }
    }

    /// Owner, user 5, group, mask and others.
    private func named(_ owner: UInt8, _ user: UInt8, _ group: UInt8, _ mask: UInt8, _ others: UInt8) -> [UInt8] {
        list([(1, owner, nil), (2, user, 5), (4, group, nil), (0x10, mask, nil), (0x20, others, nil)])
    }

    private func plain(_ owner: UInt8, _ group: UInt8, _ others: UInt8) -> [UInt8] {
        list([(1, owner, nil), (4, group, nil), (0x20, others, nil)])
    }

    private func set(
        _ name: Name, of node: NodeID, to value: [UInt8], by caller: Caller? = nil
    ) throws(FileError) {
        try bench.session.setAttribute(name, of: node, to: value, mode: .any, caller: caller ?? bench.caller).wait()
    }

    private func value(_ name: Name, of node: NodeID) -> [UInt8]? {
        try? bench.session.attribute(name, of: node).wait()
    }

    private func permissions(_ node: NodeID) throws(FileError) -> UInt16 {
        try bench.status(node).attributes.permissions
    }

    @Test("a list sets the mode, the mode's group being its mask; chmod sets the list")
    func modes() throws {
        let file = try bench.create(Name("file")).entry.node
        try set(access, of: file, to: named(7, 6, 4, 5, 1))
        #expect(try permissions(file) == 0o751)
        #expect(value(access, of: file) == named(7, 6, 4, 5, 1))
        try bench.set(file) { $0.permissions = 0o4620 }
        #expect(try permissions(file) == 0o4620)
        #expect(value(access, of: file) == named(6, 6, 4, 2, 0))
        #expect(try bench.session.attributeNames(of: file).wait() == [access])
        try bench.remount()
        let again = try bench.lookup(Name("file")).node
        #expect(value(access, of: again) == named(6, 6, 4, 2, 0))
        // One that says no more than a mode is none.
        try set(access, of: again, to: plain(4, 2, 1))
        #expect(try permissions(again) == 0o4421)
        #expect(value(access, of: again) == nil)
        try bench.session.removeAttribute(access, of: again).wait()
        try bench.close()
    }

    @Test("new files get what the directory's default list and the mode both allow, new directories the list too")
    func inherited() throws {
        let folder = try bench.makeDirectory(Name("folder")).node
        try set(initial, of: folder, to: named(7, 7, 5, 7, 4))
        #expect(try permissions(folder) == 0o755)
        let caller = Caller(owner: 1000, group: 1000, umask: 0o077)
        let file = try bench.session.create(
            Name("file"), in: folder, permissions: 0o666, mode: .write, caller: caller
        ).wait().entry.node
        #expect(try permissions(file) == 0o664)
        #expect(value(access, of: file) == named(6, 7, 5, 6, 4))
        #expect(value(initial, of: file) == nil)
        let inner = try bench.session.makeDirectory(
            Name("inner"), in: folder, permissions: 0o750, caller: caller
        ).wait()
        #expect(try permissions(inner.node) == 0o750)
        #expect(value(access, of: inner.node) == named(7, 7, 5, 5, 0))
        #expect(value(initial, of: inner.node) == named(7, 7, 5, 7, 4))
        // A default list without names leaves only a mode.
        try set(initial, of: inner.node, to: plain(7, 5, 0))
        let last = try bench.create(Name("last"), in: inner.node, permissions: 0o666).entry.node
        #expect(try permissions(last) == 0o640)
        #expect(value(access, of: last) == nil)
        // Without one it is the umask that counts.
        try bench.session.removeAttribute(initial, of: folder).wait()
        let masked = try bench.session.create(
            Name("masked"), in: folder, permissions: 0o666, mode: .write, caller: caller
        ).wait().entry.node
        #expect(try permissions(masked) == 0o600)
        try bench.close()
    }

    @Test("what a device took in from elsewhere is what new files get")
    func kept() throws {
        let folder = try bench.makeDirectory(Name("folder")).node
        try set(initial, of: folder, to: named(7, 7, 5, 7, 0))
        try bench.remount()
        let again = try bench.lookup(Name("folder")).node
        let file = try bench.create(Name("file"), in: again, permissions: 0o666).entry.node
        #expect(value(access, of: file) == named(6, 7, 5, 6, 0))
        try bench.close()
    }

    @Test("a list that is none is refused, and a default list of anything but a directory")
    func refused() throws {
        let file = try bench.create(Name("file")).entry.node
        let wrong: [[UInt8]] = [
            [2, 0, 0], [1, 0, 0, 0] + plain(7, 7, 7).dropFirst(4), plain(7, 7, 7).dropLast(),
            list([(1, 7, nil), (4, 7, nil)]), list([(4, 7, nil), (1, 7, nil), (0x20, 7, nil)]),
            list([(1, 8, nil), (4, 7, nil), (0x20, 7, nil)]), list([(3, 7, nil), (4, 7, nil), (0x20, 7, nil)]),
            list([(1, 7, nil), (2, 7, 5), (4, 7, nil), (0x20, 7, nil)]),
            list([(1, 7, nil), (1, 7, nil), (4, 7, nil), (0x20, 7, nil)]),
        ]
        for value in wrong {
            #expect(refusal { () throws(FileError) in try set(access, of: file, to: value) } == .invalid, "\(value)")
        }
        #expect(refusal { () throws(FileError) in try set(initial, of: file, to: plain(7, 7, 7)) } == .denied)
        try set(initial, of: file, to: [])
        #expect(try permissions(file) == 0o644)
        #expect(value(access, of: file) == nil)
        try bench.close()
    }

    @Test("who does not belong to the file's group takes its set-group-id bit away with a list")
    func setGroupID() throws {
        for (caller, keeps) in [
            (Caller(owner: 1000, group: 7), false), (Caller(owner: 1000, group: 1000), true),
            (Caller(owner: 1000, group: 7, groups: [3, 1000]), true), (Caller(owner: 0, group: 0), true),
        ] {
            let file = try bench.create(Name("file \(caller)")).entry.node
            try bench.set(file) { $0.permissions = 0o2755 }
            try set(access, of: file, to: named(7, 7, 5, 5, 5), by: caller)
            #expect(try permissions(file) == (keeps ? 0o2755 : 0o755), "\(caller)")
        }
        try bench.close()
    }
}
