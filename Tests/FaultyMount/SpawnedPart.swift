internal import Core
internal import Glibc
internal import Mounting

/// `faulty-mount spawn CHILD` starts this program anew as `child CHILD`, hands it a key, and says what came of it.
struct SpawnedPart {
    private let isChild: Bool
    private let behaviour: String

    init?(_ words: [String]) {
        guard words.count == 2, words[0] == "spawn" || words[0] == "child" else { return nil }
        isChild = words[0] == "child"
        behaviour = words[1]
    }

    func run() -> Int32 { isChild ? child() : parent() }

    private func parent() -> Int32 {
        do throws(Failure) {
            _ = try SelfSpawn.start(
                arguments: ["faulty-mount", "child", behaviour].map { SystemPath($0) }, key: Array(0..<32),
                limit: .milliseconds(500))
            FaultyMount.say("the child is ready")
            return 0
        } catch {
            FaultyMount.say("\(error)")
            return error.code.row.exitCode
        }
    }

    private func child() -> Int32 {
        if behaviour == "silent" { return 7 }
        let pipe = SelfSpawn.enter(as: "spawned")
        switch behaviour {
        case "ready": pipe.say(nil)
        case "stuck": FaultyMount.waitForTermination()
        default:
            var key = [UInt8](repeating: 0, count: 100)
            let count = unsafe read(SelfSpawn.keyDescriptor, &key, key.count)
            let open = (Int32(0)..<256).filter { fcntl($0, F_GETFD) >= 0 }
            let story = "key \(Hex.encode(Array(key.prefix(count)))), open \(open), leader \(getsid(0) == getpid())"
            pipe.say(Failure(.wrongPassphrase, story, advice: "try another"))
        }
        return 0
    }
}

extension FaultyMount {
    /// Takes the signal that a parent sends to a child it has given up.
    fileprivate static func waitForTermination() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        var number: Int32 = 0
        unsafe sigwait(&set, &number)
    }
}
