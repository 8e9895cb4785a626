import Core
import Glibc
import Storage

/// A fresh folder of this machine, taken away with everything in it.
final class DirectoryScratch: Sendable {
    let path: [UInt8]

    init() throws {
        var template = Array("/tmp/cbstore-remote-XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
        guard isMade else { throw Errno.last }
        path = template.dropLast().map { UInt8(bitPattern: $0) }
    }

    deinit { Self.remove(path) }

    func at(_ name: String) -> [UInt8] { Files.join(path, name) }

    static func remove(_ path: [UInt8]) {
        for name in FolderListing.names(in: path) {
            let below = Files.join(path, name.bytes)
            if Files.isDirectory(below) { remove(below) } else { try? Files.remove(below) }
        }
        try? Files.removeDirectory(path)
    }

    /// Every file below a folder, as paths.
    static func files(in path: [UInt8]) -> [[UInt8]] {
        FolderListing.names(in: path).flatMap { name -> [[UInt8]] in
            let below = Files.join(path, name.bytes)
            return Files.isDirectory(below) ? files(in: below) : [below]
        }
    }
}
