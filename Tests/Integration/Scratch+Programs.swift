import Core
import Glibc
import MountSupport
import Mounting
import Testing

/// Whether the machine's file system in memory can be compared with a mount.
enum MemoryFiles {
    /// False skips the tests that do: they run as root, and a kernel before 6.6 keeps no `user.` attributes in memory. In CI
    /// (`CBSTORE_CI=1`) they run, and fail.
    static var compareOrMust: Bool {
        if unsafe getenv("CBSTORE_CI") != nil { return true }
        let script =
            "test $(id -u) = 0 && f=$(mktemp -p /dev/shm) && setfattr -n user.x -v y $f; s=$?; rm -f $f; exit $s"
        let child = try? ChildRun(SystemPath("/bin/sh"), ["-c", script])
        return (try? child?.finish(limit: .seconds(20)).status) == 0
    }
}

extension Scratch {
    /// Starts a program of `Tests/MountPrograms`, with `place` as its working folder.
    func startProgram(
        _ name: String, _ arguments: [String], in place: String? = nil, input: Child.Input = .nothing
    ) throws -> Child {
        let program = Repository.path("Tests/MountPrograms/" + name)
        return try Child(
            SystemPath("/usr/bin/env"),
            (["-C", place ?? work, "python3", "-uB", program] + arguments).map { SystemPath($0) },
            environment: environment(), input: input)
    }

    /// What a program of `Tests/MountPrograms` prints; an issue, unless it ends with 0.
    func program(
        _ name: String, _ arguments: [String], input: Child.Input = .nothing, limit: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String] {
        let outcome = try startProgram(name, arguments, input: input).finish(limit: limit) { abortMounts() }
        #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        return outcome.lines
    }

    /// Mounts a vault, and runs `body` with a folder in it and one in memory that are not there yet.
    static func withFoldersToCompare(_ body: (Scratch, _ mounted: String, _ memory: String) throws -> Void) throws {
        try with { scratch in
            let place = try scratch.mount("mount", "-o", "allow_other")
            let memory = try scratch.shell("mktemp -d /dev/shm/cbstore-XXXXXX").lines.joined()
            defer {
                _ = try? ChildRun(SystemPath("/usr/bin/env"), ["rm", "-rf", memory]).finish(limit: .seconds(20))
            }
            try body(scratch, place + "/folder", memory + "/folder")
            try scratch.expect(0, "umount", place)
        }
    }

    /// Where two outputs part, with the lines before; nil when they are equal.
    static func firstDifference(_ found: [String], _ expected: [String]) -> String? {
        guard found != expected else { return nil }
        let alike = zip(found, expected).prefix { $0 == $1 }.count
        let before = expected[..<alike].suffix(8).joined(separator: "\n")
        let (there, wanted) = (found.dropFirst(alike).first, expected.dropFirst(alike).first)
        return "\(before)\n  mount:  \(there ?? "ends")\n  memory: \(wanted ?? "ends")"
    }
}
