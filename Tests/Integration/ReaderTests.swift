import Core
import Glibc
import Mounting
import Testing

/// What the independent reader imports.
private enum PythonModules {
    /// False skips the tests that run it where they are not; in CI (`CBSTORE_CI=1`) those run, and fail.
    static var areHereOrMustBe: Bool {
        if unsafe getenv("CBSTORE_CI") != nil { return true }
        let child = try? Child(
            SystemPath("/usr/bin/env"),
            ["python3", "-c", "import cryptography, zstandard"].map { SystemPath($0) },
            environment: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
        return (try? child?.finish(limit: .seconds(20)).status) == 0
    }
}

/// The independent reader of the format, `Scripts/reader.py`, on stores that the program made: it knows of them what
/// docs/format.md says, and nothing else.
@Suite(.enabled(if: PythonModules.areHereOrMustBe, "needs python3 with cryptography and zstandard"))
struct ReaderTests {
    private static let script = Repository.path("Scripts/reader.py")
    private static let fixtures = Repository.path("Tests/VaultsTests/Fixtures")
    /// The fixtures of published formats; version 0 was that of previews, and the reader knows nothing of it.
    private static var versions: [String] {
        FolderListing.names(in: fixtures).compactMap(\.string).filter { $0.hasPrefix("v") && $0 != "v0" }.sorted()
    }

    /// Makes files of every kind and size in the folder `source`, with times and names that no text has.
    private static func makeSource(_ scratch: Scratch) throws {
        try scratch.python(
            """
            import os
            os.makedirs(b"source/deep/er"), os.mkdir("source/empty")
            def put(name, data):
                with open(b"source/" + name, "wb") as file: file.write(data)
            for size in (0, 1, 1024, 1025, 262_144, 1 << 20): put(b"%d" % size, os.urandom(size))
            put(b"deep/text", b"".join(b"line %d of a long text\\n" % n for n in range(230_000)))
            put(b"deep/er/random", os.urandom(5_000_000))
            put(b"no text \\xff\\xfe\\n", b"odd")
            for number in range(300): put(b"deep/many %d" % number, b"%d" % number)
            os.symlink(b"../nowhere/\\xff", b"source/deep/link")
            os.chmod("source/1024", 0o4751), os.chmod("source/empty", 0o1777), os.chmod("source/1", 0o400)
            with open("source/deep/sparse", "wb") as file:
                file.seek(1_500_000), file.write(b"data"), file.truncate(4_000_000)
            for at, path in enumerate([b"source/1", b"source/deep/link", b"source/deep"]):
                os.utime(path, ns=(1, at * 1_000_000_007 - 1), follow_symlinks=False)
            """)
    }

    /// Runs the reader on a store, with its phrase.
    private func read(
        _ scratch: Scratch, _ store: String, _ phrase: String, _ arguments: String..., status: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Child.Outcome {
        try scratch.write("phrase", phrase)
        let child = try Child(
            SystemPath("/usr/bin/env"),
            (["-C", scratch.work, "python3", "-B", Self.script, "phrase", store] + arguments).map { SystemPath($0) },
            environment: scratch.environment())
        let outcome = try child.finish(limit: .seconds(60))
        #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
        #expect(!outcome.errors.contains("Traceback"), "\(outcome)", sourceLocation: sourceLocation)
        return outcome
    }

    /// Extracts the vault and compares with the folder `source`, also what it lists.
    private func compare(_ scratch: Scratch, _ store: String, _ phrase: String) throws {
        let listed = try read(scratch, store, phrase, "list")
        #expect(listed.errors.isEmpty, "\(listed)")
        let extracted = try read(scratch, store, phrase, "extract", "back")
        #expect(extracted.errors.isEmpty, "\(extracted)")
        try scratch.write("listed", listed.bytes)
        try scratch.python(
            """
            import hashlib, os, stat
            def facts(folder):
                found = {}
                for place, folders, files in os.walk(os.fsencode(folder)):
                    for name in [b"."] + folders + files:
                        path = os.path.normpath(os.path.join(place, name))
                        status = os.lstat(path)
                        data = b""
                        if stat.S_ISLNK(status.st_mode): data = os.readlink(path)
                        elif stat.S_ISREG(status.st_mode): data = open(path, "rb").read()
                        found[os.path.relpath(path, os.fsencode(folder))] = (
                            oct(status.st_mode), status.st_uid, status.st_gid, status.st_mtime_ns,
                            hashlib.sha256(data).hexdigest())
                return found
            source, back = facts("source"), facts("back/source")
            for name in source.keys() | back.keys():
                assert source.get(name) == back.get(name), f"{name}: {source.get(name)}, {back.get(name)}"
            def line(path, fact):
                path = os.path.normpath(b"/source/" + path)
                return b"%o %d %d" % (int(fact[0], 8) & 0o7777, *fact[1:3]), b"%d.%09d" % divmod(fact[3], 10**9), (
                    fact[4].encode() + b" " + path + b"\\n")
            listed = open("listed", "rb").read()
            for permissions, time, rest in [line(*item) for item in source.items()]:
                found = listed[:listed.index(rest)].splitlines()[-1]
                assert b" " + permissions + b" " in found and b" " + time + b" " in found, found + rest
            # One name has a line's end in it; the root has a line too.
            assert listed.count(b"\\n") == len(source) + 2, f"{listed.count(10)} lines, {len(source)} paths"
            """)
        try scratch.shell("rm -r back")
    }

    @Test(
        "the reader lists and extracts a vault byte for byte, packed in each way",
        arguments: [[], ["--pad-sizes"], ["--no-compression"], ["--pad-sizes", "--no-compression"]])
    func packings(_ options: [String]) throws {
        try Scratch.with(vault: false) { scratch in
            let made = try scratch.expect(0, ["init", "--no-passphrase", "--json"] + options)
            let phrase = try #require(try made.json()["recovery_phrase"]?.text)
            try Self.makeSource(scratch)
            try scratch.expect(0, "upload", "source")
            try scratch.expect(0, "flush")
            try compare(scratch, scratch.vault() + "/store", phrase)
        }
    }

    @Test("after a new epoch the reader reads on; where each node is damaged, second copies serve; nothing else does")
    func epochsAndCopies() throws {
        try Scratch.with(vault: false) { scratch in
            let made = try scratch.expect(0, "init", "--no-passphrase", "--json")
            let phrase = try #require(try made.json()["recovery_phrase"]?.text)
            let store = scratch.vault() + "/store"
            try Self.makeSource(scratch)
            try scratch.expect(0, "upload", "source")
            try scratch.expect(0, "rekey", input: .text(phrase + "\n"))
            try scratch.expect(0, "flush")
            try compare(scratch, store, phrase)
            // One byte of every commit, node and chunk list in `objects`, found by the headers that format.md tells.
            try scratch.python(
                """
                import glob
                count = 0
                for path in glob.glob("\(store)/objects/*.seg"):
                    with open(path, "r+b") as file:
                        data, at = file.read(), 64
                        while data[at:at + 4] == b"cbso":
                            length = int.from_bytes(data[at + 8:at + 12], "big")
                            if data[at + 4] == 0 and data[at + 5] in (2, 3, 4):
                                count += 1
                                file.seek(at + 64 + length // 2)
                                file.write(bytes([data[at + 64 + length // 2] ^ 1]))
                            at += 64 + (length + 15 & -16)
                assert count > 2, f"only {count} were there"
                """)
            try compare(scratch, store, phrase)
            try scratch.shell("rm -r \(store)/copies")
            let outcome = try read(scratch, store, phrase, "list", status: 1)
            #expect(outcome.bytes.isEmpty && outcome.errors.contains("has no copy"), "\(outcome)")
        }
    }

    @Test("what does not belong together ends the reader with one sentence and status 1")
    func refusals() throws {
        try Scratch.with(vault: false) { scratch in
            let made = try scratch.expect(0, "init", "--no-passphrase", "--json")
            let phrase = try #require(try made.json()["recovery_phrase"]?.text)
            let store = scratch.vault() + "/store"
            try scratch.write("small", "small")
            try scratch.expect(0, "upload", "small")
            let other = try scratch.expect(0, "init", "--vault", "other", "--no-passphrase", "--json")
            let foreign = try #require(try other.json()["recovery_phrase"]?.text)
            func refused(_ store: String, _ phrase: String) throws {
                let outcome = try read(scratch, store, phrase, "list", status: 1)
                let isOneLine = outcome.errors.split(separator: "\n").count == 1
                #expect(outcome.bytes.isEmpty && isOneLine, "\(outcome)")
            }
            try refused(store, foreign)
            try refused(store, "no phrase")
            try refused(store + "/nowhere", phrase)
            for name in ["keyring", "checkpoint.?"] {
                try scratch.shell("rm -rf copy; cp -a \(store) copy; truncate -s 40 copy/\(name)")
                try refused("copy", phrase)
            }
        }
    }

    /// What the reader lists for a line of files.txt: some of its columns in another order.
    private static func asListed(_ line: Substring) -> String {
        let columns = line.split(separator: " ", maxSplits: 13, omittingEmptySubsequences: false).map(String.init)
        return [0, 1, 2, 3, 6, 8, 5, 11, 13].map { columns[$0] }.joined(separator: " ")
    }

    private static let kinds = [
        "regular", "directory", "symlink", "fifo", "socket", "characterDevice", "blockDevice",
    ]

    /// The lines of a list, with names as files.txt has them.
    private static func lines(_ outcome: Child.Outcome) -> Set<String> {
        var lines: [[UInt8]] = []
        for piece in outcome.bytes.split(separator: 0x0a) {
            // A name may hold the end of a line: what begins with no kind of file goes on.
            let word = String(decoding: piece.prefix { $0 != 0x20 }, as: UTF8.self)
            if kinds.contains(word) || lines.isEmpty {
                lines.append(Array(piece))
            } else {
                lines[lines.count - 1] += [0x0a] + piece
            }
        }
        return Set(lines.map { Name($0).escaped })
    }

    @Test("the reader reads a store of any published format, with every name, byte and attribute", arguments: versions)
    func fixture(_ version: String) throws {
        try Scratch.with(vault: false) { scratch in
            let fixture = Self.fixtures + "/" + version
            let phrase = String(decoding: try Files.readWhole(fixture + "/phrase.txt", limit: 1000), as: UTF8.self)
            let file = String(decoding: try Files.readWhole(fixture + "/files.txt", limit: 1 << 20), as: UTF8.self)
            let expected = Set(file.split(separator: "\n").map(Self.asListed))
            // As it lies there, without what only the journal has.
            let raw = try read(scratch, fixture + "/store", phrase, "list")
            #expect(raw.errors.contains("the journal may hold more"), "\(raw)")
            #expect(Self.lines(raw).intersection(expected).count > expected.count / 2, "\(raw)")
            // And with it.
            try scratch.expect(
                0, "recover", "--store", fixture + "/store", "--no-passphrase", input: .text(phrase))
            try scratch.expect(0, "flush")
            let listed = try read(scratch, scratch.vault() + "/store", phrase, "list")
            #expect(Self.lines(listed) == expected)
        }
    }
}
