internal import Core

/// Ciphers lent to whichever thread has work for one, so that contexts are made once and no lock is held across work.
package final class CipherPool: Sendable {
    package static let shared = CipherPool(capacity: 64)

    private let ciphers: LendingPool<AES256GCM>

    package init(capacity: Int) { ciphers = LendingPool(capacity: capacity) { AES256GCM() } }

    /// Lends a cipher whose key was set to `key`; it must not leave `body`.
    package func withCipher<Result, Problem: Error>(
        key: UnsafeRawBufferPointer, _ body: (AES256GCM) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        try ciphers.lend { (cipher) throws(Problem) in
            unsafe cipher.setKey(key)
            return try body(cipher)
        }
    }
}
