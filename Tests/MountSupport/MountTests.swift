internal import Testing

/// Everything that mounts, one after the other, in whichever target it stands: `swift test` runs them all in one process,
/// and mounts beside each other would fight for the machine's cores and miss their deadlines.
@Suite(.serialized, .enabled(if: MountingIsPossible.orMustBe, "needs /dev/fuse")) package struct MountTests {}
