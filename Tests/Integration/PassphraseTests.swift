import Core
import MountSupport
import Mounting
import Testing

/// The passphrase of a vault's key, changed.
@Suite struct PassphraseTests {
    @Test("the new passphrase opens the vault and the old one no more; nothing but the key file changes")
    func change() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("old", "correct horse\n")
            try scratch.write("new", "battery staple\n")
            try scratch.expect(0, "init", "--passphrase-file", "old")
            try scratch.expect(0, "upload", "old", "--passphrase-file", "old")
            try scratch.shell(
                "cd \(scratch.vault()); find . -type f ! -name key | sort | xargs sha256sum > \(scratch.path("before"))"
            )
            let said = try scratch.expect(
                0, "passphrase", "--passphrase-file", "old", "--new-passphrase-file", "new")
            #expect(said.output.isEmpty && said.errors.contains("is changed"))
            try scratch.shell(
                "cd \(scratch.vault()); sha256sum -c --quiet \(scratch.path("before")); test $(stat -c %a key) = 600")
            try scratch.expect(4, "cat", "/old", "--passphrase-file", "old")
            #expect(try scratch.expect(0, "cat", "/old", "--passphrase-file", "new").output == "correct horse\n")
            // The old one comes from the environment too, and a wrong one changes nothing.
            let wrong = ["CBSTORE_PASSPHRASE": "correct horse"]
            let right = ["CBSTORE_PASSPHRASE": "battery staple"]
            try scratch.expect(4, "passphrase", "--no-passphrase", environment: wrong)
            try scratch.expect(64, "passphrase", environment: right)
            try scratch.expect(64, "passphrase", "--new-passphrase-file", "old")
            try scratch.expect(64, "passphrase", "--no-passphrase", "--new-passphrase-file", "old", environment: right)
            try scratch.expect(3, "passphrase", "--new-passphrase-file", "gone", environment: right)
            try scratch.shell(": > empty")
            try scratch.expect(64, "passphrase", "--new-passphrase-file", "empty", environment: right)
            try scratch.expect(0, "cat", "/old", "--passphrase-file", "new")
        }
    }

    @Test("a passphrase can go and come, and JSON says whether there is one")
    func goingAndComing() throws {
        try Scratch.with { scratch in
            try scratch.write("p", "sesame")
            let sealed = try scratch.expect(0, "passphrase", "--new-passphrase-file", "p", "--json").json()
            #expect(sealed["vault"]?.text == "default" && sealed["has_passphrase"] == .bool(true))
            try scratch.expect(64, "ls")
            let plain = try scratch.expect(
                0, "passphrase", "--no-passphrase", "--passphrase-file", "p", "--json"
            ).json()
            #expect(plain["has_passphrase"] == .bool(false))
            try scratch.expect(0, "ls")
            #expect(try scratch.expect(0, "passphrase", "--no-passphrase").errors.contains("still is"))
        }
    }

    @Test("a run that is killed while it writes leaves a key that opens with the old passphrase or the new one")
    func kills() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("a", "one")
            try scratch.write("b", "two")
            try scratch.expect(0, "init", "--passphrase-file", "a")
            try scratch.python(
                """
                import os, subprocess
                program, folder = os.environ["CBSTORE"], "\(scratch.vault())"
                def run(*words): return subprocess.run([program, *words], capture_output=True).returncode
                old, new = "a", "b"
                for round in range(8):
                    change = subprocess.Popen(
                        [program, "passphrase", "-q", "--passphrase-file", old, "--new-passphrase-file", new])
                    # The new file's bytes are on their way from the moment when its scratch file is there.
                    while change.poll() is None and not any(".key." in name for name in os.listdir(folder)): pass
                    change.kill()
                    change.wait()
                    opens = [name for name in (old, new) if run("ls", "--passphrase-file", name) == 0]
                    assert len(opens) == 1, (round, opens)
                    for name in os.listdir(folder):
                        if name.startswith(".key."): os.remove(folder + "/" + name)
                    if opens == [new]: old, new = new, old
                    assert run("passphrase", "--passphrase-file", old, "--new-passphrase-file", new) == 0
                    old, new = new, old
                """)
        }
    }

    @Test("a vault that is still to be fetched keeps its phrase under the new passphrase")
    func incomplete() throws {
        try Scratch.with(vault: false) { scratch in
            let words = try scratch.makeVault()
            let other = ["CBSTORE_HOME": scratch.folder + "/second"]
            try scratch.write("p", "sesame")
            try scratch.expect(0, "recover", "--no-passphrase", input: .text(words + "\n"), environment: other)
            try scratch.expect(0, "passphrase", "--new-passphrase-file", "p", environment: other)
            try scratch.expect(64, "sync", environment: other)
            let sealed = try scratch.expect(5, "ls", "--passphrase-file", "p", environment: other)
            #expect(sealed.errors.contains("recovery phrase"), "\(sealed)")
        }
    }
}

extension MountTests {
    @Suite struct PassphraseTests {
        @Test("a mounted vault stays mounted, and the next mount takes the new passphrase")
        func mounted() throws {
            try Scratch.with(vault: false) { scratch in
                try scratch.write("a", "one")
                try scratch.write("b", "two")
                try scratch.expect(0, "init", "--passphrase-file", "a")
                let place = try scratch.mount("mount", "--passphrase-file", "a")
                try scratch.python("open('f', 'w').write('x')", in: place)
                try scratch.expect(0, "passphrase", "--passphrase-file", "a", "--new-passphrase-file", "b")
                try scratch.python("assert open('f').read() == 'x'; open('f', 'a').write('y')", in: place)
                try scratch.expect(0, "umount", place)
                try scratch.expect(4, "mount", place, "--passphrase-file", "a")
                let again = try scratch.mount("mount", "--passphrase-file", "b")
                try scratch.python("assert open('f').read() == 'xy'", in: again)
                try scratch.expect(0, "umount", again)
            }
        }
    }
}
