import Core
import MountSupport
import Mounting
import Testing

/// What the program says of itself, and to whom it does not understand.
@Suite struct ProgramTests {
    private static let verbs = [
        "init", "recover", "upload", "fetch", "ls", "cat", "stat", "mkdir", "mv", "rm", "mount", "umount", "status",
        "flush",
        "cid", "doctor", "version", "help", "completion", "man",
    ]

    @Test("version is printed within ten milliseconds")
    func version() throws {
        try Scratch.with(vault: false) { scratch in
            #expect(try scratch.expect(0, "version").output == scratch.expect(0, "--version").output)
            #expect(try scratch.expect(0, "version", "--json").json()["name"]?.text == "cbstore")
            let program = BuiltProgram.path("cbstore")
            let environment = scratch.environment()
            // The least of many, as other work of the machine can only add to it; on a quiet one the first will do.
            var least = Duration.seconds(10)
            for _ in 0..<200 where least > .milliseconds(10) {
                let start = SystemTime.monotonic()
                let outcome = try Child(program, [SystemPath("version")], environment: environment).finish(
                    limit: .seconds(10))
                least = min(least, SystemTime.monotonic() - start)
                #expect(outcome.status == 0)
            }
            #expect(least <= .milliseconds(10), "took \(least)")
        }
    }

    @Test("every verb has help on standard output, by --help, -h and help", arguments: verbs)
    func help(_ verb: String) throws {
        try Scratch.with(vault: false) { scratch in
            let help = try scratch.expect(0, verb, "--help")
            #expect(help.output.contains("USAGE: cbstore \(verb)") && help.output.contains("EXIT STATUS"), "\(help)")
            #expect(try scratch.expect(0, "help", verb).output == help.output)
            #expect(try scratch.expect(0, verb, "-h").output == help.output)
            let page = try scratch.expect(0, "man", verb)
            #expect(page.output.hasPrefix(".TH") || page.output.contains("\n.TH"), "\(page)")
        }
    }

    @Test("help names every verb, and completion is a script the shell accepts")
    func wholeProgram() throws {
        try Scratch.with(vault: false) { scratch in
            let help = try scratch.expect(0, "--help").output
            for verb in Self.verbs { #expect(help.contains("\n  \(verb) "), "\(verb)") }
            #expect(try scratch.expect(0, "man").output.contains(".SH"))
            for shell in ["bash", "zsh", "fish"] {
                #expect(try scratch.expect(0, "completion", shell).output.contains("umount"), "\(shell)")
            }
            let complete = try scratch.shell(
                """
                "$CBSTORE" completion bash > completion.bash
                bash --norc -c '. ./completion.bash; COMP_WORDS=(cbstore up); COMP_CWORD=1; COMP_LINE="cbstore up"; COMP_POINT=10
                    name=$(complete -p cbstore | sed "s/.*-F \\([^ ]*\\).*/\\1/"); "$name" cbstore up cbstore; echo "${COMPREPLY[@]}"'
                """)
            #expect(complete.output.contains("upload"), "\(complete)")
        }
    }

    @Test(
        "a line that is not understood ends with 64 and says what was probably meant",
        arguments: [
            (["frobnicate"], nil), (["uplaod"], "upload"), (["lss"], "ls"), (["ls", "--recusive"], "--recursive"),
            (["mount"], nil), (["cat"], nil), (["fetch", "/a", "/b"], nil), (["ls", "--vault"], nil),
            (["completion", "tcsh"], nil), (["cid", "--profile", "none", "x"], nil),
            (["mount", "d", "-o", "frob"], nil),
            (["upload"], nil), (["cid", "--chunker", "size-0", "x"], nil), (["init", "--vault", "../up"], nil),
            (["init", "--no-passphrase=yes"], nil),
        ] as [([String], String?)])
    func usage(_ words: [String], _ meant: String?) throws {
        try Scratch.with { scratch in
            let outcome = try scratch.run(words.map { SystemPath($0) })
            #expect(
                outcome.status == 64 && outcome.bytes.isEmpty && outcome.errors.hasPrefix("cbstore: "), "\(outcome)")
            if let meant { #expect(outcome.errors.contains("Did you mean '\(meant)'?"), "\(outcome)") }
        }
    }

    @Test("doctor finds nothing wrong with a fresh vault, and names a key that others can read")
    func doctor() throws {
        try Scratch.with { scratch in
            let grades = { (outcome: Child.Outcome) in
                try outcome.jsonLines().filter { $0["finding"]?.text?.contains("vault 'default'") == true }.map {
                    $0["grade"]?.text
                }
            }
            #expect(try grades(scratch.run("doctor", "--json")) == ["note"])
            try scratch.shell("chmod 644 \(scratch.vault())/key; mv \(scratch.vault())/store/keyring away")
            let outcome = try scratch.expect(1, "doctor")
            #expect(outcome.output.contains("chmod 600") && outcome.output.contains("no keyring"), "\(outcome)")
        }
    }

    @Test("without a vault every verb says how to make one")
    func noVault() throws {
        try Scratch.with(vault: false) { scratch in
            for words in [["ls"], ["status"], ["upload", "/etc/hostname"], ["mount", scratch.work], ["cat", "/x"]] {
                let outcome = try scratch.run(words.map { SystemPath($0) })
                #expect(outcome.status == 3 && outcome.errors.contains("cbstore init"), "\(words): \(outcome)")
            }
        }
    }

    @Test("a reader that closes the pipe early ends the command without a word")
    func closedPipe() throws {
        try Scratch.with { scratch in
            try scratch.write("large", FileVerbTests.bytes(3_000_000, 1))
            try scratch.expect(0, "upload", "large")
            let outcome = try scratch.shell("\"$CBSTORE\" cat /large | head -c 10 | wc -c")
            #expect(outcome.output == "10\n" && outcome.errors.isEmpty, "\(outcome)")
        }
    }
}
