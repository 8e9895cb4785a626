internal import Core
internal import Glibc
internal import Mounting
internal import StorageSupport
internal import VaultSupport

/// Power cuts under real databases on a mount, each in a process of its own, which can be ended whatever it waits for.
struct DatabaseCuts {
    private static let cutsInLife = 25
    /// For one life: many times what it takes.
    private static let limit = Duration.seconds(300)

    private var random: SeededRandom
    private(set) var cuts = 0
    private(set) var transactions = 0
    private(set) var problems: [String] = []

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Takes about `wanted` cuts, as many in each mode.
    mutating func run(_ wanted: Int) throws {
        for number in DatabaseScripts.Mode.all.indices {
            var left = max(1, wanted / DatabaseScripts.Mode.all.count)
            while left > 0, problems.isEmpty {
                try live(mode: number, min(left, Self.cutsInLife))
                left -= min(left, Self.cutsInLife)
            }
        }
    }

    private mutating func live(mode: Int, _ count: Int) throws {
        let folder = try TemporaryFolder()
        let mountpoint = SystemPath(Files.join(folder.path, "mount"))
        try Files.makeDirectory(mountpoint.bytes)
        let output = try Pipe()
        let program = SystemPath("/proc/self/exe")
        let child = try Spawned(
            program: program,
            arguments: [program, SystemPath("database"), mountpoint]
                + ["\(mode)", "\(count)", "\(random.next())"].map { SystemPath($0) },
            descriptors: [.init(STDOUT_FILENO, from: output.writeEnd)])
        output.closeWriteEnd()
        let bytes = try output.readAll(limit: Self.limit)
        if bytes == nil { kill(child.process, SIGKILL) }
        let status = try child.wait()
        // Nothing stands there any more when all went well.
        try? Unmounter.detach(mountpoint)
        if status != 0 { problems.append("a database's mount ended with status \(status)") }
        take(String(decoding: bytes ?? [], as: UTF8.self), count)
    }

    private mutating func take(_ output: String, _ count: Int) {
        var isDone = false
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "done", words.count == 3, let done = Int(words[1]), let last = Int(words[2]) {
                cuts += done
                transactions += last
                isDone = done == count
            } else {
                problems.append(String(line))
            }
        }
        if !isDone, problems.isEmpty { problems.append("a database's mount did not come to its end") }
    }
}
