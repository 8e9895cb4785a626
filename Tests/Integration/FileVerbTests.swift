import Core
import Mounting
import Testing

/// The verbs that work on files of a vault which nobody has mounted.
@Suite struct FileVerbTests {
    /// The bytes that number `seed` gives, different for each.
    static func bytes(_ count: Int, _ seed: UInt8) -> [UInt8] {
        var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    @Test("init prints the name and a phrase of 24 words once, and refuses to make the vault again")
    func initialisation() throws {
        try Scratch.with(vault: false) { scratch in
            let made = try scratch.expect(0, "init", "--no-passphrase", "--json").json()
            #expect(made["vault"]?.text == "default")
            #expect(made["ipns_name"]?.text?.hasPrefix("k51") == true)
            #expect(made["recovery_phrase"]?.text?.split(separator: " ").count == 24)
            let again = try scratch.expect(7, "init", "--no-passphrase", "--json")
            #expect(try again.bytes.isEmpty && again.failure()["code"]?.text == "alreadyExists")
            let other = try scratch.expect(0, "init", "--vault", "work", "--no-passphrase")
            #expect(other.output.contains("recovery phrase: ") && other.errors.contains("shown once"), "\(other)")
            #expect(try scratch.expect(0, "status", "--vault", "work", "--json").json()["vault"]?.text == "work")
            #expect(try scratch.expect(0, "status", "--json").json()["vault"]?.text == "default")
            let verb = try scratch.expect(64, "init", "--vault", "upload", "--no-passphrase")
            #expect(verb.errors.contains("is a verb"), "\(verb)")
        }
    }

    @Test("what is uploaded is fetched again, by path and by CID, at every size around the boundaries")
    func roundTrip() throws {
        try Scratch.with { scratch in
            let chunk = 1 << 20
            let sizes =
                [0, 1, 1023, 1024, 1025, 8191, 8192, 8193, 262_143, 262_144, 262_145, chunk - 1, chunk, chunk + 1]
                + [2 * chunk + 7, 5_000_000]
            for (index, size) in sizes.enumerated() {
                try scratch.write("f\(size)", Self.bytes(size, UInt8(index)))
            }
            let stored = try scratch.run((["upload", "--json"] + sizes.map { "f\($0)" }).map { SystemPath($0) })
            #expect(stored.status == 0, "\(stored)")
            let lines = try stored.jsonLines()
            #expect(lines.map { $0["size"]?.int } == sizes)
            for (size, line) in zip(sizes, lines) {
                let cid = try #require(line["cid"]?.text)
                #expect(line["path"]?.text == "/f\(size)")
                try scratch.expect(0, "fetch", "/f\(size)", "-o", "by-path")
                try scratch.expect(0, "fetch", cid, "-o", "by-cid")
                let wanted = try scratch.read("f\(size)")
                #expect(try scratch.read("by-path") == wanted && scratch.read("by-cid") == wanted, "\(size) bytes")
                #expect(try scratch.expect(0, "cat", "/f\(size)").bytes == wanted, "\(size) bytes")
                #expect(try scratch.expect(0, "stat", "--json", "/f\(size)").json()["cid"]?.text == cid)
                try scratch.shell("rm by-path by-cid")
            }
        }
    }

    @Test("a folder is stored with its tree, modes, times and links, and comes back the same")
    func folders() throws {
        try Scratch.with { scratch in
            try scratch.shell(
                """
                mkdir -p tree/a/b tree/empty; echo one > tree/one; echo two > tree/a/two; ln -s ../one tree/a/link
                head -c 3000000 /dev/urandom > tree/a/b/large; chmod 600 tree/one; chmod 750 tree/a; chmod 755 tree/a/two
                touch -d '2001-02-03 04:05:06.789' tree/one tree/a
                """)
            try scratch.expect(0, "upload", "tree", "--to", "/backup")
            try scratch.expect(0, "fetch", "/backup/tree", "-o", "back")
            try scratch.shell(
                """
                diff -r --no-dereference tree back
                show() { (cd "$1"; find . ! -type l -printf '%p %m %T@ %y\\n'; find . -type l -printf '%p %l\\n') | sort; }
                show tree > tree.txt; show back > back.txt; diff tree.txt back.txt
                """)
        }
    }

    @Test("a second upload stores nothing new and prints the same CIDs; a changed file gets another")
    func again() throws {
        try Scratch.with { scratch in
            try scratch.shell("mkdir d; echo one > d/one; head -c 2000000 /dev/urandom > d/large; cp d/large d/copy")
            let first = try scratch.expect(0, "upload", "d").lines
            let before = try scratch.expect(0, "status", "--json").json()
            #expect(try scratch.expect(0, "upload", "d").lines == first)
            let after = try scratch.expect(0, "status", "--json").json()
            for key in ["store_bytes", "objects", "commit_count", "check_words"] {
                #expect(before[key] == after[key], "\(key)")
            }
            try scratch.shell("echo two > d/one; touch d/large")
            let third = try scratch.expect(0, "upload", "d").lines
            func cids(_ lines: [String]) -> [String: String] {
                Dictionary(
                    uniqueKeysWithValues: lines.map { ($0.components(after: "  "), String($0.prefix { $0 != " " })) })
            }
            let (old, new) = (cids(first), cids(third))
            #expect(old["/d/large"] == old["/d/copy"], "equal files are one object")
            #expect(old["/d/one"] != new["/d/one"] && old["/d/large"] == new["/d/large"])
            #expect(try scratch.expect(0, "cat", "/d/one").output == "two\n")
            let object = try #require(old["/d/large"])
            #expect(try scratch.expect(0, "fetch", object, "-o", "-").bytes == scratch.read("d/large"))
        }
    }

    @Test("standard input is stored under the name that --to gives")
    func standardInput() throws {
        try Scratch.with { scratch in
            try scratch.expect(64, "upload", "-", input: .text("lost"))
            try scratch.expect(0, "upload", "-", "--to", "/deep/in/file.txt", input: .text("from a pipe"))
            #expect(try scratch.expect(0, "cat", "/deep/in/file.txt").output == "from a pipe")
            try scratch.write("large", Self.bytes(3_000_001, 9))
            try scratch.expect(0, "upload", "-", "--to", "/large", input: .file(scratch.path("large")))
            #expect(try scratch.expect(0, "cat", "/large").bytes == scratch.read("large"))
        }
    }

    @Test("--exclude leaves out what matches, by name and across folders")
    func exclusions() throws {
        try Scratch.with { scratch in
            try scratch.shell(
                "mkdir -p d/.build/x d/s/.build; touch d/keep.txt d/drop.o d/s/drop.o d/s/keep.c d/.build/x/y d/s/.build/z"
            )
            try scratch.expect(0, "upload", "d", "--exclude", "**/.build", "--exclude", "**/*.o")
            let kept = try scratch.expect(0, "ls", "-R", "/d").lines
            #expect(kept == ["keep.txt", "s", "s/keep.c"])
        }
    }

    @Test("fetch gets a range, prints with -o -, refuses what exists, and replaces it with --force")
    func fetching() throws {
        try Scratch.with { scratch in
            let bytes = Self.bytes(300_000, 5)
            try scratch.write("f", bytes)
            try scratch.expect(0, "upload", "f")
            for (range, wanted) in [
                ("0-0", bytes[0...0]), ("0-8191", bytes[0...8191]), ("8191-8192", bytes[8191...8192]),
                ("262143-262144", bytes[262_143...262_144]), ("299999-", bytes[299_999...]),
                ("299990-999999", bytes[299_990...]),
                ("300000-", []), ("7-300005", bytes[7...]),
            ] {
                #expect(
                    try scratch.expect(0, "fetch", "/f", "-o", "-", "--range", range).bytes == Array(wanted), "\(range)"
                )
            }
            try scratch.expect(0, "fetch", "/f", "-o", "part", "--range", "10-19")
            #expect(try scratch.read("part") == Array(bytes[10...19]))
            let refused = try scratch.expect(7, "fetch", "/f", "-o", "part")
            #expect(refused.errors.contains("part exists") && refused.errors.contains("--force"), "\(refused)")
            #expect(try scratch.read("part").count == 10, "a refused fetch changes nothing")
            try scratch.expect(0, "fetch", "/f", "-o", "part", "--force")
            #expect(try scratch.read("part") == bytes)
            for wrong in ["9-3", "x-1", "-5", "12"] {
                try scratch.expect(64, "fetch", "/f", "-o", "-", "--range", wrong)
            }
            try scratch.expect(3, "fetch", "/nothing")
            // The CID of an empty DAG node, which no vault holds.
            try scratch.expect(3, "fetch", "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354", "-o", "x")
            try scratch.expect(1, "fetch", "bafynonsense", "-o", "x")
            #expect(!scratch.exists("x") && !scratch.exists("nothing"))
        }
    }

    @Test("ls, stat, mkdir, mv and rm do as their namesakes, with exit codes that tell what went wrong")
    func namesakes() throws {
        try Scratch.with { scratch in
            try scratch.write("a", "aaa")
            try scratch.write("b", "b")
            try scratch.expect(0, "upload", "a", "b")
            try scratch.expect(3, "mkdir", "/x/y")
            try scratch.expect(0, "mkdir", "-p", "/x/y/z", "/x")
            try scratch.expect(7, "mkdir", "/x")
            #expect(try scratch.expect(0, "ls").lines == ["a", "b", "x"])
            #expect(try scratch.expect(0, "ls", "-R").lines == ["a", "b", "x", "x/y", "x/y/z"])
            let long = try scratch.expect(0, "ls", "-l").lines
            #expect(long.count == 3 && long[0].hasPrefix("-rw-r--r--") && long[2].hasPrefix("drwxr-xr-x"), "\(long)")
            let entries = try scratch.expect(0, "ls", "--json").jsonLines()
            #expect(entries.map { $0["kind"]?.text } == ["file", "file", "directory"])
            #expect(entries.map { $0["size"]?.int }.prefix(2) == [3, 1])
            let details = try scratch.expect(0, "stat", "/a")
            #expect(details.output.contains("size:      3 bytes") && details.output.contains("cid:"), "\(details)")

            try scratch.expect(0, "mv", "/a", "/b", "/x/y")
            #expect(try scratch.expect(0, "ls", "/x/y").lines == ["a", "b", "z"])
            try scratch.expect(7, "mv", "-n", "/x/y/a", "/x/y/b")
            try scratch.expect(0, "mv", "/x/y/a", "/x/y/b")
            #expect(try scratch.expect(0, "cat", "/x/y/b").output == "aaa")
            try scratch.expect(1, "mv", "/x", "/x/y/inside")
            try scratch.expect(3, "mv", "/gone", "/there")
            try scratch.expect(2, "cat", "/x/y/b", "/gone")

            try scratch.expect(3, "rm", "/gone")
            try scratch.expect(0, "rm", "-f", "/gone")
            try scratch.expect(1, "rm", "/x")
            let refused = try scratch.expect(4, "rm", "-r", "/x")
            #expect(refused.errors.contains("--yes"), "\(refused)")
            #expect(
                try scratch.expect(0, "ls", "-R", "/x").lines == ["y", "y/b", "y/z"], "a refused rm removes nothing")
            try scratch.expect(0, "rm", "-r", "--yes", "/x")
            #expect(try scratch.expect(0, "ls").bytes.isEmpty)
        }
    }

    @Test("status and flush tell in JSON what is committed")
    func state() throws {
        try Scratch.with { scratch in
            let empty = try scratch.expect(0, "status", "--json").json()
            #expect(empty["files"]?.int == 0 && empty["mountpoint"]?.isNull == true && empty["remote"]?.isNull == true)
            try scratch.write("f", Self.bytes(100_000, 3))
            try scratch.expect(0, "upload", "f")
            let status = try scratch.expect(0, "flush", "--json").json()
            #expect(status["pending_changes"]?.int == 0 && status["unsynced_changes"]?.int == 0)
            #expect(status["files"]?.int == 1 && status["content_bytes"]?.int == 100_000)
            #expect(status["check_words"]?.text?.split(separator: " ").count == 4)
            #expect(status["commit_count"]?.int ?? 0 > empty["commit_count"]?.int ?? .max)
        }
    }
}

extension String {
    /// What follows the first `separator`.
    func components(after separator: String) -> String {
        guard let range = firstRange(of: separator) else { return "" }
        return String(self[range.upperBound...])
    }
}
