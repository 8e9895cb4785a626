import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

@Suite struct NameTests {
    let bench: SessionBench

    init() throws { bench = try SessionBench() }

    @Test("a created file is found, once, and again with its number after a remount; the root's is 1")
    func create() throws {
        #expect(try bench.status(.root).inode == 1)
        let made = try bench.create(Name("a"))
        #expect(try bench.lookup(Name("a")).node == made.entry.node)
        #expect(made.entry.status.links == 1)
        #expect(
            refusal { () throws(FileError) in _ = try bench.create(Name("a"), mode: [.write, .exclusive]) }
                == .alreadyExists)
        #expect(refusal { () throws(FileError) in _ = try bench.makeDirectory(Name("a")) } == .alreadyExists)
        #expect(refusal { () throws(FileError) in _ = try bench.lookup(Name("b")) } == .notFound)
        try bench.remount()
        #expect(try bench.lookup(Name("a")).status.attributes.kind == .regular)
        #expect(try bench.lookup(Name("a")).status.inode == made.entry.status.inode)
        #expect(try bench.status(.root).inode == 1)
    }

    @Test("names are bytes: what is not UTF-8, and what differs only by composition, are names of their own")
    func bytes() throws {
        let names = [Name([0xff, 0xfe]), Name("\u{e9}"), Name("e\u{301}"), Name([UInt8](repeating: 0x61, count: 255))]
        for (number, name) in names.enumerated() { try bench.store([UInt8(number)], as: name) }
        for (number, name) in names.enumerated() { #expect(try bench.content(name) == [UInt8(number)]) }
        #expect(try bench.list().map(\.name) == names.sorted())
    }

    @Test("a name too long, empty, with a slash, or a dot is refused", arguments: ["", ".", "..", "a/b"])
    func badNames(text: String) {
        #expect(refusal { () throws(FileError) in _ = try bench.create(Name(text)) } == .invalid)
        #expect(refusal { () throws(FileError) in try bench.makeDirectory(Name(text)) } == .invalid)
        let long = Name([UInt8](repeating: 0x61, count: 256))
        #expect(refusal { () throws(FileError) in _ = try bench.create(long) } == .nameTooLong)
        #expect(refusal { () throws(FileError) in _ = try bench.lookup(long) } == .nameTooLong)
    }

    @Test("unlink and rmdir each refuse what is the other's, and rmdir what is not empty")
    func removal() throws {
        try bench.store([], as: Name("file"))
        let directory = try bench.makeDirectory(Name("directory"))
        try bench.store([], as: Name("inner"), in: directory.node)
        #expect(refusal { () throws(FileError) in try bench.unlink(Name("directory")) } == .isDirectory)
        #expect(refusal { () throws(FileError) in try bench.removeDirectory(Name("file")) } == .notDirectory)
        #expect(refusal { () throws(FileError) in try bench.removeDirectory(Name("directory")) } == .notEmpty)
        #expect(refusal { () throws(FileError) in try bench.unlink(Name("nothing")) } == .notFound)
        #expect(refusal { () throws(FileError) in try bench.removeDirectory(Name("nothing")) } == .notFound)
        try bench.unlink(Name("inner"), in: directory.node)
        try bench.removeDirectory(Name("directory"))
        // The node is still remembered: nothing can be made in a directory that is gone.
        #expect(refusal { () throws(FileError) in _ = try bench.create(Name("x"), in: directory.node) } == .notFound)
        #expect(try bench.status(directory.node).links == 0)
        #expect(try bench.list(directory.node).isEmpty)
        #expect(try bench.list().map(\.name) == [Name("file")])
    }

    @Test("a directory counts two links and one for each directory in it, however they come and go")
    func directoryLinks() throws {
        let a = try bench.makeDirectory(Name("a")).node
        let b = try bench.makeDirectory(Name("b")).node
        try bench.makeDirectory(Name("x"), in: a)
        try bench.makeDirectory(Name("y"), in: a)
        try bench.store([], as: Name("file"), in: a)
        #expect(try bench.status(a).links == 4)
        #expect(try bench.status(.root).links == 4)
        try bench.rename(Name("x"), in: a, to: Name("x"), in: b)
        #expect(try bench.status(a).links == 3)
        #expect(try bench.status(b).links == 3)
        try bench.rename(Name("y"), in: a, to: Name("x"), in: b)
        #expect(try bench.status(a).links == 2)
        #expect(try bench.status(b).links == 3)
        try bench.rename(Name("file"), in: a, to: Name("x"), in: b, mode: .exchange)
        #expect(try bench.status(a).links == 3)
        #expect(try bench.status(b).links == 2)
        try bench.remount()
        #expect(try bench.lookup(Name("a")).status.links == 3)
        #expect(try bench.lookup(Name("b")).status.links == 2)
        #expect(try bench.status(.root).links == 4)
    }

    @Test("hard links count up and down, share content, and the last one takes the file along")
    func hardLinks() throws {
        let file = try bench.create(Name("one"))
        try bench.write([1, 2, 3], to: file, at: 0)
        #expect(try bench.link(file.entry.node, as: Name("two")).status.links == 2)
        #expect(refusal { () throws(FileError) in try bench.link(file.entry.node, as: Name("two")) } == .alreadyExists)
        #expect(try bench.content(Name("two")) == [1, 2, 3])
        try bench.unlink(Name("one"))
        #expect(try bench.status(file.entry.node).links == 1)
        bench.release(file)
        try bench.remount()
        #expect(try bench.content(Name("two")) == [1, 2, 3])
        let node = try bench.lookup(Name("two")).node
        try bench.unlink(Name("two"))
        #expect(refusal { () throws(FileError) in try bench.link(node, as: Name("three")) } == .notFound)
        let directory = try bench.makeDirectory(Name("directory"))
        #expect(refusal { () throws(FileError) in try bench.link(directory.node, as: Name("again")) } == .notPermitted)
        #expect(bench.store.vault.standing().files == 1)
    }

    @Test("a symbolic link keeps its target's bytes, and may lead to itself or nowhere")
    func symlinks() throws {
        let targets = [Name("loop").bytes, [0xff, 0x01], [UInt8](repeating: 0x61, count: 4095)]
        for (number, target) in targets.enumerated() {
            let entry = try bench.session.makeLink(
                Name("link \(number)"), in: .root, target: target, caller: bench.caller
            ).wait()
            #expect(entry.status.size == UInt64(target.count))
        }
        func make(_ target: [UInt8]) throws(FileError) {
            _ = try bench.session.makeLink(Name("no"), in: .root, target: target, caller: bench.caller).wait()
        }
        #expect(refusal { () throws(FileError) in try make([]) } == .notFound)
        #expect(refusal { () throws(FileError) in try make([UInt8](repeating: 0x61, count: 4096)) } == .nameTooLong)
        try bench.remount()
        for (number, target) in targets.enumerated() {
            let entry = try bench.lookup(Name("link \(number)"))
            #expect(entry.status.size == UInt64(target.count))
            #expect(try bench.session.target(ofLink: entry.node).wait() == target)
        }
    }

    @Test("device nodes, pipes and sockets keep their kind and number")
    func specials() throws {
        let kinds: [(FileKind, UInt64)] = [
            (.fifo, 0), (.socket, 0), (.characterDevice, 0x0103), (.blockDevice, 0x8_0001),
        ]
        for (number, (kind, device)) in kinds.enumerated() {
            _ = try bench.session.makeNode(
                Name("special \(number)"), in: .root, kind: kind, permissions: 0o600, device: device,
                caller: bench.caller
            ).wait()
        }
        try bench.remount()
        for (number, (kind, device)) in kinds.enumerated() {
            let entry = try bench.lookup(Name("special \(number)"))
            #expect(entry.status.attributes.kind == kind)
            #expect(entry.status.attributes.device == device)
            #expect(refusal { () throws(FileError) in _ = try bench.open(entry.node, .read) } == .invalid)
        }
    }

    @Test("in a set-group-id directory files take its group, and directories its bit too")
    func setGroupID() throws {
        let parent = try bench.makeDirectory(Name("shared"), permissions: 0o2775)
        try bench.set(parent.node) { $0.group = 4242 }
        try bench.set(parent.node) { $0.permissions = 0o2775 }
        let file = try bench.create(Name("file"), in: parent.node)
        #expect(file.entry.status.attributes.group == 4242)
        #expect(file.entry.status.attributes.permissions == 0o644)
        let directory = try bench.makeDirectory(Name("inner"), in: parent.node, permissions: 0o755)
        #expect(directory.status.attributes.group == 4242)
        #expect(directory.status.attributes.permissions == 0o2755)
        let plain = try bench.makeDirectory(Name("plain"))
        #expect(try bench.create(Name("file"), in: plain.node).entry.status.attributes.group == 1000)
    }

    @Test("nobody's files are remembered once they are forgotten, whatever was refused on the way")
    func forgetting() throws {
        let directory = try bench.makeDirectory(Name("directory"))
        for number in 0..<20 { try bench.store([UInt8(number)], as: Name("\(number)"), in: directory.node) }
        try bench.session.close()
        try bench.store.closeAndOpen()
        let session = try Session(volume: bench.store.volume, time: bench.time, sealingThreads: 1)
        let caller = bench.caller
        let node = try session.lookup(Name("directory"), in: .root).wait().node
        _ = try session.openDirectory(node).wait()
        #expect(
            refusal { () throws(FileError) in
                try session.rename(Name("3"), in: node, to: Name("directory"), in: .root, mode: .replace).wait()
            } == .isDirectory)
        try session.rename(Name("4"), in: node, to: Name("5"), in: node, mode: .exchange).wait()
        try session.rename(Name("6"), in: node, to: Name("7"), in: node, mode: .replace).wait()
        #expect(
            refusal { () throws(FileError) in
                _ = try session.create(Name("8"), in: node, permissions: 0, mode: [.write, .exclusive], caller: caller)
                    .wait()
            } == .alreadyExists)
        try session.unlink(Name("9"), in: node).wait()
        // The root and the directory.
        #expect(session.rememberedFiles == 2)
        try session.close()
        try bench.store.close()
    }
}
