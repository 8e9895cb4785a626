package import Core
internal import Remotes

/// `cbstore quota`.
package enum QuotaCommand: Command {
    package static let description = CommandDescription(
        "quota", "Show how much room the account has",
        discussion: """
            A CipherBox server counts every object that was ever uploaded, once, by its stored size, and never counts
            down: removing files, unpinning objects and collecting garbage make no room there. What a vault stores
            ('cbstore status') is what it takes when everything has been sent; versions sent in between count too.
            """,
        group: .remote,
        options: [.api],
        examples: [
            .init("cbstore quota", "Used and free."),
            .init("cbstore quota --json | jq .remaining_bytes", "Free bytes, for a script."),
        ],
        exitStatus: [.init(3, "There is no vault of that name."), .session, .network])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console).remotes
        let box = try opening.account()
        let quota = try waitFor { () async throws(Failure) in try await box.api.quota() }
        if arguments.wantsJSON {
            try console.json([
                "api": JSON(box.base), "used_bytes": JSON(quota.usedBytes), "limit_bytes": JSON(quota.limitBytes),
                "remaining_bytes": JSON(quota.remainingBytes),
            ])
        } else {
            try console.line("used:      \(ByteCount(quota.usedBytes))")
            try console.line("limit:     \(ByteCount(quota.limitBytes))")
            try console.line("remaining: \(ByteCount(quota.remainingBytes))")
            try console.flush()
            console.detail("Uploaded objects count once each; the server never counts down.")
        }
        return 0
    }
}
