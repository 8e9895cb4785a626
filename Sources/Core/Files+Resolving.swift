internal import Glibc

extension Files {
    /// The path without links and dots, so that every way to a file gives the same. What it names must exist.
    package static func resolved(_ path: some PathBytes) throws(SystemCallFailure) -> [UInt8] {
        let terminated = path.pathBytes + [0]
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
        let isFound = unsafe terminated.withUnsafeBytes { path in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe realpath(
                    path.baseAddress!.assumingMemoryBound(to: CChar.self),
                    buffer.baseAddress!.assumingMemoryBound(to: CChar.self)) != nil
            }
        }
        guard isFound else { throw SystemCallFailure(.last, "realpath", path.shown) }
        return Array(buffer.prefix { $0 != 0 })
    }
}
