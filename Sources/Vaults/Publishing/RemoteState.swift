package import Core
package import Trees

/// What this device knows of its vault on one remote; kept in a file, and harmless to lose.
package struct RemoteState: Sendable, Equatable {
    /// The newest commit of this device that its head names.
    package struct Published: Sendable, Equatable {
        /// The commit's encoded reference.
        package var reference: [UInt8]
        package var object: RemoteObject
        package var root: NodeLink?
        package var vector: [UInt64: UInt64]
        package var counter: UInt64
        package var time: Timestamp

        package init(
            reference: [UInt8], object: RemoteObject, root: NodeLink? = nil, vector: [UInt64: UInt64], counter: UInt64,
            time: Timestamp
        ) {
            self.reference = reference
            self.object = object
            self.root = root
            self.vector = vector
            self.counter = counter
            self.time = time
        }
    }

    /// Where the remote was when all this was learnt: one of the same name elsewhere is another.
    package var address = ""
    package var published: Published?
    /// Where everything stands that published commits reach: what the next commit says, and what is new.
    package var contents = RemoteContents()
    /// The newest record of this device's head: kept before it is sent, so that no sequence number is used twice.
    package var headRecord: [UInt8]?
    /// The newest record of the anchor that this device knows.
    package var anchorRecord: [UInt8]?
    /// The keyring that the anchor names.
    package var keyring: RemoteObject?
    /// The highest counter seen of each other device: a commit below it is an old one brought back.
    package var seen: [[UInt8]: UInt64] = [:]

    package func encoded() -> [UInt8] {
        var fields = FieldWriter()
        fields.number(1, FormatVersion.current)
        if let published { fields.bytes(2, Self.encode(published)) }
        if let headRecord { fields.bytes(3, headRecord) }
        if let anchorRecord { fields.bytes(4, anchorRecord) }
        if let keyring { fields.bytes(5, keyring.bytes) }
        for (device, counter) in seen.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            var entry = ByteWriter()
            entry.append(lengthPrefixed: device)
            entry.append(varint: counter)
            fields.bytes(6, entry.bytes)
        }
        for bundle in contents.bundles { fields.bytes(7, bundle.bytes) }
        for table in contents.tables { fields.bytes(8, table.bytes) }
        fields.bytes(9, Array(address.utf8))
        return fields.bytes
    }

    package init() {}

    /// Throws `.unknownFormat` when bytes that a program wrote are of another version.
    static func checkVersion(of bytes: [UInt8], in file: String) throws(Failure) {
        var reader = FieldReader(bytes)
        guard let (field, value) = try? reader.next(), field == 1, case .number(let version) = value else { return }
        try FormatVersion.check(UInt8(clamping: version), of: file)
    }

    package init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = FieldReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case 1:
                let version = try value.number("a version")
                guard version == FormatVersion.current else { throw MalformedBytes("a state of version \(version)") }
            case 2: published = try Self.decode(try value.bytes("a publication"))
            case 3: headRecord = try value.bytes("a record")
            case 4: anchorRecord = try value.bytes("a record")
            case 5: keyring = try RemoteObject(bytes: try value.bytes("a keyring"))
            case 6:
                var entry = ByteReader(try value.bytes("a device's counter"))
                seen[Array(try entry.lengthPrefixed())] = try entry.varint()
            case 9: address = String(decoding: try value.bytes("an address"), as: UTF8.self)
            case 7: contents.bundles.append(try RemoteObject(bytes: try value.bytes("a bundle")))
            case 8: contents.tables.append(try RemoteContents.Table(bytes: try value.bytes("a table")))
            default: break
            }
        }
    }

    private static func encode(_ published: Published) -> [UInt8] {
        var fields = FieldWriter()
        fields.bytes(1, published.reference)
        fields.bytes(2, published.object.bytes)
        if let root = published.root { fields.bytes(3, root) }
        for (incarnation, counter) in published.vector.sorted(by: { $0.key < $1.key }) {
            fields.bytes(4, [UInt8](bigEndian: incarnation) + [UInt8](bigEndian: counter))
        }
        fields.number(5, published.counter)
        fields.bytes(6, published.time.bytes)
        return fields.bytes
    }

    private static func decode(_ bytes: [UInt8]) throws(MalformedBytes) -> Published {
        var reader = FieldReader(bytes)
        var (reference, object): ([UInt8]?, RemoteObject?)
        var published = Published(
            reference: [], object: RemoteObject(digest: Digest([UInt8](repeating: 0, count: 32)), sealedLength: 0),
            vector: [:], counter: 0, time: Timestamp(seconds: 0))
        while let (field, value) = try reader.next() {
            switch field {
            case 1: reference = try value.bytes("a reference")
            case 2: object = try RemoteObject(bytes: try value.bytes("a commit"))
            case 3: published.root = try value.bytes("a root")
            case 4:
                var entry = ByteReader(try value.bytes("a vector entry", count: 16))
                let incarnation: UInt64 = try entry.integer()
                published.vector[incarnation] = try entry.integer()
            case 5: published.counter = try value.number("a counter")
            case 6: published.time = try value.time("a time")
            default: break
            }
        }
        guard let reference, let object else { throw MalformedBytes("a publication without its commit") }
        (published.reference, published.object) = (reference, object)
        return published
    }
}

extension RemoteContents.Table {
    /// The table's object and how many entries it has.
    package var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 48)
        object.encode(to: &writer)
        writer.append(varint: UInt64(entryCount))
        return writer.bytes
    }

    package init(bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        self.init(object: try RemoteObject.decode(&reader), entryCount: try reader.count())
        guard reader.isAtEnd else { throw MalformedBytes("bytes follow the name of a table") }
    }
}
