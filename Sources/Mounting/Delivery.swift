internal import Core
internal import FileSystem
internal import Volumes

/// How the value of one kind of operation becomes a reply, and how it is given back when nobody took it.
protocol Delivery: Sendable {
    associatedtype Value: Sendable

    /// Answers; returns whether the kernel holds what the value handed over.
    func send(_ value: Value, as reply: consuming Reply) -> Bool
    /// Returns to the file system what a value holds that reached nobody: a lookup count, an open handle.
    func giveBack(_ value: Value)
}

extension Delivery {
    func giveBack(_ value: Value) {}
}

/// For operations that only succeed.
struct DoneDelivery: Delivery {
    func send(_ value: Void, as reply: consuming Reply) -> Bool {
        reply.succeed()
        return true
    }
}

/// For operations that name a node.
struct EntryDelivery: Delivery {
    let fileSystem: any MountableFileSystem
    func send(_ value: NodeEntry, as reply: consuming Reply) -> Bool { reply.entry(value) }
    func giveBack(_ value: NodeEntry) { fileSystem.forget(value.node, lookups: 1) }
}

/// For operations that tell what `stat` shows.
struct StatusDelivery: Delivery {
    func send(_ value: NodeStatus, as reply: consuming Reply) -> Bool {
        reply.status(value)
        return true
    }
}

/// For `open` and `opendir`.
struct HandleDelivery: Delivery {
    let fileSystem: any MountableFileSystem
    let node: NodeID
    let opened: OpenedAs

    func send(_ value: HandleID, as reply: consuming Reply) -> Bool { reply.opened(value, as: opened) }
    func giveBack(_ value: HandleID) {
        if opened == .directory {
            fileSystem.releaseDirectory(value, of: node)
        } else {
            fileSystem.release(value, of: node)
        }
    }
}

/// For `create`.
struct CreationDelivery: Delivery {
    let fileSystem: any MountableFileSystem

    func send(_ value: OpenedNode, as reply: consuming Reply) -> Bool { reply.created(value) }
    func giveBack(_ value: OpenedNode) {
        fileSystem.release(value.handle, of: value.entry.node)
        fileSystem.forget(value.entry.node, lookups: 1)
    }
}

/// For `read`: at most what was asked for.
struct ContentDelivery: Delivery {
    let limit: Int

    func send(_ value: [UInt8], as reply: consuming Reply) -> Bool {
        if value.count <= limit { reply.data(value) } else { reply.data(Array(value.prefix(limit))) }
        return true
    }
}

/// For `lseek`.
struct PositionDelivery: Delivery {
    func send(_ value: UInt64, as reply: consuming Reply) -> Bool {
        reply.position(value)
        return true
    }
}

/// For `write` and `copy_file_range`.
struct WrittenDelivery: Delivery {
    func send(_ value: Int, as reply: consuming Reply) -> Bool {
        reply.written(value)
        return true
    }
}

/// For `readlink`.
struct LinkTargetDelivery: Delivery {
    func send(_ value: [UInt8], as reply: consuming Reply) -> Bool {
        reply.linkTarget(value)
        return true
    }
}

/// For values of extended attributes and lists of their names: the length, or all of it, or ERANGE.
struct AttributeDelivery: Delivery {
    let room: Int

    func send(_ value: [UInt8], as reply: consuming Reply) -> Bool {
        if room == 0 {
            reply.attributeLength(value.count)
        } else if value.count > room {
            reply.fail(.range)
        } else {
            reply.data(value)
        }
        return true
    }
}

/// For lists of names of extended attributes: each with a NUL behind it.
struct AttributeNamesDelivery: Delivery {
    let room: Int
    let caller: Caller

    /// Names under this prefix are for who administers the machine; nobody else sees them, as on the kernel's own file systems.
    private static let trustedPrefix = Array("trusted.".utf8)

    func send(_ value: [Name], as reply: consuming Reply) -> Bool {
        var list: [UInt8] = []
        for name in value where caller.owner == 0 || !name.bytes.starts(with: Self.trustedPrefix) {
            list += name.bytes
            list.append(0)
        }
        return AttributeDelivery(room: room).send(list, as: reply)
    }
}

/// For `readdir`, plain or with attributes.
struct ListingDelivery: Delivery {
    let fileSystem: any MountableFileSystem
    let room: Int
    let plus: Bool

    func send(_ value: [ListedEntry], as reply: consuming Reply) -> Bool {
        var taken = 0
        let isDelivered = reply.listing(upTo: room) { buffer in
            while taken < value.count, buffer.append(value[taken], plus: plus) { taken += 1 }
        }
        // What did not fit is listed, and looked up, again by the next call.
        if isDelivered { giveBack(value[taken...]) }
        return isDelivered
    }

    func giveBack(_ value: [ListedEntry]) { giveBack(value[...]) }

    private func giveBack(_ lines: ArraySlice<ListedEntry>) {
        for line in lines {
            if let entry = line.entry { fileSystem.forget(entry.node, lookups: 1) }
        }
    }
}
