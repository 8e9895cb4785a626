internal import ContentAddressing
package import Core
internal import Remotes
internal import Vaults

/// `cbstore pins`.
package enum PinsCommand: Command {
    package static let description = CommandDescription(
        "pins", "List what was pinned by hand",
        discussion: "From this vault's own list; no remote is asked.",
        group: .content,
        examples: [.init("cbstore pins", "CID, remote and time of each.")],
        exitStatus: [.init(3, "There is no such vault.")])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let folder = try VaultOpening(arguments, console).folder()
        for pin in try PinLedger(reading: folder.pinsPath).pins {
            if arguments.wantsJSON {
                try console.json(pin.json)
            } else {
                try console.line("\(pin.cid)  \(TerminalText.safe(pin.remote))  \(pin.pinned.text)")
            }
        }
        return 0
    }
}
