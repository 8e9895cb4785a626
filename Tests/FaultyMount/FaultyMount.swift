internal import Core
internal import Glibc
internal import Mounting
internal import ReferenceFiles

/// `faulty-mount unmount DIR` is our own unmount; `faulty-mount DIR`: the files in memory with answers that come late or never, short deadlines and few parking places.
enum FaultyMount {
    static func run(_ words: [String]) -> Int32 {
        if let part = SpawnedPart(words) { return part.run() }
        MountSignals.block()
        do throws(Failure) {
            if words.first == "unmount", words.count == 2 {
                try Unmounter.unmount(SystemPath(words[1]))
                return 0
            }
            let options = MountOptions(vault: "faulty, \\ and odd")
            let mountpoint = try Mountpoint.prepare(SystemPath(words.first ?? ""), options: options)
            if let note = mountpoint.note { say(note) }
            var surroundings = Mount.Surroundings()
            surroundings.deadlines.query = .seconds(1)
            surroundings.deadlines.read = .seconds(1)
            surroundings.deadlines.change = .seconds(1)
            surroundings.parkedRequests = 4
            surroundings.trace = CountingTrace()
            surroundings.report = { report in say("\(report)") }
            let files = FaultyFiles(MemoryFileSystem(owner: geteuid(), group: getegid()))
            let mount = try Mount.attach(
                at: mountpoint, options: options, surroundings: surroundings)
            files.connect(mount.invalidator)
            MountSignals.watch(mount) { line in say(line) }
            mount.whenReady { failure in say(failure.map { "\($0)" } ?? "ready") }
            try mount.serve(files)
            say("served to the end")
            return 0
        } catch {
            say("\(error)")
            return error.code.row.exitCode
        }
    }

    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        unsafe _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}
