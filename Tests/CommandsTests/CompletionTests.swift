import Commands
import Core
import Testing

@Suite struct CompletionTests {
    @Test("each script is as it was reviewed", arguments: CompletionShell.allCases)
    func snapshot(_ shell: CompletionShell) throws {
        try Snapshot.check(shell.script(wholeProgram), "completion.\(shell.rawValue)")
    }

    @Test("bash takes the script")
    func bashSyntax() throws {
        let result = try Shell.run("bash -n", input: CompletionShell.bash.script(wholeProgram))
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
    }

    @Test("zsh takes the script", .enabled(if: Shell.has("zsh")))
    func zshSyntax() throws {
        let result = try Shell.run("zsh -n /dev/stdin", input: CompletionShell.zsh.script(wholeProgram))
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
    }

    @Test("fish takes the script", .enabled(if: Shell.has("fish")))
    func fishSyntax() throws {
        let result = try Shell.run("fish -n", input: CompletionShell.fish.script(wholeProgram))
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
    }

    @Test(
        "bash offers what may stand there",
        arguments: [
            ("cbstore upl", ["upload"]), ("cbstore upload --ex", ["--exclude"]),
            ("cbstore u", ["upload", "umount", "unpin"]),
            ("cbstore --vault upload st", ["stat", "status"]), ("cbstore -q upload --exc", ["--exclude"]),
            ("cbstore completion ", ["bash", "zsh", "fish"]), ("cbstore completion f", ["fish"]),
            ("cbstore cid --profile unixfs-v1", ["unixfs-v1-2025"]),
            ("cbstore cid --profile = unixfs-v0", ["unixfs-v0-2015"]),
            ("cbstore cid ins", ["inspect"]), ("cbstore cid /etc/host", ["/etc/hosts"]), ("cbstore cid inspect /", []),
            ("cbstore man upl", ["upload"]), ("cbstore upload -- --ex", []), ("cbstore ls /", []),
            ("cbstore mount --options ", []), ("cbstore mount --home /us", ["/usr"]),
            ("cbstore upload /etc/host", ["/etc/hosts"]), ("cbstore --vers", ["--version"]), ("cbstore ls --vers", []),
        ])
    func bashBehaviour(_ line: String, _ expected: [String]) throws {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
        let script =
            CompletionShell.bash.script(wholeProgram) + """

                compopt() { :; }
                COMP_WORDS=(\(words.joined(separator: " ")))
                COMP_CWORD=\(words.count - 1)
                _cbstore
                printf '%s\\n' "${COMPREPLY[@]}"
                """
        let result = try Shell.run("bash", input: script)
        let offered = result.output.split(separator: "\n").map(String.init)
        if expected.allSatisfy({ $0.hasPrefix("/") }), !expected.isEmpty {
            #expect(Set(expected).isSubset(of: Set(offered)))
        } else {
            #expect(offered == expected)
        }
    }
}
