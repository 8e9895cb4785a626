import MountSupport
import Mounting
import Testing

extension MountTests {
    /// What is refused as a mountpoint, with the exit code that scripts rely on.
    @Suite struct MountpointTests {
        private func refusal(_ directory: String) throws -> ChildOutcome {
            try ChildRun(BuiltProgram.path("reference-mount"), [directory]).finish(limit: .seconds(20))
        }

        @Test("a missing directory ends with 3, a file and a full directory with 1, each with its advice")
        func refusals() throws {
            let directory = try MountedSubject.freshDirectory()
            let missing = try refusal(directory + "/none")
            #expect(missing.status == 3 && missing.output.contains("mkdir"), "\(missing)")
            let full = try refusal("/etc")
            #expect(full.status == 1 && full.output.contains("nonempty"), "\(full)")
            let file = try refusal("/etc/passwd")
            #expect(file.status == 1 && file.output.contains("not a directory"), "\(file)")
            let unknown = try ChildRun(BuiltProgram.path("reference-mount"), [directory, "-o", "colour=blue"])
                .finish(limit: .seconds(20))
            #expect(unknown.status == 64, "\(unknown)")
            #expect(try ChildRun(.init("/bin/rmdir"), [directory]).finish(limit: .seconds(20)).status == 0)
        }

        @Test("a directory that is mounted already is busy: 9")
        func busy() throws {
            let mount = try MountedSubject(BuiltProgram.path("reference-mount"))
            let second = try refusal(mount.directory)
            #expect(second.status == 9 && second.output.contains("umount"), "\(second)")
            #expect(try mount.stop().status == 0)
        }

        @Test("the mount table shows the source as it was given, and an open file keeps a plain unmount out")
        func sourceAndUnmount() throws {
            let mount = try MountedSubject(BuiltProgram.path("faulty-mount"))
            let row = try MountTable().row(at: Array(mount.directory.utf8))
            #expect(row?.source == Array("cbstore:faulty, \\ and odd".utf8) && row?.type == "fuse.cbstore")
            let worker = try mount.start(
                python: "import signal; f = open('f', 'w'); print('open'); signal.pause()")
            #expect(try worker.waitForOutput("open\n", limit: .seconds(20)))
            func unmount() throws -> ChildOutcome {
                try mount.run(
                    "/usr/bin/env", [BuiltProgram.path("faulty-mount").text, "unmount", mount.directory],
                    limit: .seconds(20))
            }
            let refused = try unmount()
            #expect(refused.status == 9 && refused.output.contains("files are open"), "\(refused)")
            worker.signal(9)
            _ = try worker.finish(limit: .seconds(20)) { mount.abort() }
            #expect(try unmount().status == 0)
            let again = try unmount()
            #expect(again.status == 3 && again.output.contains("nothing is mounted"), "\(again)")
            #expect(try mount.server.finish(limit: .seconds(20)).status == 0)
            mount.clear()
        }

        @Test("a background mount returns when it serves, and shows its options in the mount table")
        func background() throws {
            let directory = try MountedSubject.freshDirectory()
            let start = try ChildRun(
                BuiltProgram.path("reference-mount"), [directory, "-o", "ro,allow_other,noexec", "--background"]
            ).finish(limit: .seconds(20))
            #expect(start.status == 0, "\(start)")
            let look = try ChildRun(
                .init("/bin/sh"), ["-c", "grep \(directory) /proc/mounts; ls \(directory); touch \(directory)/f"]
            ).finish(limit: .seconds(20))
            #expect(look.output.contains("fuse.cbstore ro,nosuid,nodev,noexec"), "\(look)")
            #expect(look.output.contains("Read-only file system"), "\(look)")
            let end = try ChildRun(.init("/bin/sh"), ["-c", "fusermount3 -u \(directory) && rmdir \(directory)"])
                .finish(limit: .seconds(20))
            #expect(end.status == 0, "\(end)")
        }

        @Test("a background mount that fails gives its parent the reason and the exit code")
        func backgroundFailure() throws {
            let start = try ChildRun(BuiltProgram.path("reference-mount"), ["/nowhere/at/all", "--background"])
                .finish(limit: .seconds(20))
            #expect(start.status == 3 && start.output.contains("/nowhere/at/all does not exist"), "\(start)")
        }
    }
}
