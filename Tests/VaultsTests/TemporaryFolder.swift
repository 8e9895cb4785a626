import Core
import Glibc

/// A fresh folder of this machine, taken away with everything in it.
final class TemporaryFolder {
    let path: [UInt8]

    init() throws {
        var template = Array("/tmp/cbstore-vault-XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
        guard isMade else { throw Errno.last }
        path = template.dropLast().map { UInt8(bitPattern: $0) }
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: [UInt8]) {
        for name in FolderListing.names(in: path) {
            let below = Files.join(path, name.bytes)
            if Files.isDirectory(below) { remove(below) } else { try? Files.remove(below) }
        }
        try? Files.removeDirectory(path)
    }
}
