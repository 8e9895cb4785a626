package import Core

/// A node of dag-pb: links to other blocks, and data.
///
/// What is absent is told from what is empty: both stand in real blocks, under CIDs of their own. So every block that is
/// read at all is written again byte for byte.
package struct DagPBNode: Sendable, Equatable {
    package struct Link: Sendable, Equatable {
        package let cid: CID
        package let name: Name?
        /// The bytes of the whole DAG below, as the writer of the node claims: a hint, to be neither checked nor relied on.
        package let totalSize: UInt64?

        package init(cid: CID, name: Name? = nil, totalSize: UInt64? = nil) {
            self.cid = cid
            self.name = name
            self.totalSize = totalSize
        }
    }

    package let links: [Link]
    /// A part of the block that was read: it is not copied, and keeps that one in memory.
    package let data: ArraySlice<UInt8>?

    package init(links: [Link] = [], data: ArraySlice<UInt8>? = nil) {
        self.links = links
        self.data = data
    }
}

/// The numbers of the fields.
private enum Field {
    static let data: UInt64 = 1
    static let links: UInt64 = 2

    static let hash: UInt64 = 1
    static let name: UInt64 = 2
    static let totalSize: UInt64 = 3
}

extension DagPBNode {
    /// The node that is all of `block`.
    ///
    /// Refuses unknown fields, fields of another kind, out of order or too often, links without a CID, and numbers that are
    /// not in their shortest form.
    package init(decoding block: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = FieldReader(block)
        var links: [Link] = []
        var data: ArraySlice<UInt8>?
        while let (field, value) = try reader.next() {
            guard data == nil else { throw MalformedBytes("something stands behind the data of a node") }
            guard case .bytes(let bytes) = value else { throw MalformedBytes("a node holds a number") }
            switch field {
            case Field.links: links.append(try Link(decoding: bytes))
            case Field.data: data = bytes
            default: throw MalformedBytes("a node has no field \(field)")
            }
        }
        self.init(links: links, data: data)
    }

    package init(decoding block: [UInt8]) throws(MalformedBytes) { try self.init(decoding: block[...]) }

    /// The one block of the node: links first, though their field has the greater number.
    package var encoded: [UInt8] {
        var writer = FieldWriter()
        for link in links { writer.bytes(Field.links, link.encoded) }
        if let data { writer.bytes(Field.data, data) }
        return writer.bytes
    }
}

extension DagPBNode.Link {
    fileprivate init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = FieldReader(bytes)
        var (cid, name, totalSize): (CID?, Name?, UInt64?)
        var last: UInt64 = 0
        while let (field, value) = try reader.next() {
            guard field > last else { throw MalformedBytes("fields of a link are out of order or stand there twice") }
            last = field
            switch field {
            case Field.hash: cid = try CID(bytes: value.bytes("the hash of a link"))
            case Field.name: name = Name(try value.bytes("the name of a link"))
            case Field.totalSize: totalSize = try value.number("the size of a link")
            default: throw MalformedBytes("a link has no field \(field)")
            }
        }
        guard let cid else { throw MalformedBytes("a link has no hash") }
        self.init(cid: cid, name: name, totalSize: totalSize)
    }

    fileprivate var encoded: [UInt8] {
        var writer = FieldWriter()
        writer.bytes(Field.hash, cid.bytes)
        if let name { writer.bytes(Field.name, name.bytes) }
        if let totalSize { writer.number(Field.totalSize, totalSize) }
        return writer.bytes
    }
}
