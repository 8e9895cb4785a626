import Core
import MockServer
import Testing
import Transport

@Suite struct LoadTests {
    @Test("a hundred connections are served at once")
    func connections() throws {
        let client = try Client.loggedIn()
        let cid = try #require(try client.upload([UInt8](repeating: 5, count: 10_000)).json?["cid"]?.text)
        // All of them are in the mock at the same time: none goes on before the last has come.
        client.mock.add(FaultRule(.stallMidBody(.seconds(600)), "GET /ipfs/:cid"))
        let state = Gate((waiting: 0, whole: 0, done: 0))
        let request = client.request("GET", "/ipfs/\(cid)")
        for _ in 0..<100 {
            Threads.start("reader") {
                var received = 0
                _ = try? HTTPConnection(.network).download(request) { (piece) throws(Failure) in
                    received += piece.count
                    guard received == 5_000 else { return }
                    state.withLock { $0.waiting += 1 }
                    state.wakeAll()
                }
                let isWhole = received == 10_000
                state.withLock { state in
                    state.done += 1
                    if isWhole { state.whole += 1 }
                }
                state.wakeAll()
            }
        }
        let deadline = SystemTime.monotonic() + .seconds(20)
        let allWait = state.wait { state in
            if state.waiting == 100 || SystemTime.monotonic() >= deadline { return .done(state.waiting == 100) }
            return .wait(until: deadline)
        }
        #expect(allWait)
        client.mock.clearFaults()
        state.wait { $0.done == 100 ? .done(()) : .wait(until: nil) }
        #expect(state.withLock { $0.whole } == 100)
    }

    @Test("clients that vanish in the middle of an upload or a download leave nothing behind")
    func vanishing() throws {
        let client = try Client.loggedIn()
        let object = [UInt8](repeating: 5, count: 3_000_000)
        let cid = try #require(try client.upload(object).json?["cid"]?.text)
        for _ in 0..<20 {
            let upload = client.request(
                "POST", "/ipfs/upload", headers: ["Content-Type": "multipart/form-data; boundary=XyZ"])
            let form = Form.file([UInt8](repeating: 7, count: 2_000_000))
            var sent = 0
            #expect(throws: Failure.self) {
                try HTTPConnection(.network).upload(upload) { () throws(Failure) in
                    if sent >= 1_000_000 { throw Failure(.interrupted, "gone") }
                    defer { sent += 100_000 }
                    return form[sent..<sent + 100_000]
                }
            }
            #expect(throws: Failure.self) {
                try HTTPConnection(.network).download(client.request("GET", "/ipfs/\(cid)")) {
                    (_) throws(Failure) in throw Failure(.interrupted, "gone")
                }
            }
        }
        #expect(client.mock.objects == [cid])
        #expect(try client.get("/ipfs/\(cid)").body == object)
    }

    @Test("publications from many threads get every number once")
    func counting() throws {
        let client = try Client.loggedIn()
        let body = NameTests.publication(NameTests.cids[0], NameTests.record(NameTests.cids[0], 1))
        let request = client.request(
            "POST", "/ipns/publish", headers: ["Content-Type": "application/json"], body: body.bytes())
        let numbers = Gate<[String]>([])
        for _ in 0..<8 {
            Threads.start("publisher") {
                let connection = try? HTTPConnection(.network)
                for _ in 0..<25 {
                    let answer = try? connection?.send(request)
                    let number = answer?.json?["sequenceNumber"]?.text ?? "none"
                    numbers.withLock { $0.append(number) }
                    numbers.wakeAll()
                }
            }
        }
        let all = numbers.wait { $0.count == 200 ? .done($0) : .wait(until: nil) }
        #expect(Set(all) == Set((0..<200).map { "\($0)" }))
    }
}
