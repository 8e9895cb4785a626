internal import Core
internal import FileExercise
internal import FileSystem
internal import Synchronization

/// A directory that one thread works in, and what is known of it: shared with whoever takes a power cut.
final class Workplace: Sendable {
    private struct Life {
        var isOver = false
        var problem: String?
    }

    let name: Name
    let node: NodeID
    private let history: Mutex<DirectoryHistory>
    private let isToEnd = Atomic(false)
    private let life = Gate(Life())

    init(_ name: Name, _ node: NodeID, found: [Name: DirectoryHistory.Found]) {
        self.name = name
        self.node = node
        history = Mutex(DirectoryHistory(found))
    }

    /// What may be found from this moment's disk.
    var known: DirectoryHistory { history.withLock { $0 } }

    func note<Value: Sendable>(_ body: (inout DirectoryHistory) -> Value) -> Value { history.withLock { body(&$0) } }

    // MARK: The thread

    var mustEnd: Bool { isToEnd.load(ordering: .relaxed) }
    func askForEnd() { isToEnd.store(true, ordering: .relaxed) }

    /// The thread's last call: what went wrong, if something did.
    func end(_ problem: String?) {
        life.withLock { $0 = Life(isOver: true, problem: problem) }
        life.wakeAll()
    }

    var problem: String? { life.withLock { $0.problem } }

    /// Whether the thread ended within `limit`.
    func waitForEnd(limit: Duration) -> Bool {
        let deadline = SystemTime.monotonic() + limit
        return life.wait { life in
            if life.isOver { return .done(true) }
            return SystemTime.monotonic() >= deadline ? .done(false) : .wait(until: deadline)
        }
    }
}
