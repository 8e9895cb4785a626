internal import Core
internal import Glibc

/// A fresh folder of this machine, taken away with everything in it.
package final class TemporaryFolder: Sendable {
    package let path: [UInt8]

    /// In memory where the machine has a place for that: a few small files whose syncs cost nothing.
    package convenience init(inMemory: Bool) throws {
        try self.init(below: inMemory && Files.isDirectory("/dev/shm") ? "/dev/shm" : "/tmp")
    }

    package convenience init() throws { try self.init(below: "/tmp") }

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
