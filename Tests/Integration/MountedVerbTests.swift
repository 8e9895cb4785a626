import Core
import Glibc
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// Verbs on a vault that another process has mounted, and the mount's own two verbs.
    @Suite struct MountedVerbTests {
        @Test("every file verb works while the vault is mounted, and each side sees the other's changes at once")
        func bothWays() throws {
            try Scratch.with { scratch in
                let place = try scratch.mount()
                // The mount has looked before: what it remembers must go.
                try scratch.python(
                    """
                    import os
                    assert os.listdir(".") == [] and not os.path.exists("up") and not os.path.exists("made/deep")
                    with open("via", "wb") as file: file.write(b"through the mount")
                    os.mkdir("folder")
                    """, in: place)
                #expect(try scratch.expect(0, "cat", "/via").output == "through the mount")
                #expect(try scratch.expect(0, "ls").lines == ["folder", "via"])
                try scratch.write("up", FileVerbTests.bytes(700_000, 2))
                let cid = try scratch.expect(0, "upload", "up").output.prefix { $0 != " " }
                try scratch.expect(0, "mkdir", "-p", "/made/deep")
                try scratch.python(
                    """
                    import os
                    assert sorted(os.listdir(".")) == ["folder", "made", "up", "via"], os.listdir(".")
                    assert open("up", "rb").read() == open("\(scratch.path("up"))", "rb").read()
                    os.rename("via", "made/deep/moved")
                    """, in: place)
                #expect(try scratch.expect(0, "stat", "--json", "/up").json()["cid"]?.text == String(cid))
                #expect(try scratch.expect(0, "fetch", String(cid), "-o", "-").bytes == scratch.read("up"))
                #expect(
                    try scratch.expect(0, "fetch", "/up", "--range", "5-9", "-o", "-").bytes
                        == Array(scratch.read("up")[5...9]))
                #expect(
                    try scratch.expect(0, "ls", "-R").lines == ["folder", "made", "made/deep", "made/deep/moved", "up"])
                try scratch.expect(3, "cat", "/via")
                try scratch.write("up", "another version")
                try scratch.expect(0, "upload", "up")
                try scratch.expect(0, "mv", "/made/deep/moved", "/folder")
                try scratch.expect(0, "rm", "-r", "--yes", "/made")
                try scratch.python(
                    """
                    import os
                    assert open("up").read() == "another version" and os.stat("up").st_size == 15
                    assert sorted(os.listdir(".")) == ["folder", "up"] and os.listdir("folder") == ["moved"]
                    assert not os.path.exists("made") and open("folder/moved").read() == "through the mount"
                    """, in: place)
                let status = try scratch.expect(0, "flush", "--json").json()
                #expect(status["pending_changes"]?.int == 0 && status["mountpoint"]?.text == place)
                #expect(status["pid"]?.int == scratch.holder().map { Int($0) })
                try scratch.expect(0, "fetch", "/folder", "-o", "back")
                #expect(try scratch.read("back/moved") == Array("through the mount".utf8))
                try scratch.expect(0, "umount", place)
                #expect(try scratch.expect(0, "ls", "-R").lines == ["folder", "folder/moved", "up"])
            }
        }

        @Test("a file that a verb stored anew is the same file: a program that has it open reads the new content")
        func openFiles() throws {
            try Scratch.with { scratch in
                let place = try scratch.mount()
                try scratch.write("f", "old")
                try scratch.expect(0, "upload", "f")
                let inode = try #require(scratch.expect(0, "stat", "--json", "/f").json()["inode"]?.uint64)
                let reader = try scratch.startPython(
                    """
                    import os, sys
                    file = open("f")
                    print("open")
                    sys.stdin.readline()
                    print(os.fstat(file.fileno()).st_ino, file.read(), open("f").read())
                    """, in: place, input: .held)
                #expect(try reader.waitForLines(1, limit: .seconds(20)))
                try scratch.write("f", "new!")
                try scratch.expect(0, "upload", "f")
                try reader.feed("\n")
                let outcome = try reader.finish(limit: .seconds(20))
                #expect(outcome.output == "open\n\(inode) new! new!\n", "\(outcome)")
                try scratch.expect(0, "umount", place)
            }
        }

        @Test("a vault is mounted once; the second mount ends with 9 and names the first")
        func twice() throws {
            try Scratch.with { scratch in
                let place = try scratch.mount()
                for other in [place, try scratch.mountpoint("other")] {
                    let outcome = try scratch.expect(9, "mount", other, "--json")
                    #expect(try outcome.failure()["error"]?.text?.contains(place) == true, "\(outcome)")
                }
                try scratch.expect(0, "init", "--vault", "second", "--no-passphrase")
                let outcome = try scratch.expect(9, "mount", place, "--vault", "second")
                #expect(outcome.errors.contains("cbstore:default") && outcome.errors.contains("umount"), "\(outcome)")
                try scratch.python("assert open('/proc/self/mountinfo').read().count('\(place) ') == 1")
                let beside = try scratch.mount("other", "--vault", "second")
                try scratch.expect(0, "umount", beside)
                try scratch.expect(0, "umount", place)
            }
        }

        @Test("a place that cannot be mounted on is refused with its exit code and what to do")
        func places() throws {
            try Scratch.with { scratch in
                try scratch.shell("mkdir full empty; touch full/x file; ln -s empty link")
                #expect(try scratch.expect(3, "mount", "gone").errors.contains("mkdir"))
                #expect(try scratch.expect(1, "mount", "full").errors.contains("-o nonempty"))
                #expect(try scratch.expect(1, "mount", "file").errors.contains("not a directory"))
                #expect(try scratch.expect(1, "mount", scratch.home).errors.contains("not empty"))
                try scratch.expect(1, "mount", scratch.home, "-o", "nonempty")
                #expect(scratch.holder() == nil)
                let place = try scratch.mountpoint()
                try scratch.shell("touch \(place)/hidden")
                try scratch.expect(0, "mount", place, "-o", "nonempty,noatime")
                try scratch.shell("test ! -e \(place)/hidden; echo x > \(place)/f")
                try scratch.expect(0, "umount", place + "/")
                try scratch.shell("test -e \(place)/hidden; rm \(place)/hidden")
                try scratch.expect(0, "mount", place, "--read-only")
                try scratch.shell("cat \(place)/f; ! touch \(place)/g 2> errors; grep -i read-only errors")
                try scratch.expect(0, "umount", place)
            }
        }

        @Test("umount of nothing ends with 3, of a busy mount with 9, and --force takes it away")
        func unmounting() throws {
            try Scratch.with { scratch in
                try scratch.expect(3, "umount", scratch.work)
                try scratch.expect(3, "umount", scratch.path("gone"))
                let place = try scratch.mount()
                let user = try scratch.startPython(
                    "import sys; f = open('f', 'w'); print('open'); sys.stdin.readline(); f.write('late'); f.close()",
                    in: place, input: .held)
                #expect(try user.waitForLines(1, limit: .seconds(20)))
                let busy = try scratch.expect(9, "umount", place)
                #expect(busy.errors.contains("--force"), "\(busy)")
                #expect(try scratch.expect(0, "ls").lines == ["f"], "a refused unmount changes nothing")
                try scratch.expect(0, "umount", place, "--force", "--no-wait")
                try scratch.python("assert '\(place)' not in open('/proc/self/mountinfo').read()")
                try user.feed("\n")
                #expect(try user.finish(limit: .seconds(20)).status == 0)
                #expect(try scratch.expect(0, "cat", "/f").output == "late", "what was open could still be written")
                try scratch.expect(3, "umount", place)
            }
        }

        @Test(
            "SIGTERM to the serving process unmounts cleanly, and in the foreground it ends with 0",
            arguments: [15, 2] as [Int32])
        func signals(_ number: Int32) throws {
            try Scratch.with { scratch in
                let place = try scratch.mountpoint()
                let server = try scratch.start(["mount", place, "--foreground"].map { SystemPath($0) })
                try scratch.waitForMount(place)
                try scratch.shell("echo kept > \(place)/f")
                server.signal(number)
                let end = try server.finish(limit: .seconds(20))
                #expect(end.status == 0, "\(end)")
                try scratch.python("assert '\(place)' not in open('/proc/self/mountinfo').read()")
                #expect(scratch.holder() == nil)
                #expect(try scratch.expect(0, "cat", "/f").output == "kept\n")
            }
        }

        @Test("a mount that was killed is detached with a note and mounted again, and verbs work in between")
        func deadMount() throws {
            try Scratch.with { scratch in
                let place = try scratch.mount()
                try scratch.shell("echo safe > \(place)/f; sync \(place)/f")
                try scratch.killServer()
                #expect(try scratch.expect(0, "cat", "/f").output == "safe\n")
                #expect(try scratch.expect(1, "doctor").output.contains("dead mount"))
                let again = try scratch.expect(0, "mount", place)
                #expect(again.errors.contains("was dead") && again.errors.contains("detached"), "\(again)")
                try scratch.shell("grep safe \(place)/f; echo more >> \(place)/f")
                try scratch.expect(0, "umount", place)
                #expect(try scratch.expect(0, "cat", "/f").output == "safe\nmore\n")
            }
        }

        @Test("a journal record that was acknowledged and is damaged is an error with 6; the store stays as it is")
        func journal() throws {
            try Scratch.with { scratch in
                let place = try scratch.mount()
                try scratch.python(
                    """
                    import os
                    for number in range(40):
                        with open(f"f{number}", "wb") as file:
                            file.write(b"%d" % number * 300)
                            os.fsync(file.fileno())
                    """, in: place)
                try scratch.killServer()
                try scratch.shell("umount -l \(place) 2> /dev/null || fusermount3 -uz \(place)")
                try DamageTests.save(scratch)
                try DamageTests.flip("store/journal/*", at: "used // 2", scratch)
                try scratch.shell("find \(scratch.vault())/store -type f | sort | xargs sha256sum > before")
                let outcome = try scratch.run("ls")
                #expect(outcome.status == 6 && !outcome.errors.isEmpty, "\(outcome)")
                try scratch.expect(6, "mount", place)
                try scratch.shell("find \(scratch.vault())/store -type f | sort | xargs sha256sum | diff before -")
                try DamageTests.restore(scratch)
                #expect(try scratch.expect(0, "ls").lines.count == 40)
            }
        }
    }
}

extension Scratch {
    /// Waits until the folder is mounted, without touching it.
    func waitForMount(_ place: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let deadline = SystemTime.monotonic() + .seconds(20)
        while try run("status", "--json").json()["mountpoint"]?.text != place {
            try #require(SystemTime.monotonic() < deadline, "not mounted", sourceLocation: sourceLocation)
        }
    }

    /// Kills the process that holds the vault, and waits until the kernel has taken its lock away.
    func killServer(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let process = try #require(holder(), "nobody holds the vault", sourceLocation: sourceLocation)
        kill(process, SIGKILL)
        let deadline = SystemTime.monotonic() + .seconds(10)
        while holder() != nil {
            try #require(SystemTime.monotonic() < deadline, "the vault is still held", sourceLocation: sourceLocation)
        }
    }
}
