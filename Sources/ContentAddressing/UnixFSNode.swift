internal import Core

/// A link from a node to a child: its CID, the bytes of the whole DAG below, and the bytes of file it stands for.
package struct UnixFSLink: Sendable, Hashable {
    package let cid: CID
    package let dagLength: UInt64
    package let fileLength: UInt64
}

/// The bytes of file nodes, in the one order that gives the known CIDs.
enum UnixFSNode {
    /// Receives each block that is done, under its CID.
    typealias Sink<Problem: Error> = (CID, [UInt8]) throws(Problem) -> Void

    /// A node over links, without content of its own.
    static func inner(_ links: [UnixFSLink], metadata: UnixFSMetadata) -> [UInt8] {
        let message = UnixFSMessage(
            .file, fileSize: links.reduce(0) { $0 + $1.fileLength }, blockSizes: links.map(\.fileLength),
            mode: metadata.mode, modified: metadata.modified)
        // Kubo writes the empty name too, and the CID depends on it.
        let named = links.map { DagPBNode.Link(cid: $0.cid, name: Name(""), totalSize: $0.dagLength) }
        return DagPBNode(links: named, data: message.encoded[...]).encoded
    }

    /// What stands before and behind the content of a leaf that carries it inside a node.
    static func frame(
        _ kind: UnixFSMessage.Kind, contentLength: Int, metadata: UnixFSMetadata
    ) -> (head: [UInt8], tail: [UInt8]) {
        let bare = UnixFSMessage(
            kind, fileSize: UInt64(contentLength), mode: metadata.mode, modified: metadata.modified
        ).encoded
        // Content, field 2, goes behind the kind, which takes two bytes.
        var message = ByteWriter(reserving: 16)
        message.append(bare[..<2])
        if contentLength > 0 {
            message.append(varint: 2 << 3 | 2)
            message.append(varint: UInt64(contentLength))
        }
        let tail = Array(bare[2...])
        // The data of a dag-pb node is its field 1.
        var head = ByteWriter(reserving: 24)
        head.append(varint: 1 << 3 | 2)
        head.append(varint: UInt64(message.bytes.count + contentLength + tail.count))
        head.append(message.bytes)
        return (head.bytes, tail)
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
