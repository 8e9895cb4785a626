internal import Core
internal import Glibc
internal import Mounting
internal import ReferenceFiles

/// `reference-mount DIR [-o OPTIONS] [--background]`: serves an empty file system in memory until it is unmounted.
enum ReferenceMount {
    private struct Arguments {
        var options = MountOptions(vault: "reference")
        var directory: String?
        var isBackground = false
        /// Started by `--background`: the parent waits on a pipe.
        var isSpawned = false

        init(_ words: [String]) throws(Failure) {
            var rest = words[...]
            while let word = rest.popFirst() {
                switch word {
                case "-o":
                    for option in (rest.popFirst() ?? "").split(separator: ",") where !options.take(String(option)) {
                        throw Failure(.usage, "unknown option \(option)")
                    }
                case "--background": isBackground = true
                case "--spawned": isSpawned = true
                default: directory = word
                }
            }
        }
    }

    static func run(_ words: [String]) -> Int32 {
        do throws(Failure) {
            let arguments = try Arguments(words)
            guard let directory = arguments.directory else {
                throw Failure(.usage, "usage: reference-mount DIR [-o OPTIONS] [--background]")
            }
            if arguments.isBackground {
                let kept = words.filter { $0 != "--background" }
                let child = (["reference-mount"] + kept + ["--spawned"]).map { SystemPath($0) }
                _ = try SelfSpawn.start(arguments: child, limit: .seconds(20))
            } else {
                try serve(SystemPath(directory), arguments)
            }
            return 0
        } catch {
            say("reference-mount: \(error)")
            return error.code.row.exitCode
        }
    }

    private static func serve(_ directory: SystemPath, _ arguments: Arguments) throws(Failure) {
        MountSignals.block()
        let pipe = arguments.isSpawned ? SelfSpawn.enter(as: "reference-mount") : nil
        do throws(Failure) {
            let mountpoint = try Mountpoint.prepare(directory, options: arguments.options)
            if let note = mountpoint.note { say(note) }
            var surroundings = Mount.Surroundings()
            surroundings.report = { report in say("\(report)") }
            let mount = try Mount.attach(
                at: mountpoint, options: arguments.options, surroundings: surroundings)
            MountSignals.watch(mount) { line in say(line) }
            mount.whenReady { failure in
                if let pipe { pipe.say(failure) } else { say(failure.map { "\($0)" } ?? "ready", to: STDOUT_FILENO) }
            }
            try mount.serve(MemoryFileSystem(owner: geteuid(), group: getegid()))
        } catch {
            pipe?.say(error)
            throw error
        }
    }

    private static func say(_ line: String, to descriptor: Int32 = STDERR_FILENO) {
        let bytes = Array((line + "\n").utf8)
        unsafe _ = write(descriptor, bytes, bytes.count)
    }
}
