internal import Glibc
package import Mounting

/// The programs of this package as built beside the tests.
package enum BuiltProgram {
    /// Where a program lies: in `CBSTORE_BIN_DIR`, else in the folder of the test bundle that runs.
    package static func path(_ name: String) -> SystemPath {
        if let folder = unsafe getenv("CBSTORE_BIN_DIR") {
            return SystemPath(unsafe String(cString: folder) + "/" + name)
        }
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? executable
        return SystemPath(
            bundle.split(separator: "/").prefix { !$0.hasSuffix(".xctest") }.reduce("") { $0 + "/" + $1 } + "/" + name)
    }

    private static var executable: String {
        guard let path = unsafe realpath("/proc/self/exe", nil) else { return "" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}

/// Whether this machine can mount at all.
package enum MountingIsPossible {
    /// False skips the mount's tests for a user without `/dev/fuse`; in CI (`CBSTORE_CI=1`) they run, and fail.
    package static var orMustBe: Bool {
        if unsafe getenv("CBSTORE_CI") != nil { return true }
        let descriptor = unsafe open("/dev/fuse", O_RDWR | O_CLOEXEC)
        if descriptor < 0 { return false }
        close(descriptor)
        return true
    }
}
