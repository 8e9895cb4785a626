package import Core

/// A POSIX access list: what the owner, named users, the group, named groups and everybody else may do with a file.
///
/// The kernel asks for it and obeys it; here it is kept, and agrees with the mode.
struct AccessList: Equatable, Sendable {
    /// The kinds of entry, in the order in which they stand, by the numbers of Linux.
    enum Kind: UInt16, Sendable {
        case owner = 0x01
        case user = 0x02
        case ownGroup = 0x04
        case group = 0x08
        /// The most that named users and all groups may do.
        case mask = 0x10
        case others = 0x20

        /// Whether an entry says whom it is for.
        var isNamed: Bool { self == .user || self == .group }
    }

    struct Entry: Equatable, Sendable {
        let kind: Kind
        /// Read, write and execute: the bits of one digit of a mode.
        var permissions: UInt16
        /// The user or group; all ones where the entry names none.
        let id: UInt32
    }

    private(set) var entries: [Entry] = []

    private static let version: UInt32 = 2

    /// Reads the value of an extended attribute as Linux has it; a list of nothing is nil.
    init?(_ value: [UInt8]) throws(MalformedBytes) {
        if value.isEmpty { return nil }
        var reader = ByteReader(value)
        // Its numbers are the other way round from all of ours.
        guard try reader.integer(UInt32.self).byteSwapped == Self.version else {
            throw MalformedBytes("an access list of a version that Linux does not have")
        }
        while !reader.isAtEnd {
            let kind = Kind(rawValue: try reader.integer(UInt16.self).byteSwapped)
            let permissions = try reader.integer(UInt16.self).byteSwapped
            let id = try reader.integer(UInt32.self).byteSwapped
            guard let kind, permissions <= 0o7 else { throw MalformedBytes("no entry of an access list") }
            entries.append(Entry(kind: kind, permissions: permissions, id: kind.isNamed ? id : .max))
        }
        if entries.isEmpty { return nil }
        guard isWhole else { throw MalformedBytes("an access list lacks entries, or has them in the wrong order") }
    }

    /// Whether each kind stands where it belongs, those that must be there once are, and a mask bounds what is named.
    private var isWhole: Bool {
        let kinds = entries.map(\.kind)
        let isOrdered = zip(kinds, kinds.dropFirst()).allSatisfy { one, next in
            one.rawValue < next.rawValue || one == next && one.isNamed
        }
        var needed: [Kind] = [.owner, .ownGroup, .others]
        if kinds.contains(where: { $0.isNamed }) { needed.append(.mask) }
        return isOrdered && needed.allSatisfy(kinds.contains)
    }

    /// The value of the extended attribute.
    var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 4 + entries.count * 8)
        writer.append(integer: Self.version.byteSwapped)
        for entry in entries {
            writer.append(integer: entry.kind.rawValue.byteSwapped)
            writer.append(integer: entry.permissions.byteSwapped)
            writer.append(integer: entry.id.byteSwapped)
        }
        return writer.bytes
    }

    /// Whether it says no more than a mode does.
    var isMinimal: Bool { entries.count == 3 }

    /// What the three digits of a mode show; the group's shows the mask where there is one.
    private var shown: [Kind] { [.owner, entries.contains { $0.kind == .mask } ? .mask : .ownGroup, .others] }

    /// The nine bits of the mode that go with this list; setting them is `chmod`.
    var permissions: UInt16 {
        get {
            shown.reduce(0) { bits, kind in bits << 3 | (entries.first { $0.kind == kind }?.permissions ?? 0) }
        }
        set {
            for (place, kind) in shown.enumerated() {
                guard let index = entries.firstIndex(where: { $0.kind == kind }) else { continue }
                entries[index].permissions = newValue >> (6 - 3 * UInt16(place)) & 0o7
            }
        }
    }

    /// What a new file gets of this default list when it is made with `permissions`: no more than both allow.
    func inherited(with permissions: UInt16) -> AccessList {
        var list = self
        list.permissions &= permissions
        return list
    }
}

/// The names under which Linux keeps access lists.
package enum AccessListName {
    /// What holds for the file.
    static let access = Name("system.posix_acl_access")
    /// What new files in the directory begin with.
    static let initial = Name("system.posix_acl_default")

    package static func contains(_ name: Name) -> Bool { name == access || name == initial }
}
