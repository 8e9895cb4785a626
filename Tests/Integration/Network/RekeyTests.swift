import Core
import MockServer
import MountSupport
import Testing

extension MountTests {
    /// A new epoch, begun by the program.
    @Suite struct RekeyTests {
        @Test("rekey seals the vault anew, says so, and every file is what it was, here and on another machine")
        func story() throws {
            try Scratch.withMock { mock in
                try Scratch.with(vault: false) { first in
                    let phrase = try first.makeVault()
                    try first.connect(to: mock.url)
                    try first.shell(
                        "mkdir d; head -c 3000000 /dev/urandom > d/large; echo small > d/small; : > d/empty")
                    try first.expect(0, "upload", "d")
                    try Scratch.with(vault: false) { second in
                        try second.recover(phrase, from: mock.url)
                        try second.expect(0, "sync")
                        let place = try first.mount()
                        let busy = try first.expect(9, "rekey", input: .text(phrase + "\n"))
                        #expect(busy.errors.contains("cbstore mount"), "\(busy)")
                        try first.expect(0, "umount", place)
                        let said = try first.expect(0, "rekey", input: .text(phrase + "\n"))
                        #expect(said.errors.contains("epoch 2 has begun") && said.errors.contains("flush --wait"))
                        #expect(said.output.isEmpty)
                        try first.expect(0, "flush", "--wait")
                        #expect(try second.expect(0, "sync", "--json").json()["took_in"]?.text != nil)
                        try second.expect(0, "fetch", "/d", "-o", "back")
                        try second.shell("diff -r \(first.path("d")) back")
                        try second.write("new", "from the second")
                        try second.expect(0, "upload", "new")
                    }
                    try first.expect(0, "sync")
                    #expect(try first.expect(0, "cat", "/new").output == "from the second")
                    try first.expect(0, "fetch", "/d", "-o", "back")
                    try first.shell("diff -r d back")
                }
            }
        }

        @Test("without a remote it works alone; JSON says which epoch, and what was sealed")
        func local() throws {
            try Scratch.with(vault: false) { scratch in
                let phrase = try scratch.makeVault() + "\n"
                try scratch.write("f", [UInt8](repeating: 7, count: 200_000))
                try scratch.expect(0, "upload", "f")
                let begun = try scratch.expect(
                    0, "rekey", "--new-epoch-only", "--json", input: .text(phrase)
                ).json()
                #expect(begun["epoch"]?.int == 2 && begun["is_new_epoch"] == .bool(true))
                #expect(begun["sealed_objects"] == .null)
                let finished = try scratch.expect(0, "rekey", "--json", input: .text(phrase)).json()
                #expect(finished["epoch"]?.int == 2 && finished["is_new_epoch"] == .bool(false))
                #expect(finished["sealed_objects"]?.int == 1)
                #expect(try scratch.expect(0, "cat", "/f").bytes == scratch.read("f"))
                #expect(try scratch.expect(0, "rekey", input: .text(phrase)).errors.contains("epoch 3 has begun"))
                #expect(try scratch.expect(0, "cat", "/f").bytes == scratch.read("f"))
            }
        }

        @Test("words that are no phrase, another vault's phrase and a remote that is away change nothing")
        func refusals() throws {
            try Scratch.with(vault: false) { scratch in
                let phrase = try scratch.makeVault()
                let keyring = scratch.vault() + "/store/keyring"
                let before = try Files.readWhole(keyring, limit: 1 << 20)
                try scratch.expect(6, "rekey", input: .text("no such words\n"))
                try scratch.expect(64, "rekey")
                let other = ["CBSTORE_HOME": scratch.folder + "/second"]
                let foreign = try scratch.expect(0, "init", "--no-passphrase", "--json", environment: other).json()
                let words = try #require(foreign["recovery_phrase"]?.text)
                try scratch.expect(4, "rekey", input: .text(words + "\n"))
                try scratch.expect(0, "remote", "add", "away", "cipherbox+http://127.0.0.1:1")
                let away = try scratch.run("rekey", input: .text(phrase + "\n"))
                #expect(away.status == 4 || away.status == 5, "\(away)")
                #expect(try Files.readWhole(keyring, limit: 1 << 20) == before)
            }
        }
    }
}
