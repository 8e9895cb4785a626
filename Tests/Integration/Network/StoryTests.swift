import Core
import Glibc
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// What somebody does with a private folder on a server, from the first file to a second machine.
    @Suite struct StoryTests {
        /// Runs `body` with the mock server as a program of its own; its address.
        private func withServer(_ body: (String) throws -> Void) throws {
            let server = try ChildRun(BuiltProgram.path("cbstore-mock"), ["--port", "0"])
            defer {
                server.signal(SIGTERM)
                _ = try? server.finish(limit: .seconds(5))
            }
            let line = try #require(try server.readLine(limit: .seconds(10)))
            try #require(line.hasPrefix("listening "), "\(line)")
            try body(String(line.dropFirst("listening ".count)))
        }

        /// Files as people make them: many small ones at once, through pipes, large, empty, renamed, deleted, nested.
        private static let work = """
            import os, subprocess, hashlib, threading
            for number in range(20):
                with open(f"small {number}", "w") as file: file.write(f"small file number {number}\\n")
            assert len(os.listdir(".")) == 20
            subprocess.run("head -c 750000 /dev/urandom | base64 > piped; touch empty; echo text > shell", shell=True, check=True)
            subprocess.run(["perl", "-e", 'open F, ">", "perl" or die; print F "written by perl\\n" x 3; close F or die'], check=True)
            for name, size in [("a", 100_000), ("b", 500_000), ("c", 2_000_000), ("d", 10_000_000), ("e", 50_000_000), ("f", 100_000_000)]:
                with open(f"binary {name}", "wb") as file: file.write(os.urandom(size))
            os.makedirs("one/two/three/four")
            for depth, folder in enumerate(["one", "one/two", "one/two/three", "one/two/three/four"]):
                with open(folder + "/leaf", "wb") as file: file.write(bytes([depth]) * 3000)
            os.rename("small 0", "one/renamed"); os.rename("one/two/three", "moved"); os.rename("small 1", "small 2")
            os.remove("small 3"); os.mkdir("gone"); os.rmdir("gone")
            def digest(name):
                with open(name, "rb") as file: return hashlib.file_digest(file, "sha256").hexdigest()
            expected, wrong = digest("binary e"), []
            readers = [threading.Thread(target=lambda: digest("binary e") == expected or wrong.append(1)) for _ in range(8)]
            for reader in readers: reader.start()
            for reader in readers: reader.join()
            assert not wrong
            assert open("piped").read().count("\\n") > 10000 and os.path.getsize("empty") == 0
            assert open("shell").read() == "text\\n" and open("perl").read().count("perl") == 3
            """

        @Test(
            "a folder filled through the mount is whole after a remount, and on a second machine with phrase and login")
        func story() throws {
            try withServer { url in
                var (phrase, expected, words) = ("", "", "")
                try Scratch.with(vault: false) { first in
                    phrase = try first.makeVault()
                    try first.connect(to: url)
                    var place = try first.mount()
                    try first.python(Self.work, in: place, limit: .seconds(120))
                    expected = try first.digests(of: place)
                    try first.expect(0, "flush", "--wait", limit: .seconds(120))
                    try first.expect(0, "umount", place)
                    place = try first.mount()
                    #expect(try first.digests(of: place) == expected)
                    words = try #require(try first.expect(0, "status", "--json").json()["check_words"]?.text)
                    try first.expect(0, "umount", place)
                }
                #expect(expected.split(separator: "\n").count == 32)
                // The first machine is gone with all it had.
                try Scratch.with(vault: false) { second in
                    try second.recover(phrase, from: url)
                    let synced = try second.expect(0, "sync", limit: .seconds(60))
                    #expect(synced.errors.contains(words))
                    let place = try second.mount()
                    #expect(try second.digests(of: place) == expected)
                    try second.expect(0, "umount", place)
                    try second.expect(0, "fetch", "/", "-o", "all", limit: .seconds(60))
                    #expect(try second.digests(of: second.path("all")) == expected)
                }
            }
        }
    }
}
