package import Core
internal import Primitives
internal import Sealing

/// A signed statement of a device: this tree holds everything I had seen.
package struct Commit: Sendable, Equatable {
    private static let signatureField: UInt64 = 31
    private static let signatureDomain = Array("cbstore commit v1\0".utf8)

    /// The encoded reference of the tree's root; nil for the empty tree.
    package var root: [UInt8]?
    /// For each incarnation, the newest of its changes that is included.
    package var vector: [UInt64: UInt64]
    package var device: [UInt8]
    /// How many commits this device has made, this one included.
    package var counter: UInt64
    package var time: Timestamp
    /// The encoded references of the commits before, the author's own first; none for a first commit.
    package var parents: [[UInt8]]
    /// Where the objects of a published commit stand on its remote; empty for a commit that was never sent.
    package var contents: RemoteContents
    package var features: Features

    package init(
        root: [UInt8]? = nil, vector: [UInt64: UInt64], device: [UInt8], counter: UInt64, time: Timestamp,
        parents: [[UInt8]] = [], contents: RemoteContents = RemoteContents(), features: Features = Features()
    ) {
        self.root = root
        self.vector = vector
        self.device = device
        self.counter = counter
        self.time = time
        self.parents = parents
        self.contents = contents
        self.features = features
    }

    private func encodedBody() -> [UInt8] {
        var fields = FieldWriter()
        fields.number(1, FormatVersion.current)
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
        for parent in parents { fields.bytes(7, parent) }
        for bundle in contents.bundles { fields.bytes(10, bundle.bytes) }
        for table in contents.tables { fields.bytes(11, table.bytes) }
        features.encode(to: &fields)
        return fields.bytes
    }

    /// The object's body: the fields, then the signature over them.
    package func signed(by author: CommitAuthor) -> [UInt8] {
        let body = encodedBody()
        var signature = FieldWriter()
        signature.bytes(Self.signatureField, author.key.sign(Self.signatureDomain + body))
        return body + signature.bytes
    }

    /// Reads a commit and checks its signature by the key that `publicKey` knows of its device.
    ///
    /// Throws `.unknownFormat` for another version, and for a vault that uses what this one must know and does not.
    package static func verified(_ bytes: [UInt8], publicKey: (_ device: [UInt8]) -> [UInt8]?) throws(Failure) -> Commit
    {
        try read(bytes) { (commit, message, signature) throws(Failure) in
            guard let key = publicKey(commit.device) else {
                throw Failure(.integrity, "a commit is signed by a device that the keyring does not know")
            }
            try check(signature, of: message, by: key)
        }
    }

    /// The same of a commit that the store's own checkpoint names, itself or by way of later commits.
    ///
    /// Its signature was checked when it came here, and the reference proves that these are its bytes. So a device that
    /// the keyring does not know any more is no reason to refuse what it has left; see decision 35.
    package static func named(_ bytes: [UInt8], publicKey: (_ device: [UInt8]) -> [UInt8]?) throws(Failure) -> Commit {
        try read(bytes) { (commit, message, signature) throws(Failure) in
            if let key = publicKey(commit.device) { try check(signature, of: message, by: key) }
        }
    }

    private static func read(
        _ bytes: [UInt8], _ check: (Commit, _ message: ArraySlice<UInt8>, _ signature: [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> Commit {
        try checkVersion(bytes)
        let (commit, signedCount, signature): (Commit, Int, [UInt8])
        do throws(MalformedBytes) {
            (commit, signedCount, signature) = try decode(bytes)
        } catch {
            throw Failure(.integrity, "a commit cannot be read", cause: error)
        }
        try check(commit, bytes[..<signedCount], signature)
        try commit.features.checkReading()
        return commit
    }

    private static func check(
        _ signature: [UInt8], of message: ArraySlice<UInt8>, by key: [UInt8]
    ) throws(Failure) {
        guard Ed25519.verify(signature, of: signatureDomain + message, publicKey: key) else {
            throw Failure(.integrity, "a commit's signature is wrong", advice: "the store was tampered with or damaged")
        }
    }

    /// Refuses a commit whose first field says another version; one that says none cannot be read.
    private static func checkVersion(_ bytes: [UInt8]) throws(Failure) {
        var reader = FieldReader(bytes)
        guard let (field, value) = try? reader.next(), field == 1, case .number(let version) = value else { return }
        try FormatVersion.check(UInt8(clamping: version), of: "a commit")
    }

    private static func decode(_ bytes: [UInt8]) throws(MalformedBytes) -> (
        Commit, signedCount: Int, signature: [UInt8]
    ) {
        var commit = Commit(vector: [:], device: [], counter: 0, time: Timestamp(seconds: 0))
        var reader = FieldReader(bytes)
        guard let version = try reader.next(), version.field == 1,
            try version.value.number("a commit's version") == FormatVersion.current
        else { throw MalformedBytes("a commit does not begin with its version") }
        var signedCount = reader.position
        while let (field, value) = try reader.next() {
            switch field {
            case 1: throw MalformedBytes("a commit has two versions")
            case 2: commit.root = try value.bytes("a root")
            case 3:
                var entry = ByteReader(try value.bytes("a vector entry"))
                let incarnation: UInt64 = try entry.integer()
                commit.vector[incarnation] = try entry.varint()
            case 4: commit.device = try value.bytes("a device")
            case 5: commit.counter = try value.number("a counter")
            case 6: commit.time = try value.time("a time")
            case 7: commit.parents.append(try value.bytes("a parent"))
            case 10: commit.contents.bundles.append(try RemoteObject(bytes: try value.bytes("a bundle")))
            case 11: commit.contents.tables.append(try RemoteContents.Table(bytes: try value.bytes("a table")))
            case 12, 13, 14: try commit.features.add(value, field: field)
            case signatureField:
                guard reader.position == bytes.endIndex else { throw MalformedBytes("bytes follow a signature") }
                return (commit, signedCount, try value.bytes("a signature", count: Ed25519.signatureLength))
            default: break
            }
            signedCount = reader.position
        }
        throw MalformedBytes("a commit has no signature")
    }
}
