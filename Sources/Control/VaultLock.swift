package import Core
internal import Glibc

/// Who holds a vault.
package struct VaultHolder: Sendable, Equatable {
    package var process: Int32
    package var started: Timestamp
    package var program: String
    package var mountpoint: String?

    package init(process: Int32 = getpid(), started: Timestamp, program: String, mountpoint: String? = nil) {
        self.process = process
        self.started = started
        self.program = program
        self.mountpoint = mountpoint
    }

    /// For messages, as in `process 4711 (cbstore mount, since 2024-01-01T10:00:00Z, at /mnt)`.
    package var text: String {
        let place = mountpoint.map { ", at \($0.shown)" } ?? ""
        return "process \(process) (\(program.shown), since \(started.text)\(place))"
    }
}

/// The right to write to a vault, held by one process at a time.
///
/// The lock dies with the process; the text in the file is only for messages.
package final class VaultLock: Sendable {
    private let lock: FileLock

    /// More than any holder's line.
    private static let lineBytes = 8192

    private init(_ lock: FileLock) { self.lock = lock }

    /// Takes the lock, waiting up to `wait` for another process to let it go; then `.busy`, with who holds it.
    package static func acquire(
        _ path: some PathBytes, wait: Duration, holder: VaultHolder, time: any TimeSource = SystemTime()
    ) throws(Failure) -> VaultLock {
        do throws(SystemCallFailure) {
            let lock = VaultLock(try FileLock(path, wait: wait, time: time))
            try lock.record(holder)
            return lock
        } catch {
            guard error.errno == .busy else { throw error.failure }
            let who = self.holder(path).map(\.text) ?? "another process"
            throw Failure(.busy, "the vault is held by \(who)", advice: "wait for it to end, or unmount the vault")
        }
    }

    /// Writes what others are told, for instance once the mountpoint is known.
    package func record(_ holder: VaultHolder) throws(SystemCallFailure) {
        let line = holder.json.bytes() + [0x0a]
        // In this order a reader always finds a whole first line, the old one or the new.
        try lock.file.write(line, at: 0)
        try lock.file.truncate(to: UInt64(line.count))
    }

    /// Who holds the lock at this moment; nil when nobody does, or when it has not said yet.
    package static func holder(_ path: some PathBytes) -> VaultHolder? {
        guard let file = try? FileDescriptor(reading: path), FileLock.isHeld(file),
            let bytes = try? file.read(lineBytes, at: 0),
            let json = try? JSON(parsing: Array(bytes.prefix { $0 != 0x0a }))
        else { return nil }
        return VaultHolder(json: json)
    }
}

extension VaultHolder {
    package var json: JSON {
        .object([
            JSON.Member("pid", JSON(process)), JSON.Member("started", started.json),
            JSON.Member("program", JSON(program)),
            JSON.Member("mountpoint", JSON(mountpoint)),
        ])
    }

    package init?(json: JSON) {
        guard let process = json["pid"]?.int.flatMap(Int32.init(exactly:)),
            let started = json["started"].flatMap(Timestamp.init(json:)), let program = json["program"]?.text
        else { return nil }
        self.init(process: process, started: started, program: program, mountpoint: json["mountpoint"]?.text)
    }
}
