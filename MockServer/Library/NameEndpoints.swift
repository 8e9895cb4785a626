internal import Core
internal import HTTPServing

/// `/ipns`: publishing names and asking for them, over two stores that need not agree.
///
/// The database is written first and counts by itself; routing gets the record, whatever it says.
struct NameEndpoints: Sendable {
    let service: Service

    private static let published: [PropertyRule] = [
        PropertyRule(
            "ipnsName", .string, .notEmpty,
            .pattern("ipnsName must be a valid CIDv1 libp2p-key (k51... or bafzaa...)", isName), .atMost(70)),
        PropertyRule("record", .string, .notEmpty, .atMost(MockLimits.recordCharacters)),
        PropertyRule(
            "metadataCid", .string, .notEmpty,
            .pattern("metadataCid must be a valid CID (bafy..., bafk..., or Qm...)", isContentID), .atMost(100)),
        PropertyRule("encryptedIpnsPrivateKey", isOptional: true, .string, .hexadecimal, .length(from: 100, to: 1000)),
        PropertyRule("keyEpoch", isOptional: true, .number),
    ]
    private static let single = ObjectRules(published)
    private static let entry = ObjectRules(
        published + [PropertyRule("recordType", isOptional: true, .oneOf(["folder", "file"]))])
    private static let query = ObjectRules([
        PropertyRule(
            "ipnsName", .string, .notEmpty,
            .pattern("ipnsName must be a valid CIDv1 libp2p-key (k51... or bafzaa...)", isName), .atMost(76))
    ])

    var all: [Endpoint] {
        [
            Endpoint(
                .post, "/ipns/publish", body: .json, needsLogin: true, throttle: .perMinute(10), answer: publish),
            Endpoint(
                .post, "/ipns/publish-batch", body: .json, needsLogin: true, throttle: .perMinute(5),
                answer: publishBatch),
            Endpoint(.get, "/ipns/resolve", needsLogin: true, throttle: .perMinute(30), answer: resolve),
        ]
    }

    /// `^(k51qzi5uqu5[a-z0-9]{40,60}|bafzaa[a-z2-7]{50,70})$`
    private static func isName(_ text: String) -> Bool {
        for (prefix, lengths) in [("k51qzi5uqu5", 40...60), ("bafzaa", 50...70)] where text.hasPrefix(prefix) {
            let rest = text.utf8.dropFirst(prefix.utf8.count)
            let isBase36 = prefix == "k51qzi5uqu5"
            return lengths.contains(rest.count)
                && rest.allSatisfy { $0.isLowerLetter || (isBase36 ? $0.isDigit : (0x32...0x37).contains($0)) }
        }
        return false
    }

    /// `^(bafy|bafk|Qm)[a-zA-Z0-9]+$`
    private static func isContentID(_ text: String) -> Bool {
        guard let prefix = ["bafy", "bafk", "Qm"].first(where: text.hasPrefix) else { return false }
        let rest = text.utf8.dropFirst(prefix.utf8.count)
        return !rest.isEmpty && rest.allSatisfy { $0.isLetter || $0.isDigit }
    }

    private func publish(_ call: Call) throws(Refusal) -> ServerReply {
        let user = try call.account()
        try Self.single.check(call.json)
        let sequence = try publish(call.json, by: user)
        return .document(
            ["success": true, "ipnsName": call.json["ipnsName"] ?? .null, "sequenceNumber": .string("\(sequence)")],
            status: 201)
    }

    private func publishBatch(_ call: Call) throws(Refusal) -> ServerReply {
        let user = try call.account()
        let records = try Self.batch(call.json)
        var results: [JSON] = []
        var failures = 0
        for record in records {
            let name = record["ipnsName"] ?? .null
            do throws(Refusal) {
                let sequence = try publish(record, by: user)
                results.append(["success": true, "ipnsName": name, "sequenceNumber": .string("\(sequence)")])
            } catch {
                failures += 1
                results.append(["success": false, "ipnsName": name, "sequenceNumber": "0"])
            }
        }
        return .document(
            [
                "results": .array(results), "totalSucceeded": JSON(records.count - failures),
                "totalFailed": JSON(failures),
            ], status: 201)
    }

    private static func batch(_ json: JSON) throws(Refusal) -> [JSON] {
        var complaints = (json.members ?? []).filter { $0.key != "records" }.map {
            "property \($0.key) should not exist"
        }
        let records = json["records"]?.elements
        if let records {
            if records.count > MockLimits.batchEntries {
                complaints.append("records must contain no more than \(MockLimits.batchEntries) elements")
            }
            if records.isEmpty { complaints.append("records must contain at least 1 elements") }
            for (index, record) in records.enumerated() {
                complaints += entry.complaints(about: record, prefix: "records.\(index).")
            }
        } else {
            complaints.append("records must be an array")
        }
        if !complaints.isEmpty { throw Refusal(invalid: complaints) }
        return records ?? []
    }

    /// The database's count of the publication.
    private func publish(_ entry: JSON, by user: User) throws(Refusal) -> UInt64 {
        let name = entry["ipnsName"]?.text ?? ""
        guard let record = Base64.decode(entry["record"]?.text ?? ""), !record.isEmpty else {
            throw Refusal(400, "Invalid base64-encoded record")
        }
        let switches = service.switches
        return try service.memory.change { (tables) throws(Refusal) in
            let type = entry["recordType"]?.text ?? "folder"
            let known = tables.nameRow(name, of: user.id)
            let sequence = known.map { $0.sequence + 1 } ?? 0
            tables.put(
                NameRow(
                    name: name, user: user.id, latestCID: entry["metadataCid"]?.text, sequence: sequence,
                    recordType: type))
            if !switches.isRoutingDown, !switches.failsRoutingPuts { tables.route(record, under: name) }
            return sequence
        }
    }

    private func resolve(_ call: Call) throws(Refusal) -> ServerReply {
        let name = try queriedName(call)
        let switches = service.switches
        let (records, row) = service.memory.read { ($0.routing[name]?.records ?? [], $0.nameRow(name)) }
        if !switches.isRoutingDown,
            let record = records.dropLast(switches.routingIsStaleBy).last, let fields = NameRecordFields(record)
        {
            return Self.answer(fields, withSignature: !switches.omitsSignatures)
        }
        guard let row, let cid = row.latestCID else {
            throw Refusal(404, "IPNS name not found in routing network")
        }
        return .document(["success": true, "cid": .string(cid), "sequenceNumber": .string("\(row.sequence)")])
    }

    private func queriedName(_ call: Call) throws(Refusal) -> String {
        let members = call.request.queryKeys.map { key in
            JSON.Member(key, .string(String(decoding: call.request.query(key) ?? [], as: UTF8.self)))
        }
        let query = JSON.object(members)
        try Self.query.check(query)
        return query["ipnsName"]?.text ?? ""
    }

    private static func answer(_ fields: NameRecordFields, withSignature: Bool) -> ServerReply {
        var members: [JSON.Member] = [
            .init("success", true), .init("cid", .string(fields.cid)),
            .init("sequenceNumber", .string("\(fields.sequence)")),
        ]
        if withSignature, let signature = fields.signature {
            members += [
                .init("signatureV2", .string(Base64.encode(signature.v2))),
                .init("data", .string(Base64.encode(signature.data))),
                .init("pubKey", .string(Base64.encode(signature.publicKey))),
            ]
        }
        return .document(.object(members))
    }
}
