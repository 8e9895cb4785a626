internal import Core
internal import FileSystem
internal import Glibc
internal import Mounting
internal import StorageSupport
internal import VaultSupport
internal import Vaults
internal import Volumes

/// The process in which a vault on a simulated disk is mounted, a real SQLite works on it, and cuts are taken and judged.
///
/// Says on standard output what it found: `problem …`, and in the end `done CUTS TRANSACTIONS`.
final class DatabaseLife: Sendable {
    private struct Work {
        /// The last transaction whose commit has returned; nil before the first.
        var acknowledged: Int?
        var isOver = false
    }

    private struct Cut: Sendable {
        let disk: SimulatedDisk
        let acknowledged: Int?
    }

    /// The clock of the vault runs that much faster, so that it commits every second.
    private static let tick = Duration.milliseconds(8)
    private static let step = Duration.milliseconds(250)
    private static let limit = Duration.seconds(30)

    private let mode: DatabaseScripts.Mode
    private let mountpoint: SystemPath
    private let disk: SimulatedDisk
    private let keys: VaultKeys
    private let work = Gate(Work())

    private init(_ mode: DatabaseScripts.Mode, _ mountpoint: SystemPath, _ store: TestVault) throws {
        (self.mode, self.mountpoint, disk) = (mode, mountpoint, store.disk)
        keys = try VaultKeys(of: store)
    }

    /// Mounts on `directory`, takes `cuts` cuts, and unmounts.
    static func run(_ directory: String, _ mode: DatabaseScripts.Mode, cuts: Int, seed: UInt64) throws {
        MountSignals.block()
        let options = MountOptions(vault: "torture")
        // Before any thread, as the mount's helper is forked.
        let mount = try Mount.attach(
            at: Mountpoint.prepare(SystemPath(directory), options: options), options: options)
        let store = try TestVault()
        var attributes = TestVault.directory(store.time.wallClock)
        attributes.permissions = 0o777
        try store.make([.setAttributes(.root, attributes)])
        try store.sync()
        let session = try Session(volume: store.volume, time: store.time, sealingThreads: 2)
        let life = try DatabaseLife(mode, mount.mountpoint.path, store)
        let time = store.time
        Threads.start("clock") { life.advance(time) }
        mount.whenReady { failure in
            if let failure { life.say("problem \(failure)") } else { life.runDatabase(cuts, SeededRandom(seed: seed)) }
            mount.detach(limit: limit)
        }
        try mount.serve(session)
        try session.close()
        try store.close()
        life.end()
    }

    private func end() {
        work.withLock { $0.isOver = true }
        work.wakeAll()
    }

    private func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        unsafe _ = write(STDOUT_FILENO, bytes, bytes.count)
    }

    private func advance(_ time: ManualTime) {
        var next = SystemTime.monotonic()
        while true {
            next = next + Self.tick
            let isOver = work.wait { work in
                if work.isOver { return .done(true) }
                return SystemTime.monotonic() >= next ? .done(false) : .wait(until: next)
            }
            if isOver { return }
            time.advance(by: Self.step)
        }
    }

    // MARK: The database at work

    private func runDatabase(_ cuts: Int, _ random: SeededRandom) {
        do {
            let output = try Pipe()
            let words = [
                "/usr/bin/env", "-C", mountpoint.text, "python3", "-uc", DatabaseScripts.work, mode.journal,
                mode.synchronous,
            ]
            let child = try Spawned(
                program: SystemPath(words[0]), arguments: words.map { SystemPath($0) },
                descriptors: [.init(STDOUT_FILENO, from: output.writeEnd)])
            output.closeWriteEnd()
            let readEnd = output.readEnd
            Threads.start("acknowledgements") { [self] in readAcknowledgements(readEnd) }
            defer {
                kill(child.process, SIGKILL)
                _ = try? child.wait()
                waitForLastAcknowledgement()
                withExtendedLifetime(output) {}
            }
            try takeCuts(cuts, random)
        } catch {
            say("problem \(mode.text): \(error)")
        }
    }

    /// Reads numbers until whoever writes them has ended.
    private func readAcknowledgements(_ descriptor: Int32) {
        var line = 0
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(descriptor, &bytes, bytes.count)
            if count <= 0 { break }
            for byte in bytes[..<count] {
                if byte != 0x0a {
                    line = line * 10 + Int(byte - 0x30)
                } else {
                    let number = line
                    work.withLock { $0.acknowledged = number }
                    line = 0
                }
            }
        }
        end()
    }

    private func waitForLastAcknowledgement() {
        work.wait { $0.isOver ? .done(()) : .wait(until: nil) }
    }

    // MARK: Cuts

    private func takeCuts(_ count: Int, _ random: SeededRandom) throws {
        var random = random
        for number in 1...count {
            let taken = Gate<Cut?>(nil)
            disk.planPowerCut(before: 1 + Int(random.next() % 150), seed: random.next()) { [work] disk in
                let acknowledged = work.withLock { $0.acknowledged }
                taken.withLock { $0 = Cut(disk: disk, acknowledged: acknowledged) }
                taken.wakeAll()
            }
            let deadline = SystemTime.monotonic() + Self.limit
            let cut = taken.wait { cut -> Gate<Cut?>.Verdict<Cut?> in
                if let cut { return .done(cut) }
                return SystemTime.monotonic() >= deadline ? .done(nil) : .wait(until: deadline)
            }
            guard let cut else { throw Failure(.timedOut, "the database has stopped before cut \(number)") }
            do {
                try judge(cut)
            } catch {
                say("problem \(mode.text), cut \(number), acknowledged \(cut.acknowledged ?? -1): \(error)")
            }
        }
        say("done \(count) \(work.withLock { $0.acknowledged } ?? 0)")
    }

    private func judge(_ cut: Cut) throws {
        let vault = try keys.open(cut.disk)
        let folder = try TemporaryFolder(inMemory: true)
        for entry in try vault.volume.entries(of: .root) where entry.name != Name("base-shm") {
            let bytes = try vault.volume.bytes(of: entry.child.file)
            try Files.writeAtomically(Files.join(folder.path, entry.name.bytes), bytes)
        }
        try vault.close()
        let last = try checkDatabase(in: folder)
        guard let acknowledged = cut.acknowledged else { return }
        guard let last, last >= acknowledged - mode.mayLose else {
            throw Failure(.integrity, "the last transaction found is \(last.map { "\($0)" } ?? "none")")
        }
    }

    /// The last transaction that is there; nil when there is no table yet.
    private func checkDatabase(in folder: TemporaryFolder) throws -> Int? {
        let base = Files.join(folder.path, "base")
        if !Files.exists(base) { return nil }
        let output = try Pipe()
        let script = ["/usr/bin/env", "python3", "-c", DatabaseScripts.check].map { SystemPath($0) }
        let words = script + [SystemPath(base)]
        let child = try Spawned(
            program: words[0], arguments: words,
            descriptors: [.init(STDOUT_FILENO, from: output.writeEnd), .init(STDERR_FILENO, from: output.writeEnd)])
        output.closeWriteEnd()
        let bytes = try output.readAll(limit: Self.limit)
        if bytes == nil { kill(child.process, SIGKILL) }
        let status = try child.wait()
        let text = String(decoding: bytes ?? [], as: UTF8.self)
        guard status == 0, let line = text.split(separator: "\n").last else {
            throw Failure(.integrity, text.split(separator: "\n").last.map(String.init) ?? "the check did not end")
        }
        return Int(line)
    }
}
