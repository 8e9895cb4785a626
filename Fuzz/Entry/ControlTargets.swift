internal import Control
internal import Core
internal import HTTPServing
internal import Remotes
internal import StorageSupport
internal import Volumes

extension FuzzTarget {
    /// Messages on the socket of a held vault, and the request's target.
    static let control = FuzzTarget("control", [{ message }, { requestTarget }])

    private static var message: Part {
        Part { random in
            anyMessage(&random).bytes()
        } check: { input in
            let json = try JSON(parsing: input)
            try checkMessage(json, FileInfo.init(json:), \.json)
            try checkMessage(json, StoredAttributes.init(json:), \.json)
            try checkMessage(json, VaultStatus.init(json:), \.json)
            try checkMessage(json, RemoteStatus.init(json:), \.json)
            try checkMessage(json, SyncReport.init(json:), \.json)
            try checkMessage(json, ControlHello.init(json:), \.json)
            if let failure = Failure(json: json) {
                try require(Failure(json: failure.json)?.message == failure.message, "a failure changes")
            }
        }
    }

    private static func checkMessage<Value: Equatable>(
        _ json: JSON, _ read: (JSON) -> Value?, _ write: (Value) -> JSON
    ) throws {
        guard let value = read(json) else { return }
        try require(read(write(value)) == value, "a \(Value.self) changes as a message")
    }

    private static func anyMessage(_ random: inout SeededRandom) -> JSON {
        let remote = RemoteStatus(
            name: random.someText(), address: random.someText(), state: RemoteStatus.State.allCases[random.below(5)],
            oldestPending: random.chance() ? .milliseconds(random.below(1 << 40)) : nil,
            lastPublished: random.chance() ? random.time() : nil, sentBytes: random.anyNumber(),
            problem: random.someText(),
            diverged: random.several(3) { $0.someText() })
        switch random.below(5) {
        case 0:
            return FileInfo(
                name: random.name(), attributes: attributes(&random), inode: random.anyNumber(), links: 1,
                size: random.anyNumber(), allocated: random.anyNumber(),
                target: random.chance() ? random.someBytes() : nil
            ).json
        case 1: return StoredAttributes(permissions: 0o644, owner: 3, modified: random.time()).json
        case 2: return remote.json
        case 3: return ControlHello(program: "cbstore", vault: random.someText(), process: 7).json
        default:
            return VaultStatus(
                vault: random.someText(), ipnsName: "k51", device: random.someText(), remote: remote,
                files: random.anyNumber(), contentBytes: random.anyNumber(), storeBytes: random.anyNumber(),
                objects: random.anyNumber(), pendingChanges: random.anyNumber(), unsyncedChanges: random.anyNumber(),
                lastCommit: random.time(), commitCount: random.anyNumber(), checkWords: nil, mountpoint: nil,
                process: 7,
                troubles: random.several(3) { $0.someText() }
            ).json
        }
    }

    private static var requestTarget: Part {
        Part { random in
            let path = random.several(4) { "/" + PercentCoding.encode($0.name().bytes) }.joined()
            return Array("\(path)?\(PercentCoding.encode(random.someText(5).utf8))=\(random.anyNumber())".utf8)
        } check: { input in
            let target = try accepted(RequestTarget(input))
            let path = target.segments.map { "/" + PercentCoding.encode($0) }.joined()
            let query = target.query.map { PercentCoding.encode($0.key.utf8) + "=" + PercentCoding.encode($0.value) }
            let again = RequestTarget(Array("\(path)?\(query.joined(separator: "&"))".utf8))
            // An escape may stand for nothing at all, which is no segment when it is written.
            try require(again?.query == target.query, "a request's query changes")
            try require(again?.segments == target.segments, "a request's path changes")
        }
    }

    /// Files of settings: a session, a remote's address.
    static let settings = FuzzTarget("settings", longestInput: 1024, [{ session }, { remoteURL }])

    private static let api = "https://api.example"

    private static var session: Part {
        Part { random in
            let claims = "{\"sub\":\"u\",\"iat\":\(random.anyNumber() >> 12),\"exp\":\(random.anyNumber() >> 12)}"
            let middle = Base64.encode(Array(claims.utf8)).filter { $0 != "=" }
            let json: JSON = [
                "version": 1, "api": JSON(api), "login": "a", "generation": JSON(random.anyNumber() >> 1),
                "email": .null, "access_token": JSON("a.\(middle).c"),
                "arrived_seconds": JSON(random.writableTime().seconds), "arrived_nanoseconds": 5, "refresh_token": "r",
            ]
            return json.bytes()
        } check: { input in
            let time = ManualTime()
            let session = try AccountSession(json: try JSON(parsing: input), base: api, time: time)
            let back = try? AccountSession(json: session.json(base: api), base: api, time: time)
            try require(back == session, "a session changes when it is written")
            _ = session.access.phase(at: time)
            _ = session.access.expires.text
        }
    }

    private static var remoteURL: Part {
        Part { random in
            Array(
                ["dir:/a//b/./c", "cipherbox+https://Host.example:443/x/", "http://127.0.0.1:8080"][random.below(3)]
                    .utf8)
        } check: { input in
            let url = try RemoteURL(input)
            try require((try? RemoteURL(url.bytes)) == url, "a remote's address changes when it is written")
        }
    }
}
