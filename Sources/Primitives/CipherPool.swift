internal import Synchronization

/// Ciphers lent to whichever thread has work for one, so that contexts are made once and no lock is held across work.
package final class CipherPool: Sendable {
    package static let shared = CipherPool(capacity: 64)

    /// At any time in the hands of the pool or of the one thread that took it.
    private final class Lent: @unchecked Sendable {
        let cipher = AES256GCM()
    }

    private let idle = Mutex<[Lent]>([])
    /// The most that are kept when idle; more threads at once make more, and free them.
    private let capacity: Int

    package init(capacity: Int) { self.capacity = capacity }

    /// Lends a cipher whose key was set to `key`; it must not leave `body`.
    package func withCipher<Result, Problem: Error>(
        key: UnsafeRawBufferPointer, _ body: (AES256GCM) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        let lent = idle.withLock { $0.popLast() } ?? Lent()
        defer {
            idle.withLock { if $0.count < capacity { $0.append(lent) } }
        }
        unsafe lent.cipher.setKey(key)
        return try body(lent.cipher)
    }
}
