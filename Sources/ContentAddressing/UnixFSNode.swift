internal import Core

/// A link from a node to a child: its CID, the bytes of the whole DAG below, and the bytes of file it stands for.
package struct UnixFSLink: Sendable, Hashable {
    package let cid: CID
    package let dagLength: UInt64
    package let fileLength: UInt64
}

/// The bytes of file nodes: dag-pb around a UnixFS message, in the one order that gives the known CIDs.
enum UnixFSNode {
    /// What a message says that its node is.
    enum Kind: UInt64 {
        /// A leaf of a trickle file.
        case raw = 0
        case file = 2
    }

    /// Receives each block that is done, under its CID.
    typealias Sink<Problem: Error> = (CID, [UInt8]) throws(Problem) -> Void

    /// A node over links, without content of its own.
    static func inner(_ links: [UnixFSLink], metadata: UnixFSMetadata) -> [UInt8] {
        var block = ByteWriter(reserving: 64 * links.count + 64)
        for link in links {
            var message = FieldWriter()
            message.bytes(1, link.cid.bytes)
            // Kubo writes the empty name too, and the CID depends on it.
            message.bytes(2, [])
            message.number(3, link.dagLength)
            block.append(varint: 2 << 3 | 2)
            block.append(lengthPrefixed: message.bytes)
        }
        var file = FieldWriter()
        file.number(1, Kind.file.rawValue)
        file.number(3, links.reduce(0) { $0 + $1.fileLength })
        for link in links { file.number(4, link.fileLength) }
        // Links stand before the data, though their field number is the greater one.
        block.append(varint: 1 << 3 | 2)
        block.append(lengthPrefixed: file.bytes + fields(of: metadata))
        return block.bytes
    }

    /// What stands before and behind the content of a leaf that carries it inside a node.
    static func frame(
        _ kind: Kind, contentLength: Int, metadata: UnixFSMetadata
    ) -> (head: [UInt8], tail: [UInt8]) {
        var message = ByteWriter(reserving: 16)
        message.append(varint: 1 << 3)
        message.append(varint: kind.rawValue)
        if contentLength > 0 {
            message.append(varint: 2 << 3 | 2)
            message.append(varint: UInt64(contentLength))
        }
        var tail = FieldWriter()
        tail.number(3, contentLength)
        let tailBytes = tail.bytes + fields(of: metadata)
        var head = ByteWriter(reserving: 24)
        head.append(varint: 1 << 3 | 2)
        head.append(varint: UInt64(message.bytes.count + contentLength + tailBytes.count))
        head.append(message.bytes)
        return (head.bytes, tailBytes)
    }

    private static func fields(of metadata: UnixFSMetadata) -> [UInt8] {
        var fields = FieldWriter()
        if let mode = metadata.mode { fields.number(7, mode) }
        if let time = metadata.modified {
            var message = ByteWriter(reserving: 16)
            message.append(varint: 1 << 3)
            message.append(varint: UInt64(bitPattern: time.seconds))
            if time.nanoseconds > 0 {
                message.append(varint: 2 << 3 | 5)
                message.append(integer: time.nanoseconds.byteSwapped)
            }
            fields.bytes(8, message.bytes)
        }
        return fields.bytes
    }

    /// Makes the node over `links`, hands its block out, and gives the link to it.
    static func close<Problem: Error>(
        _ links: [UnixFSLink], _ metadata: UnixFSMetadata, _ profile: UnixFSProfile, _ emit: Sink<Problem>
    ) throws(Problem) -> UnixFSLink {
        let block = inner(links, metadata: metadata)
        let cid = profile.cid(ofNode: unsafe block.withUnsafeBytes { unsafe profile.multihash(of: $0) })
        try emit(cid, block)
        return UnixFSLink(
            cid: cid, dagLength: links.reduce(UInt64(block.count)) { $0 + $1.dagLength },
            fileLength: links.reduce(0) { $0 + $1.fileLength })
    }
}
