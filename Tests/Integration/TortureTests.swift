import Core
import MountSupport
import Mounting
import Testing

/// Runs a fiftieth of one torture.
private func torture(_ kind: String) throws {
    let run = try ChildRun(BuiltProgram.path("torture"), [kind, "--share", "2"])
    let outcome = try run.finish(limit: .seconds(120))
    #expect(outcome.succeeded, "\(outcome.output)")
    #expect(outcome.output.contains("nothing was lost"))
}

@Suite struct TortureTests {
    @Test("a fiftieth of the torture of a store loses nothing")
    func store() throws { try torture("store") }
}

extension MountTests {
    @Suite struct PowerCutTests {
        @Test("a fiftieth of the power cuts under a vault at work loses nothing")
        func cuts() throws { try torture("cuts") }
    }

    @Suite struct MountTortureTests {
        @Test("git and tar do their work on a mount, and 5 kills of what serves it lose nothing that was acknowledged")
        func share() throws {
            let run = try ChildRun(
                SystemPath("/usr/bin/env"),
                ["CBSTORE=\(BuiltProgram.path("cbstore").text)", "python3", Repository.path("Scripts/torture-mount")]
                    + ["git", "tar", "kills", "--kills", "5"])
            let outcome = try run.finish(limit: .seconds(120))
            #expect(outcome.succeeded, "\(outcome.output)")
            #expect(outcome.output.contains("5 kills"), "\(outcome.output)")
        }
    }
}
