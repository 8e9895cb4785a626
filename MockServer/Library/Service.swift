internal import Core
internal import Primitives
internal import Synchronization

/// What all endpoints of one mock share.
final class Service: Sendable {
    let memory: Memory
    let shelf: Shelf
    let tokens = Tokens()
    let throttle: Throttle
    let counters = Counters()
    let faults: FaultBook
    let pauses: Pauses
    let time: ShiftedTime
    let testSecret: String?
    private let switchState: Mutex<MockSwitches>

    init(_ options: MockOptions) throws(Failure) {
        let folder = options.stateFolder.map { $0.pathBytes }
        if let folder {
            do throws(SystemCallFailure) {
                try Files.makeDirectory(folder, withParents: true)
            } catch {
                throw error.failure
            }
        }
        memory = try Memory(folder: folder)
        shelf = try Shelf(folder: folder, memoryLimit: options.maxMemory)
        time = ShiftedTime(options.time)
        throttle = Throttle(options.rateLimit, time)
        faults = FaultBook(options.faults)
        pauses = Pauses(options.time)
        testSecret = options.testSecret
        switchState = Mutex(MockSwitches(options))
    }

    var switches: MockSwitches {
        get { switchState.withLock { $0 } }
        set { switchState.withLock { $0 = newValue } }
    }

    func change(_ body: (inout MockSwitches) -> Void) { switchState.withLock { body(&$0) } }

    /// The user whom a bearer token names.
    func account(_ authorization: String?) throws(Refusal) -> User {
        let words = (authorization ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer",
            let claims = tokens.verify(String(words[1]), now: time.wallClock),
            let id = claims["sub"]?.text, claims["publicKey"] != nil
        else { throw .unauthorized }
        guard let user = memory.read({ $0.users[id] }) else { throw Refusal(401, "User not found") }
        return user
    }

    /// A version 4 UUID.
    static func makeID() -> String {
        var bytes = Random.bytes(16)
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let text = Hex.encode(bytes)
        var id = ""
        for (index, digit) in text.enumerated() {
            if [8, 12, 16, 20].contains(index) { id.append("-") }
            id.append(digit)
        }
        return id
    }

    /// For what should not happen; the service says no more either.
    static let internalError = Refusal(bare: 500, "Internal server error")
}
