import Core
import MockServer
import Testing
import Transport

@Suite struct NameTests {
    static let name = "k51qzi5uqu5dljtg5upm7x7ugan9lql3ewyknv4r4mhhkwzn8n7cnbd1unfwgq"
    static let cids = [
        "bafybeicklkqcnlvtiscr2hzkubjwnwjinvskffn4xorqeduft3wq7vm5u4",
        "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
        "bafkreiekhhjkxu4ztk3tyng3er3ijhg56mb44oe3gwbgquhzu4afrg2ksa",
    ]

    /// The fields that the service reads of a record; what they sign is nobody's business there.
    static func record(_ cid: String, _ sequence: UInt64?, withKey: Bool = true) -> [UInt8] {
        var writer = FieldWriter()
        writer.bytes(1, Array("/ipfs/\(cid)".utf8))
        if let sequence { writer.number(5, sequence) }
        if withKey { writer.bytes(7, [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: 3, count: 32)) }
        writer.bytes(8, [UInt8](repeating: 8, count: 64))
        writer.bytes(9, [0xa0])
        return writer.bytes
    }

    static func publication(_ cid: String, _ record: [UInt8], name: String = name) -> JSON {
        ["ipnsName": .string(name), "record": .string(Base64.encode(record)), "metadataCid": .string(cid)]
    }

    private func resolve(_ client: Client, _ name: String = name) throws -> HTTPResponse {
        try client.get("/ipns/resolve?ipnsName=\(name)")
    }

    @Test("a first publication counts 0, the next 1, and a vault's root begins at 1")
    func counting() throws {
        let client = try Client.loggedIn()
        for (index, cid) in Self.cids.enumerated() {
            let answer = try client.post("/ipns/publish", Self.publication(cid, Self.record(cid, 40)))
            #expect(answer.status == 201)
            #expect(
                answer.json == ["success": true, "ipnsName": .string(Self.name), "sequenceNumber": .string("\(index)")])
        }
        try client.logIn("bob@test.local")
        _ = try client.post("/vault/init", VaultTests.body)
        let root = try client.post("/ipns/publish", Self.publication(Self.cids[0], Self.record(Self.cids[0], 1)))
        #expect(root.json?["sequenceNumber"] == "1")
    }

    @Test("a name resolves to what its record says, with the signature when the record carries its key")
    func resolving() throws {
        let client = try Client.loggedIn()
        let missing = try resolve(client)
        #expect(missing.status == 404)
        #expect(missing.messages == ["IPNS name not found in routing network"])
        _ = try client.post("/ipns/publish", Self.publication(Self.cids[1], Self.record(Self.cids[0], 42)))
        let answer = try resolve(client)
        #expect(answer.status == 200)
        #expect(
            answer.json == [
                "success": true, "cid": .string(Self.cids[0]), "sequenceNumber": "42",
                "signatureV2": .string(Base64.encode([UInt8](repeating: 8, count: 64))), "data": "oA==",
                "pubKey": .string(Base64.encode([UInt8](repeating: 3, count: 32))),
            ])
        let bare: JSON = ["success": true, "cid": .string(Self.cids[0]), "sequenceNumber": "42"]
        client.mock.change { $0.omitsSignatures = true }
        #expect(try resolve(client).json == bare)
        client.mock.change { $0.omitsSignatures = false }
        _ = try client.post(
            "/ipns/publish", Self.publication(Self.cids[1], Self.record(Self.cids[0], 42, withKey: false)))
        #expect(try resolve(client).json == bare)
    }

    @Test("the record that a real client made resolves with its sequence")
    func realRecord() throws {
        let record =
            "CkEvaXBmcy9iYWZ5YmVpY2tsa3Fjbmx2dGlzY3IyaHprdWJqd253amludnNrZmZuNHhvcnFlZHVmdDN3cTd2bTV1NBJAHwgp7OZky2DSM9"
            + "9z7+Q8Vzdyj8rLGCrykvl7tUKv09x87xCo39ZJnFpe05ce2CEMd/jUmOj0p4vs5LLPTTJVBRgAIh4yMDI2LTAzLTAxVDAwOjAwOjAwLjAw"
            + "MDAwMDAwMFooKjCA8JLL3QhCQMvgBaRthlDR4jq+Gtn/Kbqke2NrEQ1Ebb87g+DiQTsyARihak9Map0MQMuEdOKbP9r+t46uBbElzMdM"
            + "G05IPgtKmQGlY1RUTBsAAABF2WS4AGVWYWx1ZVhBL2lwZnMvYmFmeWJlaWNrbGtxY25sdnRpc2NyMmh6a3Viandud2ppbnZza2ZmbjR4"
            + "b3JxZWR1ZnQzd3E3dm01dTRoU2VxdWVuY2UYKmhWYWxpZGl0eVgeMjAyNi0wMy0wMVQwMDowMDowMC4wMDAwMDAwMDBabFZhbGlkaXR5"
            + "VHlwZQA="
        let client = try Client.loggedIn()
        let body: JSON = [
            "ipnsName": .string(Self.name), "record": .string(record), "metadataCid": .string(Self.cids[0]),
        ]
        #expect(try client.post("/ipns/publish", body).status == 201)
        #expect(
            try resolve(client).json == ["success": true, "cid": .string(Self.cids[0]), "sequenceNumber": "42"])
    }

    @Test("without routing the database answers, with its own count and any user's row")
    func database() throws {
        let client = try Client.loggedIn()
        client.mock.change { $0.isRoutingDown = true }
        for cid in Self.cids { _ = try client.post("/ipns/publish", Self.publication(cid, Self.record(cid, 90))) }
        try client.logIn("bob@test.local")
        let row: JSON = ["success": true, "cid": .string(Self.cids[2]), "sequenceNumber": "2"]
        #expect(try resolve(client).json == row)
        client.mock.change { $0.isRoutingDown = false }
        // What was published meanwhile never reached routing.
        #expect(try resolve(client).json == row)
        _ = try client.post("/ipns/publish", Self.publication(Self.cids[0], [0xff]))
        #expect(try resolve(client).json == row)
    }

    @Test("a root that was never published is not found")
    func unpublishedRoot() throws {
        let client = try Client.loggedIn()
        _ = try client.post("/vault/init", VaultTests.body)
        #expect(try resolve(client).status == 404)
    }

    @Test("when only publishing to routing fails, a name resolves to the record before")
    func failedPut() throws {
        let client = try Client.loggedIn()
        _ = try client.post("/ipns/publish", Self.publication(Self.cids[0], Self.record(Self.cids[0], 1)))
        client.mock.change { $0.failsRoutingPuts = true }
        let answer = try client.post("/ipns/publish", Self.publication(Self.cids[1], Self.record(Self.cids[1], 2)))
        #expect(answer.status == 201)
        #expect(answer.json?["sequenceNumber"] == "1")
        #expect(try resolve(client).json?["cid"]?.text == Self.cids[0])
    }

    @Test("routing that is stale gives the record so many publications ago", arguments: [0, 1, 2])
    func stale(by count: Int) throws {
        let client = try Client.loggedIn()
        for (index, cid) in Self.cids.enumerated() {
            _ = try client.post("/ipns/publish", Self.publication(cid, Self.record(cid, UInt64(index))))
        }
        client.mock.change { $0.routingIsStaleBy = count }
        #expect(try resolve(client).json?["cid"]?.text == Self.cids[2 - count])
    }

    static let names: [(name: String, isTaken: Bool)] = [
        (name, true), ("bafzaajaiaejcbv22taayfmikw7kux7wtzfsaooqo4fzphwvgems26aq2nd3qoui2", true),
        ("k51qzi5uqu5" + String(repeating: "a", count: 40), true),
        ("k51qzi5uqu5" + String(repeating: "a", count: 39), false),
        ("k51qzi5uqu5" + String(repeating: "a", count: 59), true),
        ("k51qzi5uqu5" + String(repeating: "a", count: 60), false),
        ("k51qzi5uqu5" + String(repeating: "A", count: 50), false),
        ("bafzaa" + String(repeating: "1", count: 60), false), ("bafzaa" + String(repeating: "2", count: 64), true),
        ("bafzaa" + String(repeating: "2", count: 65), false), ("QmName", false), ("", false),
    ]

    @Test("a name has the shape and length of an Ed25519 name", arguments: names)
    func nameShapes(example: (name: String, isTaken: Bool)) throws {
        let client = try Client.loggedIn()
        let body = Self.publication(Self.cids[0], Self.record(Self.cids[0], 1), name: example.name)
        #expect(try client.post("/ipns/publish", body).status == (example.isTaken ? 201 : 400))
    }

    struct Wrong: Sendable {
        let member: String
        let value: JSON
        let messages: [String]

        init(_ member: String, _ value: JSON, _ messages: String...) {
            (self.member, self.value, self.messages) = (member, value, messages)
        }
    }

    static let wrong = [
        Wrong("recordType", "file", "property recordType should not exist"),
        Wrong("metadataCid", "bafzbei", "metadataCid must be a valid CID (bafy..., bafk..., or Qm...)"),
        Wrong(
            "metadataCid", .string("bafy" + String(repeating: "a", count: 97)),
            "metadataCid must be shorter than or equal to 100 characters"),
        Wrong("record", "", "record should not be empty"),
        Wrong(
            "record", .string(String(repeating: "A", count: 10_001)),
            "record must be shorter than or equal to 10000 characters"),
        Wrong("record", "!!", "Invalid base64-encoded record"),
        Wrong("keyEpoch", "1", "keyEpoch must be a number conforming to the specified constraints"),
        Wrong(
            "encryptedIpnsPrivateKey", .string(String(repeating: "a", count: 99)),
            "encryptedIpnsPrivateKey must be longer than or equal to 100 and shorter than or equal to 1000 characters"),
        Wrong(
            "encryptedIpnsPrivateKey", .string(String(repeating: "x", count: 258)),
            "encryptedIpnsPrivateKey must be a hexadecimal number"),
    ]

    @Test("a publication that is malformed is refused and named", arguments: wrong)
    func validation(wrong: Wrong) throws {
        let client = try Client.loggedIn()
        let good = Self.publication(Self.cids[0], Self.record(Self.cids[0], 1)).members ?? []
        let members = good.filter { $0.key != wrong.member } + [JSON.Member(wrong.member, wrong.value)]
        let answer = try client.post("/ipns/publish", .object(members))
        #expect(answer.status == 400)
        #expect(answer.messages == wrong.messages)
        #expect(try resolve(client).status == 404)
    }

    @Test("a publication may carry the key for the enclave")
    func enclaveFields() throws {
        let client = try Client.loggedIn()
        let members = Self.publication(Self.cids[0], Self.record(Self.cids[0], 1)).members ?? []
        let answer = try client.post(
            "/ipns/publish",
            .object(
                members + [
                    .init("encryptedIpnsPrivateKey", .string(String(repeating: "ab", count: 129))),
                    .init("keyEpoch", 1),
                ]))
        #expect(answer.status == 201)
    }

    @Test("a batch publishes each entry by itself, in order, and counts those that fail")
    func batch() throws {
        let client = try Client.loggedIn()
        var bad = Self.publication(Self.cids[0], []).members ?? []
        bad = bad.filter { $0.key != "record" } + [.init("record", "%%%%")]
        let file =
            (Self.publication(Self.cids[1], Self.record(Self.cids[1], 5)).members ?? [])
            + [.init("recordType", "file")]
        let answer = try client.post("/ipns/publish-batch", ["records": [.object(file), .object(bad)]])
        #expect(answer.status == 201)
        let name = JSON.string(Self.name)
        #expect(
            answer.json == [
                "results": [
                    ["success": true, "ipnsName": name, "sequenceNumber": "0"],
                    ["success": false, "ipnsName": name, "sequenceNumber": "0"],
                ], "totalSucceeded": 1, "totalFailed": 1,
            ])
        #expect(try resolve(client).json?["sequenceNumber"] == "5")
    }

    @Test("a batch of nothing, of too many, or of wrong entries is refused")
    func batchValidation() throws {
        let client = try Client.loggedIn()
        func messages(_ body: JSON) throws -> [String] {
            let answer = try client.post("/ipns/publish-batch", body)
            #expect(answer.status == 400)
            return answer.messages
        }
        #expect(try messages([:]) == ["records must be an array"])
        #expect(try messages(["records": []]) == ["records must contain at least 1 elements"])
        #expect(
            try messages(["records": [["recordType": "disk"]]]).contains(
                "records.0.recordType must be one of the following values: folder, file"))
        let many = JSON.array([JSON](repeating: [:], count: 201))
        #expect(try messages(["records": many]).first == "records must contain no more than 200 elements")
    }

    @Test("a query that is malformed is refused")
    func queries() throws {
        let client = try Client.loggedIn()
        #expect(try client.get("/ipns/resolve").status == 400)
        #expect(try client.get("/ipns/resolve?ipnsName=short").status == 400)
        #expect(
            try client.get("/ipns/resolve?ipnsName=\(Self.name)&x=1").messages == ["property x should not exist"])
    }

    @Test("delegated routing stores whatever it gets and gives it back, logged in or not")
    func routing() throws {
        let client = try Client()
        let path = "/routing/v1/ipns/\(Self.name)"
        let missing = try client.get(path)
        #expect(missing.status == 404)
        #expect(missing.json == ["error": "record not found", "name": .string(Self.name)])
        #expect(try client.send("PUT", path, body: []).status == 400)
        let put = try client.send("PUT", path, body: [1, 2, 3])
        #expect(put.status == 200)
        #expect(put.json == ["ok": true])
        let got = try client.get(path)
        #expect(got.headers["Content-Type"] == "application/vnd.ipfs.ipns-record")
        #expect(got.body == [1, 2, 3])
        client.mock.change { $0.isRoutingDown = true }
        #expect(try client.get(path).status == 500)
        #expect(try client.send("PUT", path, body: [4]).status == 500)
    }
}
