internal import Control
internal import Core
internal import Volumes

/// How files and vaults look on a terminal.
struct Listing {
    let console: Console
    let isLong: Bool
    let isJSON: Bool
    let now: Timestamp

    func show(_ info: FileInfo, _ path: VaultPath, named name: [UInt8]) throws(Failure) {
        if isJSON { return try console.json(info.json(at: path)) }
        if !isLong { return try console.line(Name(name).escaped) }
        var line = Self.mode(info.attributes) + " " + Self.right("\(info.links)", 3)
        line += " " + Self.right("\(info.attributes.owner)", 5) + " " + Self.right("\(info.attributes.group)", 5)
        line += " " + Self.right("\(info.size)", 12) + " \(info.attributes.modified.text) \(Name(name).escaped)"
        if let target = info.target { line += " -> \(Name(target).escaped)" }
        try console.line(line)
    }

    static func mode(_ attributes: Attributes) -> String {
        let kind: Character =
            switch attributes.kind {
            case .regular: "-"
            case .directory: "d"
            case .symlink: "l"
            case .fifo: "p"
            case .socket: "s"
            case .characterDevice: "c"
            case .blockDevice: "b"
            }
        var text = String(kind)
        let bits = attributes.permissions
        for (shift, special, set, unset) in [(6, 0o4000, "s", "S"), (3, 0o2000, "s", "S"), (0, 0o1000, "t", "T")] {
            let part = Int(bits) >> shift
            text += part & 4 != 0 ? "r" : "-"
            text += part & 2 != 0 ? "w" : "-"
            if Int(bits) & special != 0 {
                text += part & 1 != 0 ? set : unset
            } else {
                text += part & 1 != 0 ? "x" : "-"
            }
        }
        return text
    }

    static func details(_ info: FileInfo, _ path: VaultPath) -> String {
        var rows = [
            ("path", path.escaped), ("kind", info.attributes.kind.word),
            ("size", "\(info.size) bytes (\(info.allocated) not holes)"), ("mode", mode(info.attributes)),
            ("owner", "\(info.attributes.owner)"), ("group", "\(info.attributes.group)"), ("links", "\(info.links)"),
            ("inode", "\(info.inode)"), ("modified", info.attributes.modified.text),
            ("changed", info.attributes.changed.text), ("born", info.attributes.born.text),
        ]
        if let target = info.target { rows.append(("target", Name(target).escaped)) }
        if let cid = info.cid { rows.append(("cid", cid)) }
        return table(rows)
    }

    static func text(of status: VaultStatus) -> String {
        var rows = [
            ("vault", status.vault), ("name", status.ipnsName), ("device", status.device),
            ("remote", status.remote.map { "\($0.name) at \($0.address)" } ?? "none: this vault has one copy, here"),
            ("mounted at", status.mountpoint ?? "not mounted"),
            ("files", "\(status.files) with folders and links, \(ByteCount(status.contentBytes)) of content"),
            ("store", "\(status.objects) objects, \(ByteCount(status.storeBytes))"),
        ]
        if let limit = status.cacheLimitBytes {
            rows.append(("cache", "\(ByteCount(status.cachedBytes ?? 0)) of content, of at most \(ByteCount(limit))"))
        }
        rows += [
            ("pending", "\(status.pendingChanges) changes not yet in a commit"),
            ("unsynced", "\(status.unsyncedChanges) changes not yet known to be on the disk"),
        ]
        if let time = status.lastCommit {
            rows.append(("newest commit", time.text))
            rows.append(("commits made here", "\(status.commitCount)"))
            rows.append(("check words", status.checkWords ?? "none"))
        }
        if let remote = status.remote { rows += Self.rows(of: remote) }
        for trouble in status.troubles { rows.append(("trouble", trouble)) }
        return table(rows)
    }

    private static func rows(of remote: RemoteStatus) -> [(String, String)] {
        var rows = [("published", published(remote))]
        if let time = remote.lastPublished { rows.append(("last published", time.text)) }
        if let problem = remote.problem {
            let waits = remote.state == .blocked ? "" : "; it is tried again by itself"
            rows.append(("trouble", problem + (remote.advice.map { " (\($0))" } ?? "") + waits))
        }
        if !remote.diverged.isEmpty {
            let devices = remote.diverged.map { "'\($0)'" }.joined(separator: ", ")
            rows.append(("diverged", "device \(devices) has changes that are not in this tree"))
        }
        return rows
    }

    private static func published(_ remote: RemoteStatus) -> String {
        let age = remote.oldestPending.map { ", the oldest change waits for \(DurationText.brief($0))" } ?? ""
        switch remote.state {
        case .published: return "everything"
        case .pending: return "not everything yet" + age
        case .sending:
            let (sent, total) = (ByteCount(remote.sentBytes ?? 0), ByteCount(remote.totalBytes ?? 0))
            return "sending: \(sent) of \(total)" + age
        case .retrying, .blocked: return "not everything" + age
        }
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let width = (rows.map(\.0.count).max() ?? 0) + 2
        return rows.map { row in row.0 + ":" + String(repeating: " ", count: width - row.0.count) + row.1 + "\n" }
            .joined()
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
