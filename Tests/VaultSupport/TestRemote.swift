package import ContentAddressing
package import Core
package import Naming
package import Storage
internal import Synchronization

/// A remote in memory that a test looks into, damages, copies, and lets fail or hang; its stores share one count of
/// calls.
package final class TestRemote: Sendable {
    /// Everything that lies on the remote.
    package struct Contents: Sendable, Equatable {
        package var objects: [CID: [UInt8]] = [:]
        package var records: [IPNSName: NameRecord] = [:]
    }

    /// What was asked.
    package enum Call: Sendable, Equatable {
        case put([CID], byteCount: Int)
        case get(CID)
        case has([CID])
        case other
        case resolve(IPNSName)
        case publish(IPNSName)

        package var isWrite: Bool {
            switch self {
            case .put, .publish: true
            default: false
            }
        }
    }

    /// How a call fails: without having done anything, or with all of it done and the answer lost.
    package enum Fault: Sendable, CaseIterable {
        case requestLost, answerLost
    }

    private struct State {
        var contents = Contents()
        var calls: [Call] = []
        var faults: [Int: Fault] = [:]
        var isDown = false
        var answersWithHints = false
        var isStrict = false
        var isHolding = false
        var held: [Int: CheckedContinuation<Void, Never>] = [:]
        var waiting = 0
    }

    package let time: any TimeSource
    private let state: Gate<State>

    package init(time: any TimeSource) {
        self.time = time
        state = Gate(State())
    }

    /// The remote as a link sees it.
    package func remote(bundles: Bool = true) -> Remote {
        Remote(
            name: "test", address: "memory:", objects: Objects(remote: self), names: Names(remote: self),
            traits: RemoteTraits(
                greatestObjectBytes: 100 << 20, parallelTransfers: 1, prefersBundles: bundles, spaceComesBack: true))
    }

    // MARK: What a test sees and does

    package var contents: Contents {
        get { state.withLock { $0.contents } }
        set { state.withLock { $0.contents = newValue } }
    }

    /// What was asked since `forgetCalls`, in order.
    package var calls: [Call] { state.withLock { $0.calls } }
    package func forgetCalls() {
        state.withLock { state in
            state.calls = []
            state.faults = [:]
        }
    }

    /// Fails the call of that number after `forgetCalls`, counted from 1.
    package func fail(call number: Int, _ fault: Fault = .requestLost) {
        state.withLock { $0.faults[number] = fault }
    }

    /// Fails every call while this is set.
    package var isDown: Bool {
        get { state.withLock { $0.isDown } }
        set { state.withLock { $0.isDown = newValue } }
    }

    /// Names are answered without their records, as by a server that keeps no signatures.
    package var answersWithHints: Bool {
        get { state.withLock { $0.answersWithHints } }
        set { state.withLock { $0.answersWithHints = newValue } }
    }

    /// A record that is not better than the one that is there is refused.
    package var isStrict: Bool {
        get { state.withLock { $0.isStrict } }
        set { state.withLock { $0.isStrict = newValue } }
    }

    /// Makes every call hang that comes from now on, until it is cancelled or `release` is called.
    package func hold() { state.withLock { $0.isHolding = true } }

    package func release() {
        let held = state.withLock { state in
            defer { state.held = [:] }
            state.isHolding = false
            return Array(state.held.values)
        }
        for continuation in held { continuation.resume() }
    }

    /// Long enough for any machine that is busy with other tests; waits end when what they wait for comes.
    package static let patience = Duration.seconds(120)

    /// Blocks until so many calls hang; false when that takes too long.
    package func waitUntilHeld(_ count: Int = 1) -> Bool {
        let end = SystemTime.monotonic() + Self.patience
        return state.wait { state in
            if state.held.count >= count { return .done(true) }
            return SystemTime.monotonic() >= end ? .done(false) : .wait(until: end)
        }
    }

    /// Blocks until `condition` holds of the calls; false when that takes too long.
    package func wait(until condition: ([Call]) -> Bool) -> Bool {
        let end = SystemTime.monotonic() + Self.patience
        return state.wait { state in
            if condition(state.calls) { return .done(true) }
            return SystemTime.monotonic() >= end ? .done(false) : .wait(until: end)
        }
    }

    // MARK: Serving

    fileprivate func serve<Value: Sendable>(
        _ call: Call, _ body: (inout Contents) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let (fault, isDown) = state.withLock { state -> (Fault?, Bool) in
            state.calls.append(call)
            return (state.faults.removeValue(forKey: state.calls.count), state.isDown)
        }
        state.wakeAll()
        if isDown { throw Self.unreachable }
        try await passHold()
        if fault == .requestLost { throw Self.unreachable }
        if fault == .answerLost {
            _ = try? state.withLock { (state) throws(Failure) in try body(&state.contents) }
            throw Self.unreachable
        }
        return try state.withLock { (state) throws(Failure) in try body(&state.contents) }
    }

    private static let unreachable = Failure(.network, "the remote cannot be reached (simulated)")

    private func passHold() async throws(Failure) {
        let number = state.withLock { state -> Int? in
            guard state.isHolding else { return nil }
            state.waiting += 1
            return state.waiting
        }
        guard let number else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if !state.isHolding || Task.isCancelled { return true }
                    state.held[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() } else { state.wakeAll() }
            }
        } onCancel: {
            state.withLock { $0.held.removeValue(forKey: number) }?.resume()
        }
        if Task.isCancelled { throw Failure(.interrupted, "the call was cancelled") }
    }

    fileprivate func isRefused(_ record: NameRecord, _ present: NameRecord?) -> Bool {
        guard isStrict, let present, present != record else { return false }
        return !record.isBetter(than: present)
    }
}

private struct Objects: ObjectStore {
    let remote: TestRemote

    func put(_ objects: [StoredObject]) async throws(Failure) {
        let bytes = objects.reduce(0) { $0 + $1.bytes.count }
        try await remote.serve(.put(objects.map(\.cid), byteCount: bytes)) { contents in
            for object in objects { contents.objects[object.cid] = object.bytes }
        }
    }

    func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        try await remote.serve(.get(cid)) { (contents) throws(Failure) in
            guard let bytes = contents.objects[cid] else { throw .objectNotFound(cid, in: "memory") }
            guard let range else { return bytes }
            return Array(bytes[range.clamped(to: bytes.indices)])
        }
    }

    func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] {
        try await remote.serve(.other) { contents in cids.map { contents.objects[$0] } }
    }

    func has(_ cids: [CID]) async throws(Failure) -> [Bool] {
        try await remote.serve(.has(cids)) { contents in cids.map { contents.objects[$0] != nil } }
    }

    func delete(_ cids: [CID]) async throws(Failure) {
        try await remote.serve(.other) { contents in for cid in cids { contents.objects[cid] = nil } }
    }

    func pin(_ cids: [CID]) async throws(Failure) { try await remote.serve(.other) { _ in } }
    func unpin(_ cids: [CID]) async throws(Failure) { try await remote.serve(.other) { _ in } }
}

private struct Names: NameStore {
    let remote: TestRemote

    func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer {
        let (hints, now) = (remote.answersWithHints, remote.time.wallClock)
        return try await remote.serve(.resolve(name)) { (contents) throws(Failure) in
            guard let record = contents.records[name] else { throw .nothingPublished(name) }
            if hints {
                return NameAnswer(
                    value: record.value, sequence: record.sequence, doubt: Failure(.integrity, "no record came"))
            }
            return NameAnswer(
                checking: record.bytes, value: record.value, sequence: record.sequence, for: name, at: now)
        }
    }

    func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure) {
        let isRefused = remote.isRefused(record, remote.contents.records[name])
        try await remote.serve(.publish(name)) { (contents) throws(Failure) in
            if isRefused { throw Failure(.conflict, "a better record is there") }
            contents.records[name] = record
        }
    }
}
