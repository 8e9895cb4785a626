internal import Core
internal import Glibc

/// A fresh folder of this machine, taken away with everything in it.
package final class TemporaryFolder: Sendable {
    package let path: [UInt8]

    package convenience init() throws { try self.init(below: "/tmp") }

    /// In memory where the machine has a place for that, so that no sync waits for a disk.
    package convenience init(inMemory: Bool) throws {
        let memory = "/dev/shm"
        let free = (try? Files.space(at: memory))?.freeBytes ?? 0
        try self.init(below: inMemory && free > Self.roomInMemory ? memory : "/tmp")
    }

    /// A vault reserves some 50 MiB, and a few of them are there at once; containers often have 64 MiB in all.
    private static let roomInMemory: UInt64 = 2 << 30

    private init(below folder: String) throws {
        var template = Array("\(folder)/cbstore-vault-XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
        guard isMade else { throw Errno.last }
        path = template.dropLast().map { UInt8(bitPattern: $0) }
    }

    deinit { Self.remove(path) }

    /// Removes a folder and all in it, as far as it can.
    package static func remove(_ path: [UInt8]) {
        for name in FolderListing.names(in: path) {
            let below = Files.join(path, name.bytes)
            if Files.isDirectory(below) { remove(below) } else { try? Files.remove(below) }
        }
        try? Files.removeDirectory(path)
    }

    /// Copies a folder and all in it to a place where nothing is.
    package static func copy(_ source: [UInt8], to target: [UInt8], mode: UInt32 = 0o644) throws {
        try Files.makeDirectory(target, mode: 0o755, withParents: true)
        for name in FolderListing.names(in: source) {
            let (from, to) = (Files.join(source, name.bytes), Files.join(target, name.bytes))
            if Files.isDirectory(from) {
                try copy(from, to: to, mode: mode)
            } else {
                try Files.writeAtomically(to, try Files.readWhole(from, limit: 64 << 20), mode: mode)
            }
        }
    }
}
