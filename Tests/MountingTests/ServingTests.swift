import MountSupport
import Mounting
import Testing

extension MountTests {
    /// How a mount begins, ends, and answers when its files do not.
    @Suite struct ServingTests {
        private func faulty() throws -> MountedSubject { try MountedSubject(BuiltProgram.path("faulty-mount")) }

        @Test(
            "S2: what is never answered ends at its deadline, each kind with its error, and nothing else waits for it")
        func deadlines() throws {
            let mount = try faulty()
            let outcome = try mount.python(
                """
                import errno, os, threading, time
                file = os.open("unreadable", os.O_CREAT | os.O_RDWR)
                os.write(file, b"x" * 100_000)
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
                other = os.open("unwritable", os.O_CREAT | os.O_RDWR)
                os.mkdir("elsewhere")  # The kernel lets nobody make a name in a directory while one is looked up there.
                got = {}
                def attempt(what, call):
                    start = time.monotonic()
                    try:
                        call()
                        got[what] = 0
                    except OSError as error:
                        got[what] = error.errno
                    assert 0.9 < time.monotonic() - start < 10, what
                calls = {"lookup": lambda: os.stat("never"), "read": lambda: os.pread(file, 10, 50_000),
                         "write": lambda: os.write(other, b"x")}
                threads = [threading.Thread(target=attempt, args=item) for item in calls.items()]
                [thread.start() for thread in threads]
                start = time.monotonic()
                for number in range(50):
                    open(f"elsewhere/{number}", "w").close()
                assert time.monotonic() - start < 0.8, "others waited"
                [thread.join() for thread in threads]
                assert got == {"lookup": errno.ETIMEDOUT, "read": errno.EIO, "write": errno.ENOSPC}, got
                """)
            #expect(outcome.succeeded, "\(outcome)")
            let end = try mount.stop()
            #expect(end.status == 0)
            #expect(end.output.contains("write of node"), "the reasons are reported: \(end)")
        }

        @Test("an answer that comes in time is used, and one that comes too late gives its lookup back")
        func lateAnswers() throws {
            let mount = try faulty()
            let outcome = try mount.python(
                """
                import os
                nodes = lambda: (lambda values: values.f_files - values.f_ffree)(os.statvfs("."))
                base = nodes()
                os.setxattr(".", "user.faulty.make", b"soon")
                assert os.stat("soon").st_size == 0
                os.setxattr(".", "user.faulty.make", b"late")
                answers = os.getxattr(".", "user.faulty.late")
                try:
                    os.stat("late")
                    raise AssertionError("late was in time")
                except TimeoutError:
                    pass
                assert nodes() == base + 2
                while os.getxattr(".", "user.faulty.late") == answers:
                    pass
                os.setxattr(".", "user.faulty.remove", b"late")
                assert nodes() == base + 1, "the node is still counted as known to the kernel"
                """)
            #expect(outcome.succeeded, "\(outcome)")
            #expect(try mount.stop().status == 0)
        }

        @Test("S2: a process stuck in a request can be killed at once, and a caught signal interrupts it")
        func interruption() throws {
            let mount = try faulty()
            let outcome = try mount.python(
                """
                import errno, os, signal, subprocess, sys, time
                child = subprocess.Popen(["stat", "never-killed"], stderr=subprocess.DEVNULL)
                while "fuse" not in open(f"/proc/{child.pid}/stack").read():
                    assert child.poll() is None
                start = time.monotonic()
                child.kill()
                child.wait()
                assert time.monotonic() - start < 0.5, "the killed process stayed"
                class Alarm(Exception): pass
                def ring(*_): raise Alarm()
                signal.signal(signal.SIGALRM, ring)
                signal.setitimer(signal.ITIMER_REAL, 0.1)
                start = time.monotonic()
                try:
                    os.stat("never-alarmed")
                except Alarm:
                    assert time.monotonic() - start < 0.5, "the signal came late"
                """)
            #expect(outcome.succeeded, "\(outcome)")
            #expect(try mount.stop().status == 0)
        }

        @Test("an alarm does not fail an fsync that is on its way")
        func harmlessSignal() throws {
            let mount = try faulty()
            let outcome = try mount.python(
                """
                import ctypes, os, signal
                signal.signal(signal.SIGALRM, lambda *_: None)
                libc = ctypes.CDLL(None, use_errno=True)
                file = os.open("f", os.O_CREAT | os.O_WRONLY)
                for _ in range(20):
                    os.write(file, b"x")
                    signal.setitimer(signal.ITIMER_REAL, 0.005)
                    assert libc.fsync(file) == 0, ctypes.get_errno()
                """)
            #expect(outcome.succeeded, "\(outcome)")
            #expect(try mount.stop().status == 0)
        }

        @Test("more requests than may wait are refused with EIO and a reason, not queued")
        func parkingIsBounded() throws {
            let mount = try faulty()
            let outcome = try mount.python(
                """
                import errno, os, threading
                got = []
                for number in range(6):
                    os.mkdir(f"d{number}")
                def attempt(number):
                    try:
                        os.stat(f"d{number}/never")
                    except OSError as error:
                        got.append(error.errno)
                threads = [threading.Thread(target=attempt, args=(number,)) for number in range(6)]
                [thread.start() for thread in threads]
                [thread.join() for thread in threads]
                assert sorted(got) == sorted([errno.EIO] * 2 + [errno.ETIMEDOUT] * 4), got
                """)
            #expect(outcome.succeeded, "\(outcome)")
            let end = try mount.stop()
            #expect(end.output.contains("4 requests are waiting already"), "\(end)")
        }

        @Test("what changes beside the kernel is seen after its notification")
        func invalidation() throws {
            let mount = try faulty()
            let outcome = try mount.python(
                """
                import os, stat, time
                def until(what, holds):
                    end = time.monotonic() + 10
                    while not holds():
                        assert time.monotonic() < end, what
                assert not os.path.exists("made") and os.listdir(".") == []
                os.setxattr(".", "user.faulty.make", b"made")
                until("the name appears", lambda: os.path.exists("made"))
                until("the listing has it", lambda: os.listdir(".") == ["made"])
                assert stat.S_IMODE(os.stat("made").st_mode) == 0o644
                os.setxattr(".", "user.faulty.hide", b"made")
                until("the mode changes", lambda: stat.S_IMODE(os.stat("made").st_mode) == 0)
                """)
            #expect(outcome.succeeded, "\(outcome)")
            #expect(try mount.stop().status == 0)
        }

        @Test("SIGTERM detaches, serves the open file until it is closed, and ends with 0")
        func gentleEnd() throws {
            let mount = try faulty()
            let worker = try mount.start(
                python: """
                    import os
                    here = os.getcwd()
                    file = os.open("f", os.O_CREAT | os.O_RDWR)
                    os.chdir("/")
                    print("open")
                    while here in open("/proc/self/mountinfo").read():
                        pass
                    os.write(file, b"after the detach")
                    assert os.pread(file, 100, 0) == b"after the detach"
                    os.fsync(file)
                    print("written")
                    """)
            #expect(try worker.waitForOutput("open\n", limit: .seconds(20)))
            mount.server.signal(15)
            let outcome = try worker.finish(limit: .seconds(20)) { mount.abort() }
            #expect(outcome.succeeded && outcome.output.contains("written"), "\(outcome)")
            let end = try mount.server.finish(limit: .seconds(20)) { mount.abort() }
            #expect(end.status == 0 && end.output.contains("served to the end"), "\(end)")
            mount.clear()
        }

        @Test("a second signal ends at once, whatever is open")
        func hardEnd() throws {
            let mount = try faulty()
            let worker = try mount.start(
                python: "import os, time; f = open('f', 'w'); print('open'); time.sleep(60)")
            #expect(try worker.waitForOutput("open\n", limit: .seconds(20)))
            mount.server.signal(15)
            #expect(try mount.server.waitForOutput("detaching", limit: .seconds(20)))
            mount.server.signal(15)
            let end = try mount.server.finish(limit: .seconds(10)) { mount.abort() }
            #expect(end.status == 0, "\(end)")
            worker.signal(9)
            _ = try worker.finish(limit: .seconds(10))
            mount.clear()
        }

        @Test("SIGQUIT writes down what waits, and nothing ends")
        func dump() throws {
            let mount = try faulty()
            let worker = try mount.start(python: "print('asking'); import os; os.stat('never')")
            #expect(try worker.waitForOutput("asking\n", limit: .seconds(20)))
            var isSeen = false
            for _ in 0..<50 where !isSeen {
                mount.server.signal(3)
                isSeen = try mount.server.waitForOutput("lookup of node 1: waiting", limit: .milliseconds(50))
            }
            #expect(isSeen)
            _ = try worker.finish(limit: .seconds(10)) { mount.abort() }
            #expect(try mount.shell("echo alive > f").succeeded)
            #expect(try mount.stop().status == 0)
        }

        @Test("each write comes at once; a sync of the whole file system does not come at all, one of a file does")
        func writeThrough() throws {
            let mount = try faulty()
            let work = try mount.python(
                """
                import ctypes, os
                file = os.open("f", os.O_RDWR | os.O_CREAT)
                calls = lambda: os.getxattr("f", "user.faulty.calls").decode()
                for number in range(3):
                    os.write(file, b"bytes")
                    assert calls() == f"{number + 1} writes, 0 syncs", calls()
                assert ctypes.CDLL(None).syncfs(file) == 0
                os.sync()
                assert calls() == "3 writes, 0 syncs", calls()
                os.fsync(file)
                os.fdatasync(file)
                assert calls() == "3 writes, 2 syncs", calls()
                """)
            #expect(work.succeeded, "\(work)")
            #expect(try mount.stop().status == 0)
        }

        @Test("S2-43: every request that entered the trace leaves it once, whether answered now, later or refused")
        func trace() throws {
            let mount = try faulty()
            let work = try mount.shell(
                "for i in $(seq 40); do echo $i > f$i; cat f$i; done; sync f1; ls -l; stat soon || stat never || true")
            #expect(work.succeeded, "\(work)")
            var isSeen = false
            for _ in 0..<50 where !isSeen {
                mount.server.signal(3)
                isSeen = try mount.server.waitForOutput(
                    "trace: many entered, 0 open, 0 mistakes", limit: .milliseconds(50))
            }
            #expect(isSeen)
            #expect(try mount.stop().status == 0)
        }

        @Test("S0-60, S0-62: a mount whose process was killed is refused to writers, then detached and mounted again")
        func deadMount() throws {
            let dead = try faulty()
            dead.server.signal(9)
            #expect(try dead.server.finish(limit: .seconds(10)).status == 137)
            let writer = try dead.run("/bin/sh", ["-c", "echo lost > \(dead.directory)/f"], limit: .seconds(10))
            #expect(!writer.succeeded)
            let mount = try MountedSubject(BuiltProgram.path("faulty-mount"), directory: dead.directory)
            #expect(try mount.shell("test -z \"$(ls)\" && echo new > f").succeeded)
            let end = try mount.stop()
            #expect(end.status == 0 && end.output.contains("was dead"), "\(end)")
        }
    }
}
