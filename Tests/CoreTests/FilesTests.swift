import Core
import Testing

/// A folder of its own that goes with the test.
private final class Folder {
    let path: [UInt8]
    private var made: [[UInt8]] = []

    init() throws {
        path = Array("/tmp/cbstore-core-\(UInt64.random(in: 0 ... .max))".utf8)
        try Files.makeDirectory(path)
    }

    deinit {
        for file in made.reversed() {
            if (try? Files.remove(file)) == nil { try? Files.removeDirectory(file) }
        }
        try? Files.removeDirectory(path)
    }

    func file(_ name: String) -> [UInt8] {
        let file = Files.join(path, name)
        made.append(file)
        return file
    }
}

@Suite struct FilesTests {
    @Test("what is written whole is read whole", arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func whole(_ length: Int) throws {
        let folder = try Folder()
        let file = folder.file("f")
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Files.writeAtomically(file, bytes, mode: 0o640)
        #expect(try Files.readWhole(file, limit: length) == bytes)
        if length > 0 {
            let error = #expect(throws: SystemCallFailure.self) { try Files.readWhole(file, limit: length - 1) }
            #expect(error?.errno == .tooLarge)
        }
    }

    @Test("a replaced file holds the new content and leaves nothing else in the folder")
    func replacing() throws {
        let folder = try Folder()
        let file = folder.file("f")
        try Files.writeAtomically(file, [1, 2, 3])
        try Files.writeAtomically(file, [4])
        #expect(try Files.readWhole(file, limit: 10) == [4])
        try Files.remove(file)
        try Files.removeDirectory(folder.path)  // fails unless it is empty
        #expect(!Files.exists(folder.path))
    }

    @Test("a file that cannot be replaced stays, and the scratch file goes")
    func failingReplace() throws {
        let folder = try Folder()
        let target = folder.file("dir")
        try Files.makeDirectory(target)
        let error = #expect(throws: SystemCallFailure.self) { try Files.writeAtomically(target, [1]) }
        #expect(error?.call == "rename")
        #expect(Files.isDirectory(target))
        try Files.removeDirectory(target)
        try Files.removeDirectory(folder.path)
        #expect(throws: SystemCallFailure.self) { try Files.writeAtomically(folder.file("x"), [1]) }
    }

    @Test("an endless file is refused at the limit")
    func endless() {
        #expect(throws: SystemCallFailure.self) { try Files.readWhole("/dev/zero", limit: 100_000) }
    }

    @Test("a name is bytes on the way to the disk and back")
    func bytes() throws {
        let folder = try Folder()
        let odd = Files.join(folder.path, [0x61, 0xff, 0x0a])
        try Files.writeAtomically(odd, [7])
        #expect(try Files.readWhole(odd, limit: 1) == [7])
        try Files.remove(odd)
        let error = #expect(throws: SystemCallFailure.self) { try Files.readWhole(odd, limit: 1) }
        #expect(error?.errno == .noEntry)
        #expect(error?.subject.hasSuffix("a\\xff\\x0a") == true)
    }

    @Test("a path with a NUL inside is refused, not cut")
    func nul() {
        let error = #expect(throws: SystemCallFailure.self) { try Files.readWhole("/dev/null\0x", limit: 1) }
        #expect(error?.errno == .invalid)
        #expect(!Files.exists("/dev/null\0x"))
        #expect(throws: SystemCallFailure.self) { try Files.rename("/dev/null", to: "/dev/null\0x") }
    }

    @Test("folders are made with their parents when asked, and an existing one is fine")
    func folders() throws {
        let folder = try Folder()
        let (outer, inner) = (folder.file("a"), folder.file("a/b"))
        #expect(throws: SystemCallFailure.self) { try Files.makeDirectory(inner) }
        try Files.makeDirectory(inner, withParents: true)
        try Files.makeDirectory(inner)
        #expect(Files.isDirectory(outer))
        let file = folder.file("f")
        try Files.writeAtomically(file, [])
        let error = #expect(throws: SystemCallFailure.self) { try Files.makeDirectory(file) }
        #expect(error?.errno == .exists)
        let below = #expect(throws: SystemCallFailure.self) {
            try Files.makeDirectory(Files.join(file, "x"), withParents: true)
        }
        #expect(below?.errno == .notDirectory)
    }

    @Test(
        "a path splits into its folder and its last component",
        arguments: [
            ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b/", "a", "b"), ("/", "/", ""),
        ])
    func splitting(_ path: String, _ folder: String, _ last: String) {
        let parts = Files.split(Array(path.utf8))
        #expect(parts.folder == Array(folder.utf8))
        #expect(parts.last == Array(last.utf8))
        #expect(Files.join("/", "a") == Array("/a".utf8))
    }

    @Test("reads and writes at a place touch only that place")
    func positions() throws {
        let folder = try Folder()
        let path = folder.file("f")
        try Files.writeAtomically(path, [UInt8](repeating: 1, count: 10))
        let file = try FileDescriptor(opening: path, flags: 2)
        try file.write([8, 9], at: 4)
        try file.write([], at: 4)
        #expect(try file.read(4, at: 3) == [1, 8, 9, 1])
        #expect(try file.read(100, at: 8) == [1, 1])
        #expect(try file.read(5, at: 10).isEmpty)
        #expect(try file.read(0, at: 0).isEmpty)
        #expect(try file.read(3) == [1, 1, 1])
        try file.write([7])
        #expect(try file.read(1, at: 3) == [7])
        try file.truncate(to: 3)
        #expect(try file.size == 3)
        try file.synchronizeData()
        try file.synchronize()
        let error = #expect(throws: SystemCallFailure.self) { try file.write([1], at: .max) }
        #expect(error?.errno == .tooLarge || error?.errno == .invalid)
    }

    @Test("a descriptor closes when its last owner goes")
    func closing() throws {
        var file: FileDescriptor? = try FileDescriptor(reading: "/dev/null")
        let number = try #require(file?.number)
        #expect(Files.exists("/proc/self/fd/\(number)"))
        let identity = Array("/proc/self/fd/\(number)".utf8)
        file = nil
        // Another thread may have taken the number since; then it is open on something else, which is as good.
        let isOpen = (try? FileDescriptor(opening: identity, flags: 0)) != nil
        if isOpen { _ = try FileDescriptor(reading: "/dev/null") } else { #expect(!Files.exists(identity)) }
    }
}
