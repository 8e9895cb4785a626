import Control
import Core
import Glibc
import Testing

@Suite struct VaultLockTests {
    private static let me = VaultHolder(
        started: Timestamp(seconds: 1_700_000_000), program: "cbstore mount", mountpoint: "/mnt/x")

    @Test("a held vault is busy and says who holds it; a released one is free")
    func exclusion() throws {
        let folder = try VaultFixture.makeFolder()
        let path = folder + "/lock"
        #expect(VaultLock.holder(path) == nil)
        var lock: VaultLock? = try VaultLock.acquire(path, wait: .zero, holder: Self.me)
        #expect(VaultLock.holder(path) == Self.me)
        let failure = try #require(
            #expect(throws: Failure.self) { _ = try VaultLock.acquire(path, wait: .milliseconds(50), holder: Self.me) })
        #expect(failure.code == .busy)
        #expect(failure.message.contains("process \(getpid())"))
        #expect(failure.message.contains("cbstore mount"))
        #expect(failure.message.contains("/mnt/x"))
        var changed = Self.me
        changed.mountpoint = nil
        try lock?.record(changed)
        #expect(VaultLock.holder(path) == changed)
        lock = nil
        #expect(VaultLock.holder(path) == nil)
        _ = try VaultLock.acquire(path, wait: .zero, holder: Self.me)
        try Files.remove(path)
        try Files.removeDirectory(folder)
    }

    @Test("asking who holds a vault takes the lock from nobody")
    func askingIsHarmless() throws {
        let folder = try VaultFixture.makeFolder()
        let path = folder + "/lock"
        let isOver = Gate(false)
        for _ in 0..<2 {
            Threads.start("asker") { while !isOver.withLock({ $0 }) { _ = VaultLock.holder(path) } }
        }
        for _ in 0..<300 { _ = try VaultLock.acquire(path, wait: .zero, holder: Self.me) }
        isOver.withLock { $0 = true }
        try Files.remove(path)
        try Files.removeDirectory(folder)
    }

    @Test("who waits gets the lock when it is released")
    func waiting() throws {
        let folder = try VaultFixture.makeFolder()
        let path = folder + "/lock"
        let first = Gate<VaultLock?>(try VaultLock.acquire(path, wait: .zero, holder: Self.me))
        let outcome = Gate<Bool?>(nil)
        Threads.start("waiter") {
            let lock = try? VaultLock.acquire(path, wait: .seconds(30), holder: Self.me)
            outcome.withLock { $0 = lock != nil }
            outcome.wakeAll()
        }
        first.withLock { $0 = nil }
        #expect(outcome.wait { outcome in outcome.map { .done($0) } ?? .wait(until: nil) })
        try Files.remove(path)
        try Files.removeDirectory(folder)
    }

    @Test("a link in the lock's place is not followed")
    func link() throws {
        let folder = try VaultFixture.makeFolder()
        let made = unsafe symlink("/dev/null", folder + "/lock")
        #expect(made == 0)
        #expect(throws: Failure.self) { _ = try VaultLock.acquire(folder + "/lock", wait: .zero, holder: Self.me) }
        try Files.remove(folder + "/lock")
        try Files.removeDirectory(folder)
    }

    @Test("the lock of a killed process is free at once")
    func death() throws {
        let folder = try VaultFixture.makeFolder()
        let path = folder + "/lock"
        var child: pid_t = 0
        do {
            // The lock belongs to an open file: hand that to a child, and let go of it here.
            let file = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT)
            try file.write(Self.me.json.bytes() + [0x0a], at: 0)
            var lock = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
            try #require(unsafe fcntl(file.number, 37, &lock) == 0)
            var actions = unsafe posix_spawn_file_actions_t()
            unsafe posix_spawn_file_actions_init(&actions)
            unsafe posix_spawn_file_actions_adddup2(&actions, file.number, 99)
            var words = unsafe [strdup("sleep"), strdup("600"), nil]
            let result = unsafe posix_spawn(&child, "/bin/sleep", &actions, nil, &words, nil)
            unsafe free(words[0])
            unsafe free(words[1])
            unsafe posix_spawn_file_actions_destroy(&actions)
            try #require(result == 0)
        }
        #expect(VaultLock.holder(path) == Self.me)
        #expect(throws: Failure.self) { _ = try VaultLock.acquire(path, wait: .zero, holder: Self.me) }
        #expect(kill(child, SIGKILL) == 0)
        var status: Int32 = 0
        #expect(unsafe waitpid(child, &status, 0) == child)
        _ = try VaultLock.acquire(path, wait: .zero, holder: Self.me)
        try Files.remove(path)
        try Files.removeDirectory(folder)
    }
}
