internal import CFuse  // Swift counts `sigset_t` as its, because libfuse includes it too.
internal import CLinux
package import Core
internal import Glibc

/// A child process, started without forking this one.
package struct Spawned: Sendable {
    /// What is to become a descriptor of the child, and under which number.
    package struct Descriptor: Sendable {
        package let number: Int32
        package let source: Int32
        package init(_ number: Int32, from source: Int32) {
            self.number = number
            self.source = source
        }
    }

    package let process: Int32

    /// Starts a program with its signals as they are at birth and no descriptor but those named.
    ///
    /// Without 0, 1 or 2 among them, `/dev/null` stands there when `ownSession` is set, and ours when not.
    package init(
        program: SystemPath, arguments: [SystemPath], environment: [SystemPath]? = nil, descriptors: [Descriptor] = [],
        ownSession: Bool = false
    ) throws(SystemCallFailure) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        // Sources move above all targets first, so that no target overwrites a source not yet copied.
        let lowest = max(3, 1 + (descriptors.map(\.number).max() ?? 2))
        var copies: [Int32] = []
        defer { for copy in copies { close(copy) } }
        for descriptor in descriptors {
            let copy = try systemCall("fcntl", "descriptor \(descriptor.source)") {
                cl_fcntl_int(descriptor.source, F_DUPFD_CLOEXEC, lowest)
            }
            copies.append(copy)
            unsafe posix_spawn_file_actions_adddup2(&actions, copy, descriptor.number)
        }
        if ownSession {
            for number in Int32(0)...2 where !descriptors.contains(where: { $0.number == number }) {
                unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        // Whatever this process inherited ends here: a pipe held open by a server for ever keeps its reader waiting.
        for number in 3..<lowest where !descriptors.contains(where: { $0.number == number }) {
            unsafe posix_spawn_file_actions_addclose(&actions, number)
        }
        unsafe cl_spawn_close_from(&actions, lowest)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe Self.prepare(&attributes, ownSession: ownSession)
        process = unsafe try Self.spawn(program, arguments, environment, &actions, &attributes)
    }

    /// Waits for the end: the exit status, or 128 and the signal.
    package func wait() throws(SystemCallFailure) -> Int32 {
        var status: Int32 = 0
        try systemCall("waitpid", "process \(process)") { unsafe waitpid(process, &status, 0) }
        return Self.exitStatus(status)
    }

    /// From the word that `waitpid` fills.
    package static func exitStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    @unsafe private static func prepare(_ attributes: inout posix_spawnattr_t, ownSession: Bool) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        if ownSession { flags |= cl_posix_spawn_setsid() }
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    @unsafe private static func spawn(
        _ program: SystemPath, _ arguments: [SystemPath], _ environment: [SystemPath]?,
        _ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t
    ) throws(SystemCallFailure) -> Int32 {
        let argv = unsafe duplicate(arguments)
        defer { unsafe release(argv) }
        let envp = unsafe environment.map { unsafe duplicate($0) }
        defer { if let envp = unsafe envp { unsafe release(envp) } }
        var process: Int32 = 0
        let result = unsafe program.withCString { path in
            unsafe posix_spawn(&process, path, &actions, &attributes, argv, envp ?? environ)
        }
        if result != 0 { throw SystemCallFailure(Errno(rawValue: result), "start", program.text) }
        return process
    }

    private typealias Words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    /// A vector of C strings with a null behind it.
    @unsafe private static func duplicate(_ words: [SystemPath]) -> Words {
        let vector = Words.allocate(capacity: words.count + 1)
        for (index, word) in words.enumerated() {
            unsafe (vector + index).initialize(to: word.withCString { unsafe strdup($0) })
        }
        unsafe (vector + words.count).initialize(to: nil)
        return unsafe vector
    }

    @unsafe private static func release(_ vector: Words) {
        var next = unsafe vector
        while let word = unsafe next.pointee {
            unsafe free(word)
            unsafe next += 1
        }
        unsafe vector.deallocate()
    }
}
