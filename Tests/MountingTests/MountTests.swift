import MountSupport
import Mounting
import Testing

/// Everything that mounts, one after the other: the tests beside each other would fight for the machine's two cores.
@Suite(.serialized, .oneMountAtATime, .enabled(if: MountingIsPossible.orMustBe, "needs /dev/fuse")) struct MountTests {}

extension MountTests {
    /// The demands on any file system, put to the files in memory behind the mount.
    @Suite struct ReferenceMountTests {
        @Test("the mount meets what POSIX demands", arguments: FileSystemCase.all)
        func meets(_ demand: FileSystemCase) throws {
            let mount = try MountedSubject(BuiltProgram.path("reference-mount"))
            let outcome = try mount.python(demand.script, limit: demand.limit)
            #expect(outcome.succeeded, "\(outcome)")
            #expect(try mount.stop().status == 0)
        }
    }
}
