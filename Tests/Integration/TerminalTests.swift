import Core
import Testing

/// The program on a terminal: what it asks, and what it shows.
@Suite struct TerminalTests {
    /// `terminal(WORDS, (PROMPT, ANSWER)…)` runs the program on a terminal of its own and types each answer when its prompt
    /// is shown; it returns the exit status and everything the terminal showed.
    static let preamble = """
        import os, pty, select, sys, time
        program, term = os.environ["CBSTORE"], "xterm"
        def terminal(words, *dialogue):
            child, screen = pty.fork()
            if child == 0:
                os.environ["TERM"] = term
                os.execv(program, [program] + words)
            shown, at, end = b"", 0, time.monotonic() + 20
            waiting = list(dialogue)
            while True:
                ready, _, _ = select.select([screen], [], [], max(0, end - time.monotonic()))
                assert ready, ("nothing more is shown", shown, waiting)
                try:
                    piece = os.read(screen, 65536)
                except OSError:
                    piece = b""
                if not piece: break
                shown += piece
                while waiting and waiting[0][0] in shown[at:]:
                    prompt, answer = waiting.pop(0)
                    at = shown.index(prompt, at) + len(prompt)
                    os.write(screen, (answer(shown) if callable(answer) else answer) + b"\\n")
            assert not waiting, ("never asked", waiting, shown)
            os.close(screen)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown

        """

    /// Answers to the questions of `init`: `right` gives the word that was asked for last.
    private static let phraseWords = """
        import re
        def words(shown): return shown.split(b"recovery phrase: ")[1].split(b"\\r\\n")[0].split()
        def asked(shown): return int(re.findall(rb"Word (\\d+) of the phrase", shown)[-1])
        def right(shown): return words(shown)[asked(shown) - 1]
        def short(shown): return right(shown)[:4].upper() + b" "
        word = b" of the phrase?"
        passphrase = (b"New passphrase: ", b"open sesame"), (b"The same again: ", b"open sesame")
        home = os.environ["CBSTORE_HOME"] + "/vaults"
        def vaults(): return os.listdir(home) if os.path.isdir(home) else []

        """

    @Test("init asks for the passphrase twice without showing it, and for words of the phrase; later verbs ask once")
    func passphrase() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.python(
                Self.preamble + Self.phraseWords + """
                    status, shown = terminal(["init"], (b"New passphrase: ", b"secret one"), (b"The same again: ", b"secret two"))
                    assert status == 64 and b"differ" in shown, (status, shown)
                    status, shown = terminal(
                        ["init"], *passphrase, (word, right), (word, b"wrong wrong"), (word, b""), (word, short), (word, right))
                    assert status == 0 and b"The words are right" in shown, (status, shown)
                    assert b"open sesame" not in shown
                    status, shown = terminal(["status"], (b"Passphrase for vault 'default': ", b"open sesame"))
                    assert status == 0 and b"check words" in shown and b"sesame" not in shown, (status, shown)
                    status, shown = terminal(["status"], (b"Passphrase for vault 'default': ", b"open barley"))
                    assert status == 4 and b"passphrase" in shown, (status, shown)
                    """)
        }
    }

    @Test("no vault is made before its phrase was confirmed, and none when three answers are wrong or none comes")
    func unconfirmed() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.python(
                Self.preamble + Self.phraseWords + """
                    def bare(answer):
                        def typed(shown):
                            assert not vaults(), "a vault before its phrase was confirmed"
                            return answer(shown) if callable(answer) else answer
                        return typed
                    wrong = (word, bare(b"abandon abandon"))
                    for dialogue in ((wrong, wrong, wrong), ((word, bare(right)), wrong, wrong, wrong), ((word, bare(b"\\x04")),)):
                        status, shown = terminal(["init", "--no-passphrase"], *dialogue)
                        assert status == 130 and b"no vault was made" in shown, (status, shown)
                        assert not vaults(), vaults()
                        assert shown.count(b"That is not word %d." % asked(shown)) == dialogue.count(wrong), shown
                    term = "dumb"
                    status, shown = terminal(["init", "-q", "--no-passphrase"], *[(word, bare(right))] * 3)
                    assert status == 0 and len(vaults()) == 1, (status, shown)
                    """)
        }
    }

    @Test("init asks for no word when told not to, for JSON, and where input or output is no terminal")
    func unasked() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.python(
                Self.preamble + Self.phraseWords + """
                    init = ["init", "--no-passphrase", "--vault"]
                    for number, more in enumerate((["--no-phrase-check"], ["--json"])):
                        status, shown = terminal(init + ["plain%d" % number] + more)
                        assert status == 0 and b"Word" not in shown, (status, shown)
                    program = "/bin/sh"
                    for name, redirection in (("a", "< /dev/null"), ("b", "> out"), ("c", "2> errors")):
                        status, shown = terminal(["-c", '"$CBSTORE" init --no-passphrase --vault ' + name + " " + redirection])
                        assert status == 0 and b"Word" not in shown, (status, shown)
                    assert len(vaults()) == 5, vaults()
                    """)
        }
    }

    @Test("the recovery phrase is asked for where it is typed, and not where a file gives it")
    func phrase() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("phrase", Array(repeating: "abandon", count: 23).joined(separator: " ") + " art\n")
            try scratch.python(
                Self.preamble + """
                    typed = open("phrase", "rb").read().strip()
                    prompt = b"Type the 24 words"
                    for name, more in (("a", []), ("b", ["-q"])):
                        status, shown = terminal(
                            ["recover", "--no-passphrase", "--vault", name] + more, (prompt, typed))
                        assert status == 0, (status, shown)
                    program = "/bin/sh"
                    status, shown = terminal(["-c", '"$CBSTORE" recover --no-passphrase --vault c < phrase'])
                    assert status == 0 and prompt not in shown, (status, shown)
                    """)
        }
    }

    @Test("passphrase proves the old one before it asks for the new one twice, and shows neither")
    func passphraseChange() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("p", "open sesame")
            try scratch.expect(0, "init", "--passphrase-file", "p")
            try scratch.python(
                Self.preamble + """
                    old = b"Passphrase for vault 'default': "
                    status, shown = terminal(["passphrase"], (old, b"open barley"))
                    assert status == 4 and b"New passphrase" not in shown, (status, shown)
                    status, shown = terminal(
                        ["passphrase"], (old, b"open sesame"), (b"New passphrase: ", b"one"), (b"The same again: ", b"two"))
                    assert status == 64 and b"differ" in shown, (status, shown)
                    status, shown = terminal(
                        ["passphrase"], (old, b"open sesame"), (b"New passphrase: ", b"abracadabra"),
                        (b"The same again: ", b"abracadabra"))
                    assert status == 0 and b"is changed" in shown and b"abracadabra" not in shown, (status, shown)
                    status, shown = terminal(["status"], (old, b"abracadabra"))
                    assert status == 0, (status, shown)
                    """)
        }
    }

    @Test("rm -r says what it removes and asks; only yes removes")
    func removal() throws {
        try Scratch.with { scratch in
            try scratch.shell("mkdir d; echo 12345 > d/one; echo 1 > d/two")
            try scratch.expect(0, "upload", "d")
            try scratch.python(
                Self.preamble + """
                    for answer in (b"n", b"", b"maybe"):
                        status, shown = terminal(["rm", "-r", "/d"], (b"Remove? [y/N]", answer))
                        assert status == 130 and b"3 files and folders" in shown, (status, shown)
                    status, shown = terminal(["ls", "/d"])
                    assert shown.split() == [b"one", b"two"], shown
                    status, shown = terminal(["rm", "-r", "/d"], (b"Remove? [y/N]", b"y"))
                    assert status == 0, (status, shown)
                    assert terminal(["ls"]) == (0, b"")
                    """)
        }
    }

    @Test("no name steers the terminal, in listings, errors or progress")
    func names() throws {
        try Scratch.with { scratch in
            try scratch.python(
                Self.preamble + """
                    evil = b"\\x1b]0;title\\x07\\x1b[31mred\\r\\x9b2J\\n"
                    os.mkdir(b"d")
                    with open(b"d/" + evil, "wb") as file:
                        file.write(b"x" * 3_000_000)
                    os.symlink(evil, b"d/link")
                    for words in (["upload", "d"], ["ls", "-l", "/d"], ["ls", "-R"], ["fetch", "/d", "-o", "back"],
                                  ["fetch", "/d", "-o", "back"], ["stat", "/d/link"], ["rm", b"/d/" + evil], ["cat", b"/d/" + evil]):
                        status, shown = terminal(words)
                        for bad in (b"\\x1b]", b"\\x1b[31mred", b"\\x07", b"\\x9b"):
                            assert bad not in shown, (words, shown)
                    assert os.readlink(b"back/link") == evil
                    """)
        }
    }
}
