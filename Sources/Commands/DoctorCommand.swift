/// `cbstore doctor`.
package enum DoctorCommand {
    package static let description = CommandDescription(
        "doctor", "Check that everything cbstore needs is in order",
        discussion: """
            Looks at FUSE and its rights, the folders and their modes, free space, the vault's key, lock and journal,
            dead mounts, the clock, and the remote if one is set. Each finding comes with what to do about it. It
            changes nothing.
            """,
        group: .tool,
        examples: [.init("cbstore doctor", "First thing to run when something does not work.")],
        exitStatus: [.init(1, "Something is wrong; the findings say what."), .network, .integrity])
}
