internal import Core
internal import Primitives

/// A link from a node to a child: its CID, the bytes of the whole DAG below, and the bytes of file it stands for.
package struct UnixFSLink: Sendable, Hashable {
    package let cid: CID
    package let dagLength: UInt64
    package let fileLength: UInt64
}

/// The bytes of file nodes: dag-pb around a UnixFS message, in the one order that gives the known CIDs.
enum UnixFSNode {
    private static let typeFile: UInt64 = 2

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
        file.number(1, typeFile)
        file.number(3, links.reduce(0) { $0 + $1.fileLength })
        for link in links { file.number(4, link.fileLength) }
        append(metadata, to: &file)
        // Links stand before the data, though their field number is the greater one.
        block.append(varint: 1 << 3 | 2)
        block.append(lengthPrefixed: finish(file, metadata))
        return block.bytes
    }

    /// A leaf that carries content inside a node.
    static func leaf(_ content: UnsafeRawBufferPointer, metadata: UnixFSMetadata) -> [UInt8] {
        var file = FieldWriter()
        file.number(1, typeFile)
        if content.count > 0 { file.bytes(2, unsafe [UInt8](content)) }
        file.number(3, content.count)
        append(metadata, to: &file)
        var block = FieldWriter()
        block.bytes(1, finish(file, metadata))
        return block.bytes
    }

    private static func append(_ metadata: UnixFSMetadata, to file: inout FieldWriter) {
        if let mode = metadata.mode { file.number(7, mode) }
    }

    /// The message with the modification time behind it, whose nanoseconds have a width that no other field has.
    private static func finish(_ file: FieldWriter, _ metadata: UnixFSMetadata) -> [UInt8] {
        guard let time = metadata.modified else { return file.bytes }
        var inner = ByteWriter(reserving: 16)
        inner.append(varint: 1 << 3)
        inner.append(varint: UInt64(bitPattern: time.seconds))
        if time.nanoseconds > 0 {
            inner.append(varint: 2 << 3 | 5)
            inner.append(integer: time.nanoseconds.byteSwapped)
        }
        var whole = file
        whole.bytes(8, inner.bytes)
        return whole.bytes
    }

    static func cid(ofNode block: [UInt8], version: CID.Version) -> CID {
        let digest = SHA256.digest(of: block)
        return version == .v0 ? CID(version0: digest) : CID(codec: .dagPB, digest: digest)
    }
}
