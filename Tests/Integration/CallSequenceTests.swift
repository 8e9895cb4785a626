import Core
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// What strangers' programs do to files, on the mount and in memory: the same results, errors and trees.
    @Suite(.enabled(if: MemoryFiles.compareOrMust, "needs root, and /dev/shm with extended attributes"))
    struct CallSequenceTests {
        @Test(
            "the calls of a program come to what its table says, on a mount and in memory",
            arguments: CallSequence.all)
        func sequence(_ sequence: CallSequence) throws {
            try Scratch.withFoldersToCompare { scratch, mounted, memory in
                let options = try scratch.hasAccessLists(in: scratch.mountpoint()) ? [] : ["without-acl"]
                let found = try scratch.program("sequence.py", [mounted] + options, input: .text(sequence.table))
                let expected = try scratch.program("sequence.py", [memory] + options, input: .text(sequence.table))
                #expect(found.count > 20)
                #expect(Scratch.firstDifference(found, expected) == nil)
            }
        }
    }

    /// Random calls of several processes, on the mount and in memory.
    @Suite(.enabled(if: MemoryFiles.compareOrMust, "needs root, and /dev/shm with extended attributes"))
    struct CallModelTests {
        @Test(
            "random calls of several processes come to what they do in memory, and their files stay when mounted anew",
            arguments: 1...3 as ClosedRange<Int>)
        func model(_ seed: Int) throws {
            try Scratch.withFoldersToCompare { scratch, mounted, memory in
                // Commits go on beside the calls.
                let found = try scratch.program("model.py", [mounted, "\(seed)", "3000", "$CBSTORE flush"])
                let expected = try scratch.program("model.py", [memory, "\(seed)", "3000"])
                #expect(found.count > 3000)
                #expect(Scratch.firstDifference(found, expected) == nil, "seed \(seed)")
                let place = try scratch.mountpoint()
                try scratch.expect(0, "umount", place)
                _ = try scratch.mount("mount", "-o", "allow_other")
                let tree = try scratch.program("calls.py", [mounted])
                #expect(Scratch.firstDifference(tree, try scratch.program("calls.py", [memory])) == nil, "seed \(seed)")
            }
        }
    }
}
