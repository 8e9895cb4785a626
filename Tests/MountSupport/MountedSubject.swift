internal import Core
internal import Glibc
package import Mounting
internal import Testing

/// A mount under test: a process that serves a fresh directory, and children that work in it, each with a deadline.
///
/// The testing process itself makes no system call on the mount: one that hangs would hang the tests with it.
package final class MountedSubject {
    package let directory: String
    package let server: ChildRun
    private var connection: String?

    /// Starts `program` with the directory and `arguments`, and waits until it says `ready`.
    package init(_ program: SystemPath, arguments: [String] = [], directory: String? = nil) throws {
        self.directory = try directory ?? Self.freshDirectory()
        server = try ChildRun(program, [self.directory] + arguments)
        guard try server.waitForOutput("ready\n", limit: .seconds(20)) else {
            let outcome = try server.finish(limit: .seconds(1))
            Issue.record("\(program.text) did not get ready: \(outcome)")
            throw SystemCallFailure(.timedOut, "mount", self.directory)
        }
        let row = try MountTable().row(at: Array(self.directory.utf8))
        connection = row?.device.split(separator: ":").last.map(String.init)
    }

    /// An empty directory of its own for each mount.
    package static func freshDirectory() throws -> String {
        var template = Array("/tmp/cbstore-mount-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemCallFailure(.last, "mkdtemp", "/tmp") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Runs a Python script in the mounted directory.
    package func python(_ script: String, limit: Duration = .seconds(60)) throws -> ChildOutcome {
        try run("/usr/bin/env", ["-C", directory, "python3", "-c", script], limit: limit)
    }

    /// Runs a shell script in the mounted directory.
    package func shell(_ script: String, limit: Duration = .seconds(60)) throws -> ChildOutcome {
        try run("/usr/bin/env", ["-C", directory, "/bin/sh", "-ec", script], limit: limit)
    }

    /// Runs a program; at the deadline the connection is cut, which frees every process stuck in the mount.
    package func run(_ program: String, _ arguments: [String], limit: Duration) throws -> ChildOutcome {
        let outcome = try ChildRun(SystemPath(program), arguments).finish(limit: limit) { abort() }
        if outcome.status == nil { Issue.record("not done within \(limit): \(outcome.output)") }
        return outcome
    }

    /// Starts a Python script in the mounted directory and leaves it running.
    package func start(python script: String) throws -> ChildRun {
        try ChildRun(SystemPath("/usr/bin/env"), ["-C", directory, "python3", "-uc", script])
    }

    /// Cuts the connection between the kernel and the server; where the kernel's switch is not to be had, by the server's end.
    package func abort() {
        let path = "/sys/fs/fuse/connections/\(connection ?? "none")/abort"
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return server.signal(SIGKILL) }
        unsafe _ = write(descriptor, "1", 1)
        close(descriptor)
    }

    /// Unmounts and waits for the server's end; whatever remains is taken away by force.
    package func stop(limit: Duration = .seconds(20)) throws -> ChildOutcome {
        _ = try run("/usr/bin/env", ["fusermount3", "-u", directory], limit: .seconds(10))
        let outcome = try server.finish(limit: limit) { abort() }
        if outcome.status == nil { Issue.record("the server did not end within \(limit)") }
        clear()
        return outcome
    }

    /// The last resort, and the tidying up: no mount and no directory stays behind.
    package func clear() {
        if let table = try? MountTable(), table.row(at: Array(directory.utf8)) != nil {
            abort()
            _ = try? ChildRun(SystemPath("/usr/bin/env"), ["fusermount3", "-uz", directory]).finish(limit: .seconds(10))
        }
        unsafe _ = rmdir(directory)
    }
}
