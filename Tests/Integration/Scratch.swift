import Control
import Core
import Glibc
import MountSupport
import Mounting
import Testing

/// A folder of its own with a home for vaults, and the program run in it as a child.
///
/// Nothing outside is used: home, temporary files and the vault's socket all lie in the folder, which goes in the end with
/// every mount in it.
final class Scratch {
    let folder: String
    /// CBSTORE_HOME.
    let home: String
    private var mountpoints: [String] = []
    private var extraEnvironment: [String: String] = [:]

    /// Runs `body` with a fresh folder, then takes away what it left.
    static func with(vault: Bool = true, _ body: (Scratch) throws -> Void) throws {
        let scratch = try Scratch()
        defer { scratch.clear() }
        if vault { try scratch.expect(0, "init", "--no-passphrase") }
        try body(scratch)
    }

    private init() throws {
        var template = Array("/tmp/cbstore-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemCallFailure(.last, "mkdtemp", "/tmp") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        home = folder + "/home"
        for part in ["user", "tmp", "run", "work"] { try Files.makeDirectory(folder + "/" + part, mode: 0o700) }
    }

    // MARK: Places

    /// Where local files of the test go; children start there.
    var work: String { folder + "/work" }
    func path(_ name: String) -> String { work + "/" + name }
    func vault(_ name: String = "default") -> String { home + "/vaults/" + name }

    func write(_ name: String, _ bytes: [UInt8]) throws { try Files.writeAtomically(path(name), bytes, mode: 0o644) }
    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }
    func read(_ name: String) throws -> [UInt8] { try Files.readWhole(path(name), limit: 256 << 20) }
    func exists(_ name: String) -> Bool { Files.exists(path(name)) }

    // MARK: Running

    /// What children are told; nothing of the surroundings of the tests themselves but the search path.
    func environment(_ more: [String: String] = [:]) -> [String] {
        var values = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder + "/user",
            "TMPDIR": folder + "/tmp", "XDG_RUNTIME_DIR": folder + "/run", "CBSTORE_HOME": home, "LANG": "C.UTF-8",
            "CBSTORE": BuiltProgram.path("cbstore").text, "WORK": work,
        ]
        values.merge(extraEnvironment) { $1 }
        values.merge(more) { $1 }
        return values.map { "\($0)=\($1)" }
    }

    /// Adds a variable to all later children's environment.
    func set(_ variable: String, _ value: String?) { extraEnvironment[variable] = value }

    func start(
        _ arguments: [SystemPath], input: Child.Input = .nothing, environment more: [String: String] = [:]
    ) throws -> Child {
        try Child(
            SystemPath("/usr/bin/env"), [SystemPath("-C"), SystemPath(work), BuiltProgram.path("cbstore")] + arguments,
            environment: environment(more), input: input)
    }

    func run(
        _ arguments: [SystemPath], input: Child.Input = .nothing, environment more: [String: String] = [:],
        limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Child.Outcome {
        let outcome = try start(arguments, input: input, environment: more).finish(limit: limit) { abortMounts() }
        if outcome.status == nil {
            let words = arguments.map(\.text).joined(separator: " ")
            Issue.record("not done within \(limit): \(words): \(outcome)", sourceLocation: sourceLocation)
        }
        return outcome
    }

    func run(
        _ arguments: String..., input: Child.Input = .nothing, environment more: [String: String] = [:],
        limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Child.Outcome {
        try run(
            arguments.map { SystemPath($0) }, input: input, environment: more, limit: limit,
            sourceLocation: sourceLocation)
    }

    /// Runs the program and records an issue unless it ends with `status`.
    @discardableResult
    func expect(
        _ status: Int32, _ arguments: [String], input: Child.Input = .nothing,
        environment more: [String: String] = [:], limit: Duration = .seconds(30),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Child.Outcome {
        let outcome = try run(
            arguments.map { SystemPath($0) }, input: input, environment: more, limit: limit,
            sourceLocation: sourceLocation)
        #expect(
            outcome.status == status, "\(arguments.joined(separator: " ")): \(outcome)", sourceLocation: sourceLocation)
        return outcome
    }

    @discardableResult
    func expect(
        _ status: Int32, _ arguments: String..., input: Child.Input = .nothing,
        environment more: [String: String] = [:], limit: Duration = .seconds(30),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Child.Outcome {
        try expect(
            status, arguments, input: input, environment: more, limit: limit, sourceLocation: sourceLocation)
    }

    /// Runs a Python script with the folder `place`, by default the one for local files, as its working folder.
    @discardableResult
    func python(
        _ script: String, in place: String? = nil, limit: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Child.Outcome {
        let outcome = try startPython(script, in: place).finish(limit: limit) { abortMounts() }
        #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        return outcome
    }

    func startPython(
        _ script: String, in place: String? = nil, arguments: [String] = [], input: Child.Input = .nothing
    ) throws -> Child {
        try Child(
            SystemPath("/usr/bin/env"),
            (["-C", place ?? work, "python3", "-uc", script] + arguments).map { SystemPath($0) },
            environment: environment(), input: input)
    }

    /// Runs a shell script, which ends at its first command that fails.
    @discardableResult
    func shell(
        _ script: String, limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Child.Outcome {
        let child = try Child(
            SystemPath("/usr/bin/env"), ["-C", work, "/bin/sh", "-euc", script].map { SystemPath($0) },
            environment: environment())
        let outcome = try child.finish(limit: limit) { abortMounts() }
        #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        return outcome
    }

    // MARK: Mounts

    /// A new, empty folder to mount on, taken care of in the end.
    func mountpoint(_ name: String = "mount") throws -> String {
        let place = folder + "/" + name
        if !mountpoints.contains(place) {
            try Files.makeDirectory(place, mode: 0o755)
            mountpoints.append(place)
        }
        return place
    }

    /// Mounts the vault; the mounted folder.
    func mount(
        _ name: String = "mount", _ options: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let place = try mountpoint(name)
        let outcome = try run(
            (["mount", place] + options).map { SystemPath($0) }, sourceLocation: sourceLocation)
        try #require(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        return place
    }

    /// The process that holds the vault.
    func holder(of vault: String = "default") -> Int32? { VaultLock.holder(self.vault(vault) + "/lock")?.process }

    /// Cuts every connection of the mounts here, which frees whatever is stuck in them.
    func abortMounts() {
        guard let table = try? MountTable() else { return }
        for place in mountpoints {
            guard let row = table.row(at: Array(place.utf8)), let minor = row.device.split(separator: ":").last else {
                continue
            }
            if let control = try? FileDescriptor(opening: "/sys/fs/fuse/connections/\(minor)/abort", flags: O_WRONLY) {
                try? control.write(Array("1".utf8))
            }
        }
    }

    private func clear() {
        let table = try? MountTable()
        let mounted = mountpoints.filter { table?.row(at: Array($0.utf8)) != nil }
        if !mounted.isEmpty { abortMounts() }
        for place in mounted {
            _ = try? ChildRun(SystemPath("/usr/bin/env"), ["fusermount3", "-uz", place]).finish(limit: .seconds(10))
        }
        for name in FolderListing.names(in: home + "/vaults") {
            if let holder = holder(of: name.escaped), holder > 1 { kill(holder, SIGKILL) }
        }
        _ = try? ChildRun(SystemPath("/usr/bin/env"), ["rm", "-rf", "--one-file-system", folder]).finish(
            limit: .seconds(20))
    }
}
