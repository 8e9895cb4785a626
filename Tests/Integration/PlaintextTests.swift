import Core
import Glibc
import MountSupport
import Mounting
import Primitives
import Sealing
import Testing

extension MountTests {
    /// Nothing that was put into a vault can be read from the disk.
    @Suite struct PlaintextTests {
        /// Looks for the patterns, given in hexadecimal, in every file, file name, link target and extended attribute below
        /// the folders: as they are, in hexadecimal of both cases, and in base64 at each of its three alignments.
        private static let search = """
            import base64, os, sys
            patterns = {}
            for text in sys.argv[1].split(","):
                raw = bytes.fromhex(text)
                forms = [raw, raw.hex().encode(), raw.hex().upper().encode(), raw[::-1]]
                for shift in range(3):
                    # Without the characters that the neighbours' bits decide.
                    whole = base64.b64encode(b"\\0" * shift + raw)
                    middle = whole[(0, 2, 3)[shift]:].rstrip(b"=")[:-1]
                    forms += [middle, middle.replace(b"+", b"-").replace(b"/", b"_")]
                for form in forms:
                    patterns[form] = text
            found, searched = [], 0
            def look(data, where):
                for form, text in patterns.items():
                    if form in data: found.append((where, text))
            for top in map(os.fsencode, sys.argv[2:]):
                for folder, folders, files in os.walk(top):
                    for name in folders + files:
                        path = os.path.join(folder, name)
                        look(name, path)
                        if os.path.islink(path): look(os.readlink(path), path); continue
                        for key in os.listxattr(path):
                            look(os.fsencode(key), path); look(os.getxattr(path, key), path)
                    for name in files:
                        path = os.path.join(folder, name)
                        if os.path.isfile(path) and not os.path.islink(path):
                            with open(path, "rb") as file:
                                look(file.read(), path)
                            searched += 1
            print(searched, len(found))
            for where, text in found: print(where, text)
            """

        /// Puts the pattern into a mounted vault in every way there is; `acts` says when each is acknowledged.
        private static let fill = """
            import os, sys, time
            pattern = bytes.fromhex(sys.argv[1])
            name = pattern.hex()[:32]
            def put(path, data, sync=True):
                with open(path, "wb") as file:
                    file.write(data); file.flush()
                    if sync: os.fsync(file.fileno())
            os.makedirs(b"dir-" + name.encode() + b"/" + pattern.replace(b"/", b"-").replace(b"\\0", b"-"), exist_ok=True)
            put("inline", pattern)
            put("small-" + name, b"some text before " + pattern + b" and behind")
            put("chunk", pattern * 8000)
            put("large", pattern * 200_000)
            put("unsynced", pattern * 5000, sync=False)
            for turn in range(20):
                with open("appended", "ab") as file:
                    file.write(b"line %d " % turn + pattern + b"\\n"); file.flush(); os.fsync(file.fileno())
            with open("large", "r+b") as file:
                for place in (1, 70_000, 3_000_001):
                    file.seek(place); file.write(pattern); file.flush(); os.fdatasync(file.fileno())
            with open("sparse", "wb") as file:
                file.seek(10_000_000); file.write(pattern)
            os.setxattr("inline", "user.pattern", pattern)
            os.setxattr("inline", "user." + name, b"value")
            os.symlink(pattern.replace(b"\\0", b"-"), "link")
            os.rename("chunk", "renamed-" + name)
            put("deleted", pattern * 10); os.unlink("deleted")
            half = open("half", "wb", buffering=0); half.write(pattern * 3000)
            print("filled")
            time.sleep(60)
            """

        private static func find(_ patterns: [[UInt8]], _ scratch: Scratch, in folders: [String]) throws -> (
            files: Int, hits: Int, text: String
        ) {
            let words = [patterns.map { Hex.encode($0) }.joined(separator: ",")] + folders
            let outcome = try scratch.startPython(search, arguments: words).finish(limit: .seconds(60))
            let counts = (outcome.lines.first ?? "").split(separator: " ").compactMap { Int($0) }
            try #require(outcome.status == 0 && counts.count == 2, "\(outcome)")
            return (counts[0], counts[1], outcome.output)
        }

        @Test(
            "nothing of what was put into a vault stands on the disk in plain, whatever the way and whenever one looks")
        func nothingPlain() throws {
            try Scratch.with(vault: false) { scratch in
                let passphrase = Hex.encode(SecretBytes(random: 12).copy())
                scratch.set("CBSTORE_PASSPHRASE", passphrase)
                let words = try #require(try scratch.expect(0, "init", "--json").json()["recovery_phrase"]?.text)
                let entropy = try RecoveryPhrase(parsing: words).entropy.copy()
                let pattern = SecretBytes(random: 24).copy().map { $0 == 0 || $0 == 0x2f ? 1 : $0 }
                let pieces = words.split(separator: " ")
                // Three words in a row: a single one may stand anywhere.
                let phrase = stride(from: 0, to: 24, by: 3).map {
                    Array(pieces[$0..<$0 + 3].joined(separator: " ").utf8)
                }
                let secrets = phrase + [pattern, Array(passphrase.utf8), entropy]
                let places = [scratch.home, scratch.folder + "/tmp", scratch.folder + "/run", scratch.folder + "/user"]
                func look(_ moment: String) throws {
                    let found = try Self.find(secrets, scratch, in: places)
                    #expect(found.files >= 5 && found.hits == 0, "\(moment): \(found.text)")
                }
                try look("after init")
                try Self.store(pattern, scratch)
                try look("after upload")

                let place = try scratch.mount()
                let worker = try scratch.startPython(Self.fill, in: place, arguments: [Hex.encode(pattern)])
                #expect(try worker.waitForLines(1, limit: .seconds(30)))
                try look("while mounted")
                try scratch.expect(0, "cat", "/inline")
                try scratch.killServer()
                _ = try worker.finish(limit: .milliseconds(1))
                try look("after kill -9")
                try scratch.expect(0, "mount", place)
                #expect(try scratch.expect(0, "cat", "/inline").bytes == pattern, "the pattern is in the vault")
                try scratch.expect(0, "flush")
                try look("mounted again")
                try scratch.expect(0, "umount", place)
                try look("after umount")
                try scratch.shell("rm -rf ../tmp/*; cp -a \(scratch.vault())/store copy")
                try scratch.expect(
                    0, "recover", "--store", "copy", "--vault", "again", input: .text(words + "\n"))
                try look("after recover")

                // The search itself finds each form, each secret, in names, contents, attributes and targets.
                try scratch.write("planted", [0x78] + pattern)
                try scratch.write("planted-64", Base64.encode([1, 2] + pattern + [3]))
                try scratch.write("planted-hex", Hex.encode(entropy).uppercased())
                try scratch.write("planted-" + Hex.encode(pattern), "")
                try scratch.write("planted-words", "… \(pieces[3...8].joined(separator: " ")) …")
                let control = try Self.find(secrets, scratch, in: [scratch.work])
                #expect(control.hits >= 6, "\(control.text)")
            }
        }

        /// With upload: a small file, a large one, from a pipe, under a telling name.
        private static func store(_ pattern: [UInt8], _ scratch: Scratch) throws {
            let folder = scratch.folder + "/input"
            try Files.makeDirectory(folder, mode: 0o700)
            try Files.writeAtomically(folder + "/tiny", pattern, mode: 0o644)
            try Files.writeAtomically(
                folder + "/" + Hex.encode(pattern), Array([[UInt8]](repeating: pattern, count: 90_000).joined()),
                mode: 0o644)
            try scratch.expect(0, "upload", folder)
            try scratch.expect(
                0, "upload", "-", "--to", "/piped/\(Hex.encode(pattern))", input: .file(folder + "/tiny"))
            try scratch.expect(0, "fetch", "/piped", "-o", folder + "/back")
        }
    }
}
