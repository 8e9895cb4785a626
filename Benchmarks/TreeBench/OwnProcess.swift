import Core
import Glibc

/// This program, run once more: so that what is measured begins without anything in memory.
enum OwnProcess {
    /// Runs a phase and waits for it.
    static func run(_ arguments: [String]) throws(Failure) {
        var child = pid_t()
        var words = unsafe (["bench-tree"] + arguments).map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        guard unsafe posix_spawn(&child, "/proc/self/exe", nil, nil, words, environ) == 0 else {
            throw Failure(.other, "a process cannot be started")
        }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Failure(.other, "the phase \(arguments[0]) failed") }
    }

    /// The most memory that was resident, in MiB.
    static var peakMemory: Double {
        let status = (try? Files.readWhole(Array("/proc/self/status".utf8), limit: 1 << 20)) ?? []
        for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix("VmHWM:") {
            let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) }
            return (kibibytes ?? 0) / 1024
        }
        return 0
    }
}
