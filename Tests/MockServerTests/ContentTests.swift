import Core
import MockServer
import Testing
import Transport

@Suite struct ContentTests {
    /// Lengths with the CIDs and DAG sizes that Kubo gives for as many zeros.
    static let zeros: [(count: Int, cid: String, size: Int)] = [
        (262_144, "bafkreiekhhjkxu4ztk3tyng3er3ijhg56mb44oe3gwbgquhzu4afrg2ksa", 262_144),
        (262_145, "bafybeigllfqgfpqydppr6cmv56g7ax4wyhruzswvcefv6j5kj77nzttfki", 262_249),
        (300_000, "bafybeieb4dp5tj5rew3jhfqqsoyfx77y3ovw2xcdhelmp5hyot3xi3wjwu", 300_108),
        (1_048_576, "bafybeiggzq4ryi7hscq5hzvzcnk4urnxt3asp37dhgvnjilf7exskximla", 1_048_784),
    ]

    @Test("an upload answers 201 with the CID and the DAG size that Kubo has, and comes back whole", arguments: zeros)
    func uploads(zeros: (count: Int, cid: String, size: Int)) throws {
        let client = try Client.loggedIn()
        let bytes = [UInt8](repeating: 0, count: zeros.count)
        let answer = try client.upload(bytes)
        #expect(answer.status == 201)
        #expect(answer.json == ["cid": .string(zeros.cid), "size": JSON(zeros.size), "recorded": true])
        let fetched = try client.get("/ipfs/\(zeros.cid)")
        #expect(fetched.status == 200)
        #expect(fetched.headers["Content-Type"] == "application/octet-stream")
        #expect(fetched.headers["Content-Length"] == "\(zeros.count)")
        #expect(fetched.body == bytes)
    }
}
