internal import Control
package import Core
internal import Volumes

/// `cbstore ls`.
package enum ListCommand: Command {
    package static let description = CommandDescription(
        "ls", "List files and folders of the vault",
        discussion: "Without a path, the vault's root. Names are printed as they are; control characters as \\xNN.",
        group: .files,
        arguments: [.init("path", "Paths in the vault.", count: .zeroOrMore)],
        options: [
            .flag("long", short: "l", "Print mode, links, owner, size, time of change and name."),
            .flag("recursive", short: "R", "List folders below folders as well."),
        ],
        examples: [
            .init("cbstore ls -l /photos", "Sizes and times in a folder."),
            .init("cbstore ls -R --json / | jq -r .path", "Every path, for a script."),
        ],
        exitStatus: [.init(2, "Some paths could not be listed."), .notFound, .denied])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let paths = arguments.arguments("path").isEmpty ? [Array("/".utf8)] : arguments.arguments("path")
        return try VaultOpening(arguments, console).use { access throws(Failure) in
            let listing = Listing(
                console: console, isLong: arguments.isSet("long"), isJSON: arguments.wantsJSON,
                now: SystemTime().wallClock)
            return try EachPath(paths, console).run { path throws(Failure) in
                let info = try access.info(at: path)
                guard info.attributes.kind == .directory else { return try listing.show(info, path, named: path.bytes) }
                if paths.count > 1, !arguments.wantsJSON { try console.line("\(path.escaped):") }
                try list(path, access, listing, isRecursive: arguments.isSet("recursive"), shown: [])
            }
        }
    }

    /// Lists a folder; with -R names are shown as paths from where the listing began.
    private static func list(
        _ path: VaultPath, _ access: any VaultAccess, _ listing: Listing, isRecursive: Bool, shown: [UInt8]
    ) throws(Failure) {
        try access.forEachEntry(of: path) { entry throws(Failure) in
            let below = path.appending(entry.name)
            let name = shown.isEmpty ? entry.name.bytes : shown + [0x2f] + entry.name.bytes
            try listing.show(entry, below, named: name)
            if isRecursive, entry.attributes.kind == .directory {
                try list(below, access, listing, isRecursive: true, shown: name)
            }
        }
    }
}
