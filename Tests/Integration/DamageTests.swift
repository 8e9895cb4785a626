import Core
import Mounting
import Testing

/// Files of a vault that are not as the program left them.
@Suite struct DamageTests {
    /// A vault with a file of 3 MB, one that changed since, and small ones.
    static func withFilledVault(_ body: (Scratch) throws -> Void) throws {
        try Scratch.with { scratch in
            try scratch.write("large", FileVerbTests.bytes(3_000_000, 7))
            try scratch.write("small", "small")
            try scratch.expect(0, "upload", "large", "small")
            try body(scratch)
        }
    }

    /// Flips a bit in the middle of each file of the store whose name matches, and keeps the originals.
    static func flip(_ pattern: String, at place: String, _ scratch: Scratch) throws {
        try scratch.python(
            """
            import glob, os, shutil
            files = glob.glob("\(scratch.vault())/\(pattern)", recursive=True)
            assert files, "nothing matches"
            for path in files:
                with open(path, "r+b") as file:
                    data = file.read()
                    used = len(data.rstrip(b"\\0"))
                    at = \(place)
                    file.seek(at)
                    file.write(bytes([data[at] ^ 0x40]))
            """)
    }

    static func save(_ scratch: Scratch) throws { try scratch.shell("rm -rf saved; cp -a \(scratch.vault()) saved") }
    static func restore(_ scratch: Scratch) throws {
        try scratch.shell("rm -rf \(scratch.vault()); cp -a saved \(scratch.vault())")
    }

    @Test(
        "a damaged key file ends every verb with 6, and a restored one opens the vault again", arguments: [0, 10, 60])
    func key(_ offset: Int) throws {
        try Self.withFilledVault { scratch in
            try Self.save(scratch)
            try Self.flip("key", at: "\(offset)", scratch)
            let outcome = try scratch.expect(6, "ls")
            #expect(outcome.errors.contains("key file"), "\(outcome)")
            try scratch.expect(6, "mount", try scratch.mountpoint())
            try Self.restore(scratch)
            try scratch.expect(0, "ls")
            try scratch.shell("truncate -s 20 \(scratch.vault())/key")
            try scratch.expect(6, "ls")
        }
    }

    @Test("a keyring that is damaged, cut or gone ends every verb with 6 and says what to restore")
    func keyring() throws {
        try Self.withFilledVault { scratch in
            try Self.save(scratch)
            for damage in ["", "truncate -s 50", ": >", "rm"] {
                if damage.isEmpty {
                    try Self.flip("store/keyring", at: "len(data) // 2", scratch)
                } else {
                    try scratch.shell("\(damage) \(scratch.vault())/store/keyring")
                }
                let outcome = try scratch.expect(6, "ls")
                #expect(outcome.errors.contains("keyring"), "\(damage): \(outcome)")
                try Self.restore(scratch)
            }
            #expect(try scratch.expect(0, "cat", "/large").bytes == scratch.read("large"))
        }
    }

    @Test("a damaged object is an error with 6, never other bytes; the rest is read, and the object is named")
    func object() throws {
        try Self.withFilledVault { scratch in
            try Self.save(scratch)
            let wanted = try scratch.read("large")
            for place in ["used // 4", "used // 2", "used * 2 // 3"] {
                try Self.flip("store/objects/*", at: place, scratch)
                let outcome = try scratch.run("fetch", "/large", "-o", "out")
                #expect(outcome.status == 6 && !outcome.errors.isEmpty, "\(place): \(outcome)")
                #expect(!scratch.exists("out"), "no file appears under the name")
                let printed = try scratch.run("cat", "/large")
                #expect(
                    printed.status == 6 && wanted.starts(with: printed.bytes), "only bytes that are right are printed")
                try Self.restore(scratch)
            }
            #expect(try scratch.expect(0, "cat", "/large").bytes == wanted)
        }
    }
}
