import Core
import Mounting
import Primitives
import Sealing
import Testing

/// A vault rebuilt from its phrase and a copy of its store.
@Suite struct RecoverTests {
    private static func phrase(_ made: Child.Outcome) throws -> String {
        try #require(try made.json()["recovery_phrase"]?.text)
    }

    @Test("recover makes the vault anew from a copy of the store and the phrase, with every file equal")
    func recovery() throws {
        try Scratch.with(vault: false) { scratch in
            let made = try scratch.expect(0, "init", "--no-passphrase", "--json")
            try scratch.shell(
                "mkdir -p d/e; echo small > d/s; head -c 3000000 /dev/urandom > d/e/large; ln -s s d/link; : > d/empty; chmod 640 d/s"
            )
            try scratch.expect(0, "upload", "d")
            let status = try scratch.expect(0, "status", "--json").json()
            try scratch.shell(
                "cp -a \(scratch.vault())/store copy; find copy -type f | sort | xargs sha256sum > before")
            let words = try Self.phrase(made)
            let other = ["CBSTORE_HOME": scratch.folder + "/second"]
            let recovered = try scratch.expect(
                0, "recover", "--store", "copy", "--no-passphrase", "--json", input: .text(words + "\n"),
                environment: other
            ).json()
            #expect(recovered["ipns_name"] == status["ipns_name"] && recovered["files"] == status["files"])
            #expect(recovered["check_words"] == status["check_words"] && recovered["device"] == status["device"])
            #expect(recovered["commit_time"]?.text?.hasPrefix("20") == true)
            try scratch.expect(0, "fetch", "/d", "-o", "back", environment: other)
            try scratch.shell(
                "diff -r --no-dereference d back; find copy -type f | sort | xargs sha256sum | cmp - before; stat -c %a back/s | grep 640"
            )
            try scratch.expect(0, "upload", "before", environment: other)
            #expect(try scratch.expect(0, "cat", "/before", environment: other).bytes == scratch.read("before"))
            // A second recovery, from the store that a recovered device has written to.
            let third = ["CBSTORE_HOME": scratch.folder + "/third", "CBSTORE_PASSPHRASE": "secret"]
            let typed =
                "  " + words.uppercased().split(separator: " ").map { $0.prefix(4) }.joined(separator: "   ") + "  \n"
            try scratch.expect(
                0, "recover", "--store", "../second/vaults/default/store", input: .text(typed), environment: third)
            #expect(try scratch.expect(0, "ls", environment: third).lines == ["before", "d"])
        }
    }

    @Test("a phrase that does not fit is refused with its exit code, and nothing is left behind")
    func refusals() throws {
        try Scratch.with(vault: false) { scratch in
            let made = try scratch.expect(0, "init", "--no-passphrase", "--json")
            try scratch.shell("cp -a \(scratch.vault())/store copy; mkdir nostore")
            let words = try Self.phrase(made).split(separator: " ").map(String.init)
            let other = ["CBSTORE_HOME": scratch.folder + "/second"]
            func recover(_ status: Int32, _ phrase: String, store: String = "copy") throws -> String {
                try scratch.expect(
                    status, "recover", "--store", store, "--no-passphrase", input: .text(phrase + "\n"),
                    environment: other
                ).errors
            }
            let foreign = RecoveryPhrase().words.joined(separator: " ")
            #expect(try recover(4, foreign).contains("another vault"))
            var wrong = words
            wrong[16] = "zzzzz"
            #expect(try recover(6, wrong.joined(separator: " ")).contains("word 17"))
            // Another last word with the same first bits has another checksum, for 255 of 256 choices at least one of these.
            let swapped = ["abandon", "ability"].map { (words.dropLast() + [$0]).joined(separator: " ") }
                .first { (try? RecoveryPhrase(parsing: $0)) == nil }
            #expect(try recover(6, try #require(swapped)).contains("do not fit together"))
            #expect(try recover(6, words.dropLast().joined(separator: " ")).contains("24 words"))
            #expect(try recover(3, words.joined(separator: " "), store: "nostore").contains("not a copy of a store"))
            #expect(try recover(3, words.joined(separator: " "), store: "nowhere").contains("nowhere"))
            #expect(!Files.exists(scratch.folder + "/second/vaults/default"), "a refused recovery leaves no vault")
            let existing = try scratch.expect(
                7, "recover", "--store", "copy", "--no-passphrase", input: .text(words.joined(separator: " ")))
            #expect(existing.errors.contains("already"))
            try scratch.expect(64, "recover", "--no-passphrase", environment: other)
            try scratch.expect(64, "recover", "--store", "copy", "--no-passphrase", environment: other)
            #expect(try recover(0, words.joined(separator: " ")).isEmpty)
        }
    }

    @Test("the passphrase opens the vault, a wrong one does not, and none is asked of nobody")
    func passphrases() throws {
        try Scratch.with(vault: false) { scratch in
            try scratch.write("right", "correct horse\nsecond line")
            try scratch.write("wrong", "correct house\n")
            try scratch.expect(0, "init", "--passphrase-file", "right")
            try scratch.write("f", "content")
            try scratch.expect(0, "upload", "f", "--passphrase-file", "right")
            #expect(
                try scratch.expect(0, "cat", "/f", environment: ["CBSTORE_PASSPHRASE": "correct horse"]).output
                    == "content")
            let wrong = try scratch.expect(4, "cat", "/f", "--passphrase-file", "wrong")
            #expect(wrong.errors.contains("passphrase"), "\(wrong)")
            try scratch.expect(4, "mount", try scratch.mountpoint(), environment: ["CBSTORE_PASSPHRASE": "no"])
            let none = try scratch.expect(64, "cat", "/f")
            #expect(none.errors.contains("--passphrase-file"), "\(none)")
            try scratch.expect(3, "cat", "/f", "--passphrase-file", "gone")
            try scratch.expect(0, "cat", "/f", "--passphrase-file", "right")
        }
    }
}
