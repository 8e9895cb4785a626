package import ContentAddressing
package import Core
internal import Synchronization

/// Fails the calls it is told to fail and passes on all others; a failed call does not reach the store under it.
package final class FaultyStore: ObjectStore {
    private struct State {
        var calls = 0
        var failing: Set<Int> = []
        var failure: Failure
        var isDown = false
    }

    private let base: any ObjectStore
    private let state: Mutex<State>

    package init(
        _ base: any ObjectStore, failure: Failure = Failure(.network, "the store cannot be reached (simulated)")
    ) {
        self.base = base
        state = Mutex(State(failure: failure))
    }

    /// Fails the `number`-th call from now on, counted from 1.
    package func fail(call number: Int) {
        state.withLock { state in _ = state.failing.insert(state.calls + number) }
    }

    /// Fails every call while this is set.
    package var isDown: Bool {
        get { state.withLock { $0.isDown } }
        set { state.withLock { $0.isDown = newValue } }
    }

    package var calls: Int { state.withLock { $0.calls } }

    private func enter() throws(Failure) {
        try state.withLock { (state) throws(Failure) in
            state.calls += 1
            if state.isDown || state.failing.remove(state.calls) != nil { throw state.failure }
        }
    }

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        try enter()
        try await base.put(objects)
    }

    package func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        try enter()
        return try await base.get(cid, range: range)
    }

    package func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] {
        try enter()
        return try await base.getMany(cids)
    }

    package func has(_ cids: [CID]) async throws(Failure) -> [Bool] {
        try enter()
        return try await base.has(cids)
    }

    package func delete(_ cids: [CID]) async throws(Failure) {
        try enter()
        try await base.delete(cids)
    }

    package func pin(_ cids: [CID]) async throws(Failure) {
        try enter()
        try await base.pin(cids)
    }

    package func unpin(_ cids: [CID]) async throws(Failure) {
        try enter()
        try await base.unpin(cids)
    }
}
