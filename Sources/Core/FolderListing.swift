internal import CLinux
internal import Glibc

/// What a folder of the machine's file system holds.
package enum FolderListing {
    /// The names in a folder without `.` and `..`, in no order; none when it cannot be read.
    package static func names(in folder: some PathBytes) -> [Name] {
        let path = folder.pathBytes + [0]
        let directory = unsafe path.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe opendir($0.baseAddress!) }
        }
        guard let directory = unsafe directory else { return [] }
        defer { unsafe closedir(directory) }
        var names: [Name] = []
        while let entry = unsafe readdir(directory) {
            var bytes: [UInt8] = []
            unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in unsafe bytes = Array(raw.prefix { $0 != 0 }) }
            if bytes != [0x2e], bytes != [0x2e, 0x2e] { names.append(Name(bytes)) }
        }
        return names
    }
}

/// The folder this process works in.
package enum WorkingFolder {
    /// Its absolute path, or nil when it is gone.
    package static var path: [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let isFound = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe getcwd(bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count) != nil
        }
        return isFound ? Array(buffer.prefix { $0 != 0 }) : nil
    }
}

/// Who runs this process.
package enum ProcessIdentity {
    package static var user: UInt32 { geteuid() }
    package static var group: UInt32 { getegid() }
    package static var number: Int32 { getpid() }
}
