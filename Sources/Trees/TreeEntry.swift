internal import Core

/// How one node names another: the encoded reference of its object.
package typealias NodeLink = [UInt8]

/// One record of a map, or one child of an inner node under the greatest key below it.
package struct TreeEntry: Equatable, Sendable {
    package let key: [UInt8]
    /// A record's value, or a child's link and tally.
    package let value: [UInt8]

    package init(key: [UInt8], value: [UInt8]) {
        self.key = key
        self.value = value
    }

    /// The entry of an inner node for a child that was stored under `link`; nil for a child without entries.
    package init?(for child: TreeNode, at link: NodeLink) {
        guard let greatest = child.entries.last?.key else { return nil }
        self.init(key: greatest, link: link, tally: child.tally)
    }

    package init(key: [UInt8], link: NodeLink, tally: Tally) {
        var writer = ByteWriter(reserving: link.count + 16)
        writer.append(lengthPrefixed: link)
        tally.write(to: &writer)
        self.init(key: key, value: writer.bytes)
    }

    /// Where an entry of an inner node leads.
    package var link: NodeLink { NodeLink(checked.link) }

    /// What is below an entry of an inner node, as the node has it; the child itself is the proof.
    package var tally: Tally { checked.tally }

    /// Link and tally of an entry that is part of an inner node: they were read when the node was made.
    private var checked: (link: ArraySlice<UInt8>, tally: Tally) {
        guard let child = try? child() else { preconditionFailure("an entry of records leads nowhere") }
        return child
    }

    /// Reads the value as that of an inner node's entry; the link is not copied, for whoever asks for the tally alone.
    func child() throws(MalformedBytes) -> (link: ArraySlice<UInt8>, tally: Tally) {
        var reader = ByteReader(value)
        let link = try reader.lengthPrefixed()
        let tally = try Tally(reading: &reader)
        guard reader.isAtEnd else { throw MalformedBytes("bytes follow a tally") }
        return (link, tally)
    }

    /// What this entry counts for when nodes are cut, independent of how a node packs it.
    ///
    /// Above the records it does not depend on the value, whose tally may grow by a byte: the cut would move without need.
    func weight(level: Int) -> Int { level == 0 ? key.count + value.count + 4 : key.count + 96 }
}
