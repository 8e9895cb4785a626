import Core
import Mounting
import Testing

/// What happens to commands while another holds the vault without serving it.
@Suite struct HoldingTests {
    @Test("a second command waits for the first, then ends with 9 and says who holds the vault")
    func busy() throws {
        try Scratch.with { scratch in
            let holder = try scratch.start(["upload", "-", "--to", "/slow"].map { SystemPath($0) }, input: .held)
            try scratch.waitForHolder()
            try holder.feed("the beginning ")
            let process = try #require(scratch.holder())
            let start = SystemTime.monotonic()
            let second = try scratch.expect(9, "ls", "--json")
            let waited = SystemTime.monotonic() - start
            #expect(waited > .seconds(5) && waited < .seconds(20), "waited \(waited)")
            let failure = try second.failure()
            #expect(
                failure["code"]?.text == "busy" && failure["error"]?.text?.contains("process \(process)") == true,
                "\(second)")
            try holder.feed("and the end")
            holder.endInput()
            #expect(try holder.finish(limit: .seconds(20)).status == 0)
            #expect(try scratch.expect(0, "cat", "/slow").output == "the beginning and the end")
        }
    }

    @Test("a command that waits goes on when the vault is let go")
    func patience() throws {
        try Scratch.with { scratch in
            let holder = try scratch.start(["upload", "-", "--to", "/slow"].map { SystemPath($0) }, input: .held)
            try scratch.waitForHolder()
            let second = try scratch.start([SystemPath("ls")])
            try holder.feed("x")
            holder.endInput()
            #expect(try holder.finish(limit: .seconds(20)).status == 0)
            let outcome = try second.finish(limit: .seconds(20))
            #expect(outcome.status == 0 && outcome.lines == ["slow"], "\(outcome)")
        }
    }

    @Test("a command that was killed leaves the vault usable, with all that was acknowledged before")
    func killedUpload() throws {
        try Scratch.with { scratch in
            try scratch.write("f", FileVerbTests.bytes(2_000_000, 4))
            try scratch.expect(0, "upload", "f")
            let victim = try scratch.start(["upload", "-", "--to", "/half"].map { SystemPath($0) }, input: .held)
            try scratch.waitForHolder()
            try victim.feed(String(repeating: "half ", count: 8000))
            victim.signal(9)
            #expect(try victim.finish(limit: .seconds(10)).status == 137)
            #expect(try scratch.expect(0, "ls").lines == ["f"], "half a file is no file")
            #expect(try scratch.expect(0, "cat", "/f").bytes == scratch.read("f"))
        }
    }
}

extension Scratch {
    /// Waits until a process has said that it holds the vault.
    func waitForHolder(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let deadline = SystemTime.monotonic() + .seconds(20)
        while holder() == nil {
            try #require(SystemTime.monotonic() < deadline, "nobody took the vault", sourceLocation: sourceLocation)
        }
    }
}
