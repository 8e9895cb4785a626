import Core
import MockServer
import Testing
import Transport

@Suite struct VaultTests {
    static let body: JSON = [
        "ownerPublicKey": "04ab", "encryptedRootFolderKey": "00ff", "encryptedRootIpnsPrivateKey": "0A",
        "rootIpnsName": "k51qzi5uqu5dljtg5upm7x7ugan9lql3ewyknv4r4mhhkwzn8n7cnbd1unfwgq",
    ]

    @Test("a vault is made once per user, and read back with the enclave's key")
    func life() throws {
        let client = try Client.loggedIn()
        let missing = try client.get("/vault")
        #expect(missing.status == 404)
        #expect(missing.json == ["message": "Vault not found", "error": "Not Found", "statusCode": 404])
        let made = try client.post("/vault/init", Self.body)
        #expect(made.status == 201)
        let read = try client.get("/vault")
        #expect(read.status == 200)
        #expect(read.json == made.json)
        let json = try #require(read.json)
        #expect(
            json.members?.map(\.key) == [
                "id", "ownerPublicKey", "encryptedRootFolderKey", "encryptedRootIpnsPrivateKey", "rootIpnsName",
                "createdAt", "initializedAt", "teeKeys",
            ])
        #expect(json["encryptedRootIpnsPrivateKey"] == "0a")
        #expect(json["initializedAt"] == JSON.null)
        #expect(
            json["teeKeys"]?["currentPublicKey"]?.text
                == "04ac9c0d7134e189ae971cba02016290141a06b2592a64b3111a7d776f4a4fd08b391b3db5c400d1274d42f40e3b0e81"
                + "e6c31dd308232abf81c33897c9b5f786a6")
        client.mock.change { $0.hasEnclaveKeys = false }
        #expect(try client.get("/vault").json?["teeKeys"] == JSON.null)
        let again = try client.post("/vault/init", Self.body)
        #expect(again.status == 409)
        #expect(again.messages == ["Vault already exists for this user"])
        try client.logIn("bob@test.local")
        #expect(try client.get("/vault").status == 404)
        #expect(try client.post("/vault/init", Self.body).status == 201)
    }

    @Test("a vault is exported with what opens it")
    func export() throws {
        let client = try Client.loggedIn()
        #expect(try client.get("/vault/export").status == 404)
        _ = try client.post("/vault/init", Self.body)
        let json = try #require(try client.get("/vault/export").json)
        #expect(json["format"] == "cipherbox-vault-export")
        #expect(json["version"] == "1.0")
        #expect(json["rootIpnsName"] == Self.body["rootIpnsName"])
        #expect(json["encryptedRootFolderKey"] == "00ff")
        #expect(json["exportedAt"]?.text?.hasSuffix("Z") == true)
    }

    @Test("what is missing or of another kind is named")
    func validation() throws {
        let client = try Client.loggedIn()
        let answer = try client.post("/vault/init", ["ownerPublicKey": "xyz", "rootIpnsName": "", "more": 1])
        #expect(answer.status == 400)
        #expect(
            answer.messages == [
                "property more should not exist", "ownerPublicKey must be a hexadecimal number",
                "encryptedRootFolderKey must be a string", "encryptedRootFolderKey must be a hexadecimal number",
                "encryptedRootIpnsPrivateKey must be a string",
                "encryptedRootIpnsPrivateKey must be a hexadecimal number", "rootIpnsName should not be empty",
            ])
    }

    @Test("a user is charged for each object once, and an unpinned one is not given back")
    func quota() throws {
        let client = try Client.loggedIn()
        func used() throws -> Int? { try client.get("/vault/quota").json?["usedBytes"]?.int }
        #expect(
            try client.get("/vault/quota").json == [
                "usedBytes": 0, "limitBytes": 524_288_000, "remainingBytes": 524_288_000,
            ])
        let bytes = [UInt8](repeating: 7, count: 300_000)
        let cid = try #require(try client.upload(bytes).json?["cid"])
        #expect(try used() == 300_108)
        _ = try client.upload(bytes)
        #expect(try used() == 300_108)
        #expect(try client.post("/ipfs/unpin", ["cid": cid]).status == 201)
        #expect(try used() == 300_108)
        client.mock.change { $0.quotaBytes = 300_000 }
        #expect(try client.get("/vault/quota").json?["remainingBytes"] == 0)
        try client.logIn("bob@test.local")
        #expect(try used() == 0)
    }
}
