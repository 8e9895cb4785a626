package import Core
package import Volumes

// The one place that says how files and vaults look in JSON: on the socket and under `--json`.

extension FileKind {
    /// The word for it in JSON.
    package var word: String {
        switch self {
        case .regular: "file"
        case .directory: "directory"
        case .symlink: "symlink"
        case .fifo: "fifo"
        case .socket: "socket"
        case .characterDevice: "character_device"
        case .blockDevice: "block_device"
        }
    }

    package init?(word: String) {
        guard let kind = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = kind
    }
}

extension FileInfo {
    /// `name` and `target` have their bytes in `…_base64` too when they are not UTF-8; `mode` is octal text.
    package var json: JSON {
        var members = JSON.members("name", name)
        members += [
            JSON.Member("kind", JSON(attributes.kind.word)),
            JSON.Member("mode", Permissions.json(attributes.permissions)),
            JSON.Member("uid", JSON(attributes.owner)), JSON.Member("gid", JSON(attributes.group)),
            JSON.Member("size", JSON(size)), JSON.Member("allocated", JSON(allocated)),
            JSON.Member("inode", JSON(inode)), JSON.Member("links", JSON(links)),
            JSON.Member("device", JSON(attributes.device)), JSON.Member("accessed", attributes.accessed.json),
            JSON.Member("modified", attributes.modified.json), JSON.Member("changed", attributes.changed.json),
            JSON.Member("born", attributes.born.json),
        ]
        if let target { members += JSON.members("target", Name(target)) }
        if let cid { members.append(JSON.Member("cid", JSON(cid))) }
        return .object(members)
    }

    package init?(json: JSON) {
        guard let name = json.bytes("name"), let kind = json["kind"]?.text.flatMap(FileKind.init(word:)),
            let permissions = json["mode"].flatMap(Permissions.read),
            let owner = json.number("uid", UInt32.self), let group = json.number("gid", UInt32.self),
            let device = json.number("device", UInt64.self), let inode = json.number("inode", UInt64.self),
            let links = json.number("links", UInt32.self), let size = json.number("size", UInt64.self),
            let allocated = json.number("allocated", UInt64.self),
            let accessed = json["accessed"].flatMap(Timestamp.init(json:)),
            let modified = json["modified"].flatMap(Timestamp.init(json:)),
            let changed = json["changed"].flatMap(Timestamp.init(json:)),
            let born = json["born"].flatMap(Timestamp.init(json:))
        else { return nil }
        var attributes = Attributes(
            kind: kind, permissions: permissions, owner: owner, group: group, device: device, now: changed)
        attributes.accessed = accessed
        attributes.modified = modified
        attributes.born = born
        self.init(
            name: Name(name), attributes: attributes, inode: inode, links: links, size: size, allocated: allocated,
            target: json.bytes("target"), cid: json["cid"]?.text)
    }
}

extension StoredAttributes {
    /// Only what is to be set.
    package var json: JSON {
        var members: [JSON.Member] = []
        if let permissions { members.append(JSON.Member("mode", Permissions.json(permissions))) }
        if let owner { members.append(JSON.Member("uid", JSON(owner))) }
        if let group { members.append(JSON.Member("gid", JSON(group))) }
        if let modified { members.append(JSON.Member("modified", modified.json)) }
        return .object(members)
    }

    /// Nil when a member is there and not what it should be.
    package init?(json: JSON) {
        guard json.members != nil else { return nil }
        self.init(
            permissions: json["mode"].flatMap(Permissions.read), owner: json.number("uid", UInt32.self),
            group: json.number("gid", UInt32.self), modified: json["modified"].flatMap(Timestamp.init(json:)))
        let read = [
            ("mode", permissions != nil), ("uid", owner != nil), ("gid", group != nil), ("modified", modified != nil),
        ]
        for (key, isRead) in read where !isRead && json[key] != nil { return nil }
    }
}

extension VaultStatus {
    package var json: JSON {
        [
            "vault": JSON(vault), "ipns_name": JSON(ipnsName), "device": JSON(device), "remote": remote?.json ?? .null,
            "files": JSON(files), "content_bytes": JSON(contentBytes), "store_bytes": JSON(storeBytes),
            "objects": JSON(objects), "pending_changes": JSON(pendingChanges),
            "unsynced_changes": JSON(unsyncedChanges), "last_commit": lastCommit?.json ?? .null,
            "commit_count": JSON(commitCount), "check_words": JSON(checkWords), "mountpoint": JSON(mountpoint),
            "pid": JSON(process), "cache_limit_bytes": cacheLimitBytes.map { JSON($0) } ?? .null,
            "cached_bytes": cachedBytes.map { JSON($0) } ?? .null,
            "troubles": .array(troubles.map { JSON($0) }),
        ]
    }

    package init?(json: JSON) {
        guard let vault = json["vault"]?.text, let ipnsName = json["ipns_name"]?.text,
            let device = json["device"]?.text, let files = json.number("files", UInt64.self),
            let contentBytes = json.number("content_bytes", UInt64.self),
            let storeBytes = json.number("store_bytes", UInt64.self),
            let objects = json.number("objects", UInt64.self),
            let pendingChanges = json.number("pending_changes", UInt64.self),
            let unsyncedChanges = json.number("unsynced_changes", UInt64.self),
            let commitCount = json.number("commit_count", UInt64.self), let process = json.number("pid", Int32.self),
            let troubles = json["troubles"]?.elements
        else { return nil }
        self.init(
            vault: vault, ipnsName: ipnsName, device: device, remote: json["remote"].flatMap(RemoteStatus.init(json:)),
            files: files,
            contentBytes: contentBytes, storeBytes: storeBytes, objects: objects, pendingChanges: pendingChanges,
            unsyncedChanges: unsyncedChanges, lastCommit: json["last_commit"].flatMap(Timestamp.init(json:)),
            commitCount: commitCount, checkWords: json["check_words"]?.text, mountpoint: json["mountpoint"]?.text,
            process: process, cacheLimitBytes: json.number("cache_limit_bytes", UInt64.self),
            cachedBytes: json.number("cached_bytes", UInt64.self),
            troubles: troubles.compactMap(\.text))
    }
}

/// The twelve bits of a mode as octal text of four digits.
private enum Permissions {
    static func json(_ permissions: UInt16) -> JSON {
        let digits = String(permissions & 0o7777, radix: 8)
        return JSON(String(repeating: "0", count: 4 - digits.count) + digits)
    }

    static func read(_ json: JSON) -> UInt16? {
        json.text.flatMap { UInt16($0, radix: 8) }.flatMap { $0 <= 0o7777 ? $0 : nil }
    }
}

extension JSON {
    /// The bytes of a text member: those of its `…_base64` sister when there is one.
    func bytes(_ key: String) -> [UInt8]? {
        if let base64 = self[key + "_base64"] { return base64.text.flatMap { Base64.decode($0) } }
        return self[key]?.text.map { Array($0.utf8) }
    }

    func number<Number: FixedWidthInteger>(_ key: String, _: Number.Type) -> Number? {
        switch self[key] {
        case .integer(let value): Number(exactly: value)
        case .unsigned(let value): Number(exactly: value)
        default: nil
        }
    }
}
