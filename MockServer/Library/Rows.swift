internal import Core

/// What the mock keeps of one kind of thing, and how it stands in the ledger.
protocol Row: Sendable {
    var key: String { get }
    var json: JSON { get }
    init?(json: JSON)
}

struct User: Row {
    /// A UUID.
    let id: String
    /// 130 hexadecimal digits.
    let publicKey: String
    /// As a person may see it, masked; nil when no email is known.
    var maskedEmail: String?
    let created: String
    /// Of its one way to log in.
    let methodID: String
    var lastUsed: String

    var key: String { id }
    var json: JSON {
        [
            "id": .string(id), "publicKey": .string(publicKey), "email": JSON(maskedEmail), "created": .string(created),
            "method": .string(methodID), "lastUsed": .string(lastUsed),
        ]
    }

    init(id: String, publicKey: String, maskedEmail: String?, created: String, methodID: String) {
        (self.id, self.publicKey, self.maskedEmail) = (id, publicKey, maskedEmail)
        (self.created, self.methodID, lastUsed) = (created, methodID, created)
    }

    init?(json: JSON) {
        guard let id = json["id"]?.text, let publicKey = json["publicKey"]?.text, let created = json["created"]?.text,
            let method = json["method"]?.text, let lastUsed = json["lastUsed"]?.text
        else { return nil }
        self.init(
            id: id, publicKey: publicKey, maskedEmail: json["email"]?.text, created: created, methodID: method)
        self.lastUsed = lastUsed
    }
}

struct RefreshToken: Row {
    /// SHA-256 of the token: the token itself is nobody's to read here.
    let key: String
    let user: String
    /// Seconds since 1970.
    let expires: Int64

    var json: JSON { ["hash": .string(key), "user": .string(user), "expires": JSON(expires)] }

    init(hash: String, user: String, expires: Int64) { (key, self.user, self.expires) = (hash, user, expires) }

    init?(json: JSON) {
        guard let hash = json["hash"]?.text, let user = json["user"]?.text, let expires = json["expires"]?.int
        else { return nil }
        self.init(hash: hash, user: user, expires: Int64(expires))
    }
}

/// What a user is charged for one object, for ever.
struct PinCharge: Row {
    let user: String
    let cid: String
    /// Of the DAG.
    let size: UInt64

    var key: String { "\(user) \(cid)" }
    var json: JSON { ["user": .string(user), "cid": .string(cid), "size": JSON(size)] }

    init(user: String, cid: String, size: UInt64) { (self.user, self.cid, self.size) = (user, cid, size) }

    init?(json: JSON) {
        guard let user = json["user"]?.text, let cid = json["cid"]?.text, let size = json["size"]?.uint64
        else { return nil }
        self.init(user: user, cid: cid, size: size)
    }
}

struct VaultRow: Row {
    let id: String
    let user: String
    let ownerPublicKey: String
    let rootFolderKey: String
    let rootNameKey: String
    let rootName: String
    let created: String

    var key: String { user }
    var json: JSON {
        [
            "id": .string(id), "user": .string(user), "owner": .string(ownerPublicKey),
            "folderKey": .string(rootFolderKey), "nameKey": .string(rootNameKey), "name": .string(rootName),
            "created": .string(created),
        ]
    }

    init(
        id: String, user: String, ownerPublicKey: String, rootFolderKey: String, rootNameKey: String, rootName: String,
        created: String
    ) {
        (self.id, self.user, self.ownerPublicKey) = (id, user, ownerPublicKey)
        (self.rootFolderKey, self.rootNameKey, self.rootName) = (rootFolderKey, rootNameKey, rootName)
        self.created = created
    }

    init?(json: JSON) {
        let texts = ["id", "user", "owner", "folderKey", "nameKey", "name", "created"].compactMap { json[$0]?.text }
        guard texts.count == 7 else { return nil }
        self.init(
            id: texts[0], user: texts[1], ownerPublicKey: texts[2], rootFolderKey: texts[3], rootNameKey: texts[4],
            rootName: texts[5], created: texts[6])
    }
}

/// The service's own idea of a name: one row per user who published it.
struct NameRow: Row {
    let name: String
    let user: String
    var latestCID: String?
    var sequence: UInt64
    var recordType: String

    var key: String { "\(name) \(user)" }
    var json: JSON {
        [
            "name": .string(name), "user": .string(user), "cid": JSON(latestCID), "sequence": JSON(sequence),
            "type": .string(recordType),
        ]
    }

    init(name: String, user: String, latestCID: String?, sequence: UInt64, recordType: String) {
        (self.name, self.user, self.latestCID) = (name, user, latestCID)
        (self.sequence, self.recordType) = (sequence, recordType)
    }

    init?(json: JSON) {
        guard let name = json["name"]?.text, let user = json["user"]?.text, let sequence = json["sequence"]?.uint64,
            let type = json["type"]?.text
        else { return nil }
        self.init(name: name, user: user, latestCID: json["cid"]?.text, sequence: sequence, recordType: type)
    }
}

/// What routing has of a name: the newest records last.
struct RoutingRow: Row {
    let name: String
    var records: [[UInt8]]

    var key: String { name }
    var json: JSON { ["name": .string(name), "records": .array(records.map { .string(Base64.encode($0)) })] }

    init(name: String, records: [[UInt8]]) { (self.name, self.records) = (name, records) }

    init?(json: JSON) {
        guard let name = json["name"]?.text, let texts = json["records"]?.elements else { return nil }
        let records = texts.compactMap { $0.text.flatMap { Base64.decode($0) } }
        guard records.count == texts.count else { return nil }
        self.init(name: name, records: records)
    }
}
