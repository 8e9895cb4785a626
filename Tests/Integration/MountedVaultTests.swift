import MountSupport
import Mounting
import Testing

/// Everything that mounts, one after the other.
@Suite(.serialized, .oneMountAtATime, .enabled(if: MountingIsPossible.orMustBe, "needs /dev/fuse")) struct MountTests {}

extension MountTests {
    /// The demands on any file system, put to a vault behind the mount.
    @Suite struct MountedVaultTests {
        @Test("a mounted vault meets what POSIX demands", arguments: FileSystemCase.all + FileSystemCase.further)
        func meets(_ demand: FileSystemCase) throws {
            try Scratch.with { scratch in
                let place = try scratch.mount()
                try scratch.python(demand.script, in: place, limit: demand.limit)
                try scratch.expect(0, "umount", place)
                #expect(scratch.holder() == nil, "umount returns when the vault is closed")
            }
        }
    }
}
