internal import Core
internal import HTTPServing
internal import Primitives

/// `/vault`: the keys of a user's vault, and how full it is.
struct VaultEndpoints: Sendable {
    let service: Service

    private static let initial = ObjectRules([
        PropertyRule("ownerPublicKey", .string, .hexadecimal),
        PropertyRule("encryptedRootFolderKey", .string, .hexadecimal),
        PropertyRule("encryptedRootIpnsPrivateKey", .string, .hexadecimal),
        PropertyRule("rootIpnsName", .string, .notEmpty),
    ])

    var all: [Endpoint] {
        [
            Endpoint(.post, "/vault/init", body: .json, needsLogin: true, answer: create),
            Endpoint(.get, "/vault", needsLogin: true, answer: show),
            Endpoint(.get, "/vault/quota", needsLogin: true, answer: quota),
            Endpoint(.get, "/vault/export", needsLogin: true, answer: export),
        ]
    }

    private func create(_ call: Call) throws(Refusal) -> ServerReply {
        let user = try call.account()
        try Self.initial.check(call.json)
        func hex(_ key: String) -> String { (call.json[key]?.text ?? "").lowercased() }
        let vault = VaultRow(
            id: Service.makeID(), user: user.id, ownerPublicKey: hex("ownerPublicKey"),
            rootFolderKey: hex("encryptedRootFolderKey"), rootNameKey: hex("encryptedRootIpnsPrivateKey"),
            rootName: call.json["rootIpnsName"]?.text ?? "", created: service.time.wallClock.javaScriptText)
        try service.memory.change { (tables) throws(Refusal) in
            guard tables.vaults[user.id] == nil else { throw Refusal(409, "Vault already exists for this user") }
            tables.put(vault)
            if tables.nameRow(vault.rootName, of: user.id) == nil {
                tables.put(
                    NameRow(name: vault.rootName, user: user.id, latestCID: nil, sequence: 0, recordType: "folder"))
            }
        }
        return .document(describe(vault), status: 201)
    }

    private func show(_ call: Call) throws(Refusal) -> ServerReply { .document(describe(try vault(of: call))) }

    private func quota(_ call: Call) throws(Refusal) -> ServerReply {
        let user = try call.account()
        let used = service.memory.read { $0.usedBytes(of: user.id) }
        let limit = service.switches.quotaBytes
        return .document([
            "usedBytes": JSON(used), "limitBytes": JSON(limit), "remainingBytes": JSON(limit > used ? limit - used : 0),
        ])
    }

    private func export(_ call: Call) throws(Refusal) -> ServerReply {
        let vault = try vault(of: call)
        return .document([
            "format": "cipherbox-vault-export", "version": "1.0",
            "exportedAt": .string(service.time.wallClock.javaScriptText), "rootIpnsName": .string(vault.rootName),
            "encryptedRootFolderKey": .string(vault.rootFolderKey),
            "encryptedRootIpnsPrivateKey": .string(vault.rootNameKey), "derivationMethod": nil,
        ])
    }

    private func vault(of call: Call) throws(Refusal) -> VaultRow {
        let user = try call.account()
        guard let vault = service.memory.read({ $0.vaults[user.id] }) else { throw Refusal(404, "Vault not found") }
        return vault
    }

    private func describe(_ vault: VaultRow) -> JSON {
        [
            "id": .string(vault.id), "ownerPublicKey": .string(vault.ownerPublicKey),
            "encryptedRootFolderKey": .string(vault.rootFolderKey),
            "encryptedRootIpnsPrivateKey": .string(vault.rootNameKey), "rootIpnsName": .string(vault.rootName),
            "createdAt": .string(vault.created), "initializedAt": nil,
            "teeKeys": service.switches.hasEnclaveKeys ? EnclaveKey.description : nil,
        ]
    }
}

/// The key of the enclave that republishes names, as the service's own simulator makes it.
enum EnclaveKey {
    /// Epoch 1, with none before it.
    static let description: JSON = {
        let secret = HKDF.derive(
            SecretBytes(copying: Array("cipherbox-tee-simulator-seed".utf8)), salt: Array("cipherbox-dev".utf8),
            info: Array("epoch-1".utf8))
        guard let publicKey = try? Secp256k1.publicKey(of: secret) else { return nil }
        return [
            "currentEpoch": 1, "currentPublicKey": .string(Hex.encode(publicKey)), "previousEpoch": nil,
            "previousPublicKey": nil,
        ]
    }()
}
