/// `cbstore flush`.
package enum FlushCommand {
    package static let description = CommandDescription(
        "flush", "Send what is pending to the remote and publish it",
        discussion: """
            Makes every change durable on this machine, then starts sending. With --wait it returns when all of it is
            sent and published, and shows how far it is meanwhile. Without a remote, durable is all there is to do.
            """,
        group: .sync,
        options: [
            .flag("wait", "Wait until everything is sent and published."),
            .value(
                "timeout", "duration",
                "With --wait, give up after this long (500ms, 30s, 5m, 2h); what is left stays"
                    + " pending.", default: "never"),
        ],
        examples: [.init("cbstore flush --wait --timeout 10m", "Before switching a laptop off.")],
        exitStatus: [
            .init(4, "Not logged in, or the remote refused."),
            .init(5, "The remote could not be reached, or the time-out passed with something left."),
            .init(8, "The remote's quota is reached."),
        ])
}
