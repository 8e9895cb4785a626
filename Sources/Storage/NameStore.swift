package import Core

/// Signed records under names, somewhere; the store does not understand them.
///
/// Every store MUST keep these promises:
/// - `resolve` MUST return a record as it was published, or throw: `.notFound` when nothing is known under the name.
///   It need not be the newest: whoever asks checks signature and sequence.
/// - When `publish` returns, the record MUST be what `resolve` gives here until another one is published.
/// - A failed `publish` MUST leave the record before or this one.
package protocol NameStore: Sendable {
    func resolve(_ name: [UInt8]) async throws(Failure) -> [UInt8]
    func publish(_ record: [UInt8], under name: [UInt8]) async throws(Failure)
}
