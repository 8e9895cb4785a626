internal import Core
internal import Glibc
internal import Mounting

/// `reference-mount DIR [-o OPTIONS]`: serves an empty file system in memory until it is unmounted.
enum ReferenceMount {
    static func run(_ arguments: [String]) -> Int32 {
        MountSignals.block()
        do throws(Failure) {
            var options = MountOptions(vault: "reference")
            var directory: String?
            var rest = arguments[...]
            while let word = rest.popFirst() {
                if word == "-o", let list = rest.popFirst() {
                    for option in list.split(separator: ",") where !options.take(String(option)) {
                        throw Failure(.usage, "unknown option \(option)")
                    }
                } else if directory == nil {
                    directory = word
                } else {
                    throw Failure(.usage, "one directory, please")
                }
            }
            guard let directory else { throw Failure(.usage, "usage: reference-mount DIR [-o OPTIONS]") }
            try serve(SystemPath(directory), options)
            return 0
        } catch {
            say("reference-mount: \(error)")
            return error.code.row.exitCode
        }
    }

    private static func serve(_ directory: SystemPath, _ options: MountOptions) throws(Failure) {
        let mountpoint = try Mountpoint.prepare(directory, options: options)
        if let note = mountpoint.note { say(note) }
        var surroundings = Mount.Surroundings()
        surroundings.report = { report in say("\(report)") }
        let files = MemoryFileSystem(owner: geteuid(), group: getegid())
        let mount = try Mount.attach(at: mountpoint, options: options, fileSystem: files, surroundings: surroundings)
        MountSignals.watch(mount) { line in say(line) }
        Threads.start("ready") {
            if mount.waitUntilReady(limit: .seconds(10)) { say("ready", to: STDOUT_FILENO) }
        }
        try mount.serve()
    }

    private static func say(_ line: String, to descriptor: Int32 = STDERR_FILENO) {
        let bytes = Array((line + "\n").utf8)
        unsafe _ = write(descriptor, bytes, bytes.count)
    }
}
