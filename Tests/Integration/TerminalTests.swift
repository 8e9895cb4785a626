import Core
import Testing

/// The program on a terminal: what it asks, and what it shows.
@Suite struct TerminalTests {
    /// `terminal(WORDS, (PROMPT, ANSWER)…)` runs the program on a terminal of its own and types each answer when its prompt
    /// is shown; it returns the exit status and everything the terminal showed.
    static let preamble = """
        import os, pty, select, sys, time
        program = os.environ["CBSTORE"]
        def terminal(words, *dialogue):
            child, screen = pty.fork()
            if child == 0:
                os.environ["TERM"] = "xterm"
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

    @Test("init asks for the passphrase twice without showing it, and for words of the phrase; later verbs ask once")
    func passphrase() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.python(
                Self.preamble + """
                    status, shown = terminal(["init"], (b"New passphrase: ", b"secret one"), (b"The same again: ", b"secret two"))
                    assert status == 64 and b"differ" in shown, (status, shown)
                    def word(number):
                        return lambda shown: shown.split(b"recovery phrase: ")[1].split()[number - 1]
                    status, shown = terminal(
                        ["init"], (b"New passphrase: ", b"open sesame"), (b"The same again: ", b"open sesame"),
                        (b"Word 3 ", word(3)), (b"Word 11 ", b"wrong"), (b"Word 11 ", b"wrong again"),
                        (b"Word 11 ", word(11)), (b"Word 19 ", word(19)))
                    assert status == 0 and b"The words are right" in shown, (status, shown)
                    assert b"open sesame" not in shown
                    status, shown = terminal(["status"], (b"Passphrase for vault 'default': ", b"open sesame"))
                    assert status == 0 and b"check words" in shown and b"sesame" not in shown, (status, shown)
                    status, shown = terminal(["status"], (b"Passphrase for vault 'default': ", b"open barley"))
                    assert status == 4 and b"passphrase" in shown, (status, shown)
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
