package import Core

/// Why a volume could not answer from memory.
package enum VolumeError: Error, Sendable {
    /// Something must be brought in first; try again when it is there.
    case needs(Need)
    case failed(Failure)
}

/// Something that must be brought into memory before an operation can be answered.
package struct Need: Sendable {
    /// Begins to bring it in and returns; the completion is called once, on another thread, with nil on success.
    package let start: @Sendable (_ completion: @escaping @Sendable (Failure?) -> Void) -> Void

    package init(_ start: @escaping @Sendable (_ completion: @escaping @Sendable (Failure?) -> Void) -> Void) {
        self.start = start
    }

    /// What a read brings in on one of these threads; `.busy` where too many wait for them.
    package init(on threads: WorkerPool, _ read: @escaping @Sendable () throws(Failure) -> Void) {
        self.init { completion in
            let isAccepted = threads.submit {
                do throws(Failure) {
                    try read()
                    completion(nil)
                } catch {
                    completion(error)
                }
            }
            if !isAccepted { completion(Failure(.busy, "too many reads wait already")) }
        }
    }

    /// Brings it in and waits; for threads that may block.
    package func satisfy() throws(Failure) {
        let outcome = Gate<Failure??>(nil)
        start { failure in
            outcome.withLock { $0 = .some(failure) }
            outcome.wakeAll()
        }
        let failure = outcome.wait { $0.map { .done($0) } ?? .wait(until: nil) }
        if let failure { throw failure }
    }
}

/// Runs an operation that answers from memory, bringing in what it needs until it has an answer; blocks.
package func satisfying<Value>(_ operation: () throws(VolumeError) -> Value) throws(Failure) -> Value {
    while true {
        do throws(VolumeError) {
            return try operation()
        } catch {
            switch error {
            case .failed(let failure): throw failure
            case .needs(let need): try need.satisfy()
            }
        }
    }
}
