package import Core
internal import Primitives
internal import Sealing

/// A signed statement of a device: this tree holds everything I had seen.
package struct Commit: Sendable, Equatable {
    package static let formatVersion = UInt64(FormatVersion.current)
    private static let signatureDomain = Array("cbstore commit v1\0".utf8)

    /// The encoded reference of the tree's root; nil for the empty tree.
    package var root: [UInt8]?
    /// For each incarnation, the newest of its changes that is included.
    package var vector: [UInt64: UInt64]
    package var device: [UInt8]
    /// How many commits this device has made, this one included.
    package var counter: UInt64
    package var time: Timestamp
    /// The encoded reference of the commit before.
    package var parent: [UInt8]?
    /// Where the objects of a published commit stand on its remote; empty for a commit that was never sent.
    package var contents: RemoteContents

    package init(
        root: [UInt8]? = nil, vector: [UInt64: UInt64], device: [UInt8], counter: UInt64, time: Timestamp,
        parent: [UInt8]? = nil, contents: RemoteContents = RemoteContents()
    ) {
        self.root = root
        self.vector = vector
        self.device = device
        self.counter = counter
        self.time = time
        self.parent = parent
        self.contents = contents
    }

    private func encodedBody() -> [UInt8] {
        var fields = FieldWriter()
        fields.number(1, Self.formatVersion)
        if let root { fields.bytes(2, root) }
        for (incarnation, counter) in vector.sorted(by: { $0.key < $1.key }) {
            var entry = ByteWriter()
            entry.append(integer: incarnation)
            entry.append(varint: counter)
            fields.bytes(3, entry.bytes)
        }
        fields.bytes(4, device)
        fields.number(5, counter)
        fields.bytes(6, time.bytes)
        if let parent { fields.bytes(7, parent) }
        for bundle in contents.bundles { fields.bytes(10, bundle.bytes) }
        for table in contents.tables { fields.bytes(11, table.bytes) }
        return fields.bytes
    }

    /// The object's body: the fields, then the signature over them as field 15.
    package func signed(by author: CommitAuthor) -> [UInt8] {
        let body = encodedBody()
        var signature = FieldWriter()
        signature.bytes(15, author.key.sign(Self.signatureDomain + body))
        return body + signature.bytes
    }

    /// Reads a commit and checks its signature by the key that `publicKey` knows of its device.
    package static func verified(_ bytes: [UInt8], publicKey: (_ device: [UInt8]) -> [UInt8]?) throws(Failure) -> Commit
    {
        let (commit, signedCount, signature): (Commit, Int, [UInt8])
        do throws(MalformedBytes) {
            (commit, signedCount, signature) = try decode(bytes)
        } catch {
            throw Failure(.integrity, "a commit cannot be read", cause: error)
        }
        guard let key = publicKey(commit.device) else {
            throw Failure(.integrity, "a commit is signed by a device that the keyring does not know")
        }
        guard Ed25519.verify(signature, of: signatureDomain + bytes[..<signedCount], publicKey: key) else {
            throw Failure(.integrity, "a commit's signature is wrong", advice: "the store was tampered with or damaged")
        }
        return commit
    }

    private static func decode(_ bytes: [UInt8]) throws(MalformedBytes) -> (
        Commit, signedCount: Int, signature: [UInt8]
    ) {
        var commit = Commit(vector: [:], device: [], counter: 0, time: Timestamp(seconds: 0))
        var reader = FieldReader(bytes)
        var signedCount = 0
        while let (field, value) = try reader.next() {
            switch field {
            case 1:
                let version = try value.number("a commit's version")
                guard version == formatVersion else { throw MalformedBytes("a commit of version \(version)") }
            case 2: commit.root = try value.bytes("a root")
            case 3:
                var entry = ByteReader(try value.bytes("a vector entry"))
                let incarnation: UInt64 = try entry.integer()
                commit.vector[incarnation] = try entry.varint()
            case 4: commit.device = try value.bytes("a device")
            case 5: commit.counter = try value.number("a counter")
            case 6: commit.time = try value.time("a time")
            case 7: commit.parent = try value.bytes("a parent")
            case 10: commit.contents.bundles.append(try RemoteObject(bytes: try value.bytes("a bundle")))
            case 11: commit.contents.tables.append(try RemoteContents.Table(bytes: try value.bytes("a table")))
            case 15:
                guard reader.position == bytes.endIndex else { throw MalformedBytes("bytes follow a signature") }
                return (commit, signedCount, try value.bytes("a signature", count: Ed25519.signatureLength))
            default: break
            }
            signedCount = reader.position
        }
        throw MalformedBytes("a commit has no signature")
    }
}
