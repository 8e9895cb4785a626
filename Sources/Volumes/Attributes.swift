package import Core

/// What kind of thing a file is.
package enum FileKind: UInt8, Sendable, CaseIterable {
    case regular = 1, directory, symlink, fifo, socket, characterDevice, blockDevice
}

/// What `stat` tells about a file besides its size, its links and its number.
package struct Attributes: Equatable, Sendable {
    package var kind: FileKind
    /// The low twelve bits of the mode: permissions, set-id and sticky.
    package var permissions: UInt16
    package var owner: UInt32
    package var group: UInt32
    /// The device number of a device node, as Linux packs it; 0 for everything else.
    package var device: UInt64
    package var accessed: Timestamp
    package var modified: Timestamp
    package var changed: Timestamp
    package var born: Timestamp

    /// A fresh file of this kind: every time is `now`.
    package init(
        kind: FileKind, permissions: UInt16, owner: UInt32, group: UInt32, device: UInt64 = 0, now: Timestamp
    ) {
        self.kind = kind
        self.permissions = permissions & 0o7777
        self.owner = owner
        self.group = group
        self.device = device
        accessed = now
        modified = now
        changed = now
        born = now
    }
}
