import Core
import Mounting
import Testing

/// Names that are not what a program expects.
@Suite struct NameTests {
    private static let strange: [Name] = [
        Name([0xff, 0xfe, 0x80]), Name("with\nnewline"), Name("\u{1b}[31mred\u{1b}[0m"), Name("back\\slash"),
        Name("\r\t\u{7f}"),
        Name("-rf"), Name(" "), Name("…ünïcode 日本"), Name("e\u{301}"), Name("\u{e9}"), Name("\u{202e}txt.exe"),
        Name([UInt8](repeating: 0x6e, count: 255)), Name([UInt8](repeating: 0xc3, count: 255)),
    ]

    @Test("names of any bytes go in and come out, and are never raw on standard output")
    func anyBytes() throws {
        try Scratch.with { scratch in
            try Files.makeDirectory(scratch.path("in"), mode: 0o755)
            for (index, name) in Self.strange.enumerated() {
                let file = try FileDescriptor(creating: Files.join(scratch.path("in"), name.bytes), mode: 0o644)
                try file.write([UInt8(index)])
            }
            let stored = try scratch.expect(0, "upload", "in")
            #expect(stored.lines.count == Self.strange.count, "one line for each file: \(stored)")
            let listing = try scratch.expect(0, "ls", "/in")
            #expect(Set(listing.lines) == Set(Self.strange.map(\.escaped)))
            for outcome in [stored, listing, try scratch.expect(0, "ls", "-l", "/in")] {
                #expect(outcome.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x0a })
                #expect(String(validating: outcome.bytes, as: UTF8.self)?.contains("\u{202e}") == false)
            }
            for (index, name) in Self.strange.enumerated() {
                let path = SystemPath(Array("/in/".utf8) + name.bytes)
                let content = try scratch.run([SystemPath("cat"), path])
                #expect(content.status == 0 && content.bytes == [UInt8(index)], "\(name.escaped): \(content)")
                let json = try scratch.run([SystemPath("stat"), SystemPath("--json"), path]).json()
                let bytes =
                    json["name_base64"]?.text.flatMap { Base64.decode($0) } ?? json["name"]?.text.map { Array($0.utf8) }
                #expect(bytes == name.bytes)
            }
            try scratch.expect(0, "fetch", "/in", "-o", "out")
            try scratch.shell("diff -r in out")
            let failed = try scratch.run([SystemPath("cat"), SystemPath(Array("/\u{1b}[2Jgone".utf8))])
            #expect(failed.status == 3 && !failed.errors.utf8.contains(0x1b), "\(failed)")
        }
    }

    @Test("a name of 256 bytes is refused with a sentence")
    func tooLong() throws {
        try Scratch.with { scratch in
            let name = String(repeating: "n", count: 256)
            let outcome = try scratch.expect(1, "mkdir", "/" + name)
            #expect(
                outcome.errors.contains("name too long") || outcome.errors.contains("File name too long"), "\(outcome)")
            let stored = try scratch.expect(1, "upload", "-", "--to", "/" + name, input: .text("x"))
            #expect(!stored.errors.isEmpty)
            #expect(try scratch.expect(0, "ls").bytes.isEmpty)
        }
    }
}
