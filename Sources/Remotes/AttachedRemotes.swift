package import Core

/// The remotes of one vault, in the order in which they were added; the first one is the one in use.
package struct AttachedRemotes: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let url: RemoteURL

        package init(name: String, url: RemoteURL) {
            self.name = name
            self.url = url
        }

        package var json: JSON { .object([JSON.Member("name", JSON(name))] + JSON.members("url", Name(url.bytes))) }
    }

    private static let formatVersion = 1
    private static let fileBytes = 64 << 10
    /// More than anybody has copies.
    private static let greatestCount = 16

    package private(set) var entries: [Entry] = []

    package init() {}

    package subscript(_ name: String) -> Entry? { entries.first { $0.name.utf8.elementsEqual(name.utf8) } }

    /// Throws `.alreadyExists` for a name that is taken.
    package mutating func add(_ entry: Entry) throws(Failure) {
        try Label.check(entry.name, of: "a remote")
        guard self[entry.name] == nil else {
            throw Failure(
                .alreadyExists, "the vault has a remote '\(entry.name)' already",
                advice: "remove it first with: cbstore remote remove \(entry.name)")
        }
        guard entries.count < Self.greatestCount else {
            throw Failure(.overLimit, "a vault has at most \(Self.greatestCount) remotes")
        }
        entries.append(entry)
    }

    /// Throws `.notFound` for a name that no remote has.
    package mutating func remove(_ name: String) throws(Failure) {
        guard self[name] != nil else { throw Self.unknown(name) }
        entries.removeAll { $0.name.utf8.elementsEqual(name.utf8) }
    }

    package static func unknown(_ name: String) -> Failure {
        Failure(
            .notFound, "the vault has no remote '\(Name(name).escaped)'", advice: "see them with: cbstore remote list")
    }
}

extension AttachedRemotes {
    /// What the file at `path` lists; none when there is no file.
    package init(reading path: [UInt8]) throws(Failure) {
        guard let json = try SettingsFile.read(path, limit: Self.fileBytes, "list of remotes") else { return }
        guard json["version"]?.int == Self.formatVersion, let list = json["remotes"]?.elements else {
            throw SettingsFile.damaged("list of remotes")
        }
        for item in list {
            guard let name = item["name"]?.text, let url = item["url"]?.text else {
                throw SettingsFile.damaged("list of remotes")
            }
            let bytes = item["url_base64"]?.text.flatMap { Base64.decode($0) } ?? Array(url.utf8)
            try add(Entry(name: name, url: try RemoteURL(bytes)))
        }
    }

    /// Replaces the file by what `change` makes of its list, against every other process; on the disk when it returns.
    package static func change(
        at path: [UInt8], _ change: (inout AttachedRemotes) throws(Failure) -> Void
    ) throws(Failure) {
        try SettingsFile.change(path, "list of remotes") { () throws(Failure) -> JSON in
            var remotes = try AttachedRemotes(reading: path)
            try change(&remotes)
            return ["version": JSON(formatVersion), "remotes": .array(remotes.entries.map(\.json))]
        }
    }
}
