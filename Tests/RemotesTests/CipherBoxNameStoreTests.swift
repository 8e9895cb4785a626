import ContentAddressing
import Core
import Naming
import Primitives
import Remotes
import Storage
import Testing
import Transport

private let now = Timestamp(seconds: 1_700_000_000)

private struct Signer: Sendable {
    let key: Ed25519.SigningKey
    let name: IPNSName

    init(_ seed: UInt8 = 1) throws {
        key = Ed25519.SigningKey(seed: SecretBytes(copying: [UInt8](repeating: seed, count: 32)))
        name = try IPNSName(ed25519: key.publicKey)
    }

    func record(
        _ value: String, _ sequence: UInt64, validUntil: Timestamp = Timestamp(seconds: now.seconds + 3600)
    ) -> NameRecord {
        .signed(value: value, sequence: sequence, validUntil: validUntil, timeToLive: .seconds(300), by: key)
    }

    /// What the server answers for a record: its own words, and the parts of the record beside them.
    func answer(
        _ record: NameRecord, cid: String? = nil, sequence: JSON? = nil, key: [UInt8]? = nil
    ) throws -> [String: JSON] {
        var reader = FieldReader(record.bytes)
        var parts: [UInt64: [UInt8]] = [:]
        while let (field, value) = try reader.next() {
            if case .bytes(let bytes) = value { parts[field] = Array(bytes) }
        }
        return [
            "success": true, "cid": JSON(cid ?? String(record.value.dropFirst(6))),
            "sequenceNumber": sequence ?? JSON("\(record.sequence)"),
            "signatureV2": JSON(Base64.encode(parts[8] ?? [])), "data": JSON(Base64.encode(parts[9] ?? [])),
            "pubKey": JSON(Base64.encode(key ?? self.key.publicKey)),
        ]
    }
}

private let first = "/ipfs/bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
private let second = "bafkreiekhhjkxu4ztk3tyng3er3ijhg56mb44oe3gwbgquhzu4afrg2ksa"

@Suite struct CipherBoxNameStoreTests {
    private func store(_ service: ScriptedService) -> CipherBoxNameStore {
        CipherBoxNameStore(
            CipherBoxAPI(base: "https://api.example.org", service: service), place: "cipherbox",
            time: ManualTime(wall: now))
    }

    private func resolve(_ answer: [String: JSON], _ name: IPNSName, status: Int = 200) async throws -> NameAnswer {
        let members = answer.map { JSON.Member($0.key, $0.value) }
        return try await store(ScriptedService { _ throws(Failure) in .json(status, .object(members)) }).resolve(name)
    }

    @Test("an answer whose signed data says the same is checked; its number may be text or a number")
    func checked() async throws {
        let signer = try Signer()
        let record = signer.record(first, 7)
        for sequence in ["7", 7, 7.0] as [JSON] {
            let answer = try await resolve(signer.answer(record, sequence: sequence), signer.name)
            #expect(answer.isVerified)
            #expect(answer.doubt == nil)
            #expect(answer.value == first)
            #expect(answer.sequence == 7)
            #expect(answer.record?.validUntil == record.validUntil)
        }
    }

    @Test("an answer that a check fails for is a hint with the server's words and the check that failed")
    func hints() async throws {
        let signer = try Signer()
        let stranger = try Signer(2)
        let record = signer.record(first, 7)
        let good = try signer.answer(record)
        func changed(_ key: String, _ value: JSON?) -> [String: JSON] {
            var answer = good
            answer[key] = value
            return answer
        }
        func flipped(_ key: String) throws -> JSON {
            var bytes = try #require(good[key]?.text.flatMap { Base64.decode($0) })
            bytes[bytes.count / 2] ^= 1
            return JSON(Base64.encode(bytes))
        }
        let expired = signer.record(first, 7, validUntil: now)
        let cases: [(what: String, answer: [String: JSON], code: FailureCode)] = [
            ("another CID than was signed", changed("cid", JSON(second)), .integrity),
            ("another number than was signed", changed("sequenceNumber", "8"), .integrity),
            ("a number below the signed one", changed("sequenceNumber", "6"), .integrity),
            ("a forged signature", changed("signatureV2", try flipped("signatureV2")), .integrity),
            ("forged data", changed("data", try flipped("data")), .integrity),
            ("an empty signature", changed("signatureV2", ""), .integrity),
            ("text that is not base64", changed("data", "***"), .integrity),
            ("a signature without data", changed("data", nil), .integrity),
            ("a number where text belongs", changed("pubKey", 3), .integrity),
            ("a key too short", changed("pubKey", JSON(Base64.encode([1, 2]))), .integrity),
            ("another's key on our data", changed("pubKey", JSON(Base64.encode(stranger.key.publicKey))), .integrity),
            ("another's record and key", try stranger.answer(stranger.record(first, 7)), .integrity),
            (
                "another's record under our key",
                try stranger.answer(stranger.record(first, 7), key: signer.key.publicKey), .integrity
            ),
            ("an expired record", try signer.answer(expired), .stale),
        ]
        for (what, members, code) in cases {
            let answer = try await resolve(members, signer.name)
            #expect(!answer.isVerified, "\(what)")
            #expect(answer.doubt?.code == code, "\(what): \(answer.doubt.debugDescription)")
            #expect(answer.value == "/ipfs/" + (members["cid"]?.text ?? ""), "\(what)")
        }
    }

    @Test("an answer without signed data is a hint, and not one that failed a check")
    func bare() async throws {
        let signer = try Signer()
        let answer = try await resolve(["success": true, "cid": JSON(second), "sequenceNumber": "12"], signer.name)
        #expect(!answer.isVerified)
        #expect(answer.doubt?.code == .unsupported)
        #expect(answer.sequence == 12)
    }

    @Test(
        "what is no answer is a failure",
        arguments: [
            (404, #"{"message":"IPNS name not found in routing network"}"#, .notFound), (200, "{}", .network),
            (200, "<html>", .network), (200, #"{"cid":"b","sequenceNumber":-1}"#, .network), (400, "{}", .invalid),
            (200, #"{"cid":"b"}"#, .network), (429, "{}", .busy), (500, "", .network),
        ] as [(Int, String, FailureCode)])
    func failures(_ status: Int, _ body: String, _ code: FailureCode) async throws {
        let name = try Signer().name
        await #expect { try await store(ScriptedService(status, body)).resolve(name) } throws: {
            ($0 as? Failure)?.code == code
        }
    }

    @Test("a publish sends name, record and the CID in the record, and nothing else")
    func publish() async throws {
        let signer = try Signer()
        let service = ScriptedService(201, #"{"success":true,"ipnsName":"x","sequenceNumber":"0"}"#)
        let record = signer.record(first, 1)
        try await store(service).publish(record, under: signer.name)
        let call = try #require(service.calls.first)
        #expect(call.route == "POST /ipns/publish")
        #expect(call.request.headers["X-Client-Type"] == "desktop")
        #expect(
            call.json == [
                "ipnsName": JSON(signer.name.text), "record": JSON(Base64.encode(record.bytes)),
                "metadataCid": JSON(String(first.dropFirst(6))),
            ])
    }

    @Test(
        "a value that the server would refuse is not sent",
        arguments: [
            "/ipns/k51qzi5uqu5dkkciu33khkzbcmxtyhn376i1e83tya8kuy7z9euedzyr5nhoew", "/ipfs/", "", "/ipfs/x",
            "/ipfs/bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e/a",
            "/ipfs/bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        ])
    func refused(_ value: String) async throws {
        let signer = try Signer()
        let service = ScriptedService(201, #"{"success":true}"#)
        await #expect { try await store(service).publish(signer.record(value, 1), under: signer.name) } throws: {
            ($0 as? Failure)?.code == .unsupported
        }
        #expect(service.calls.isEmpty)
    }

    @Test(
        "a publish that the server says did not succeed is a failure",
        arguments: [
            (201, #"{"success":false}"#), (201, ""), (500, "{}"), (401, "{}"),
        ])
    func failedPublish(_ status: Int, _ body: String) async throws {
        let signer = try Signer()
        await #expect(throws: Failure.self) {
            try await store(ScriptedService(status, body)).publish(signer.record(first, 1), under: signer.name)
        }
    }
}
