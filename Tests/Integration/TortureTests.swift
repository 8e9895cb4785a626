import Core
import MountSupport
import Testing

@Suite struct TortureTests {
    @Test("a fiftieth of the torture of a store loses nothing")
    func store() throws {
        let run = try ChildRun(BuiltProgram.path("torture"), ["store", "--share", "2"])
        let outcome = try run.finish(limit: .seconds(120))
        #expect(outcome.succeeded, "\(outcome.output)")
        #expect(outcome.output.contains("nothing was lost"))
    }
}
