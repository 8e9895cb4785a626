package import Core
package import Naming

/// What a place says that a name stands for.
package struct NameAnswer: Sendable {
    /// Usually `/ipfs/CID`.
    package let value: String
    package let sequence: UInt64
    /// The record behind the answer, when it came with it and passed every check.
    package let record: NameRecord?
    /// Why there is no checked record: the check that failed, or that none came. Such an answer is a hint.
    package let doubt: Failure?

    /// An answer that a checked record stands behind.
    package init(_ record: NameRecord) {
        self.init(value: record.value, sequence: record.sequence, record: record, doubt: nil)
    }

    /// A hint.
    package init(value: String, sequence: UInt64, doubt: Failure) {
        self.init(value: value, sequence: sequence, record: nil, doubt: doubt)
    }

    private init(value: String, sequence: UInt64, record: NameRecord?, doubt: Failure?) {
        self.value = value
        self.sequence = sequence
        self.record = record
        self.doubt = doubt
    }

    /// The record in `bytes` when it passes every check; else a hint of `value` and `sequence`, which a place without
    /// a say in the matter gives.
    package init(
        checking bytes: [UInt8], value: String, sequence: UInt64, for name: IPNSName, at now: Timestamp
    ) {
        do throws(Failure) {
            self.init(try NameRecord(verifying: bytes, for: name, at: now))
        } catch {
            self.init(value: value, sequence: sequence, doubt: error)
        }
    }

    package var isVerified: Bool { record != nil }
}

/// Signed records under names, somewhere.
///
/// Every store MUST keep these promises; one suite checks them (`runNameStoreSuite`).
/// - `resolve` MUST answer with what was published, or throw: `.notFound` when nothing is known under the name. It need
///   not be the newest. It MUST check what it gives as a record, its date included, and never throws because a check
///   fails: then the answer is a hint that says why.
/// - When `publish` returns, the record MUST be what `resolve` gives here until another one is published, unless the
///   place itself is known to answer with older ones for a while.
/// - A store that checks what is published MAY refuse a record that is not the name's (`.integrity`), or one that is
///   not better than the one it has (`.conflict`); publishing the same record again MUST succeed.
/// - A failed `publish` MUST leave the record before or this one.
package protocol NameStore: Sendable {
    func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer
    func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure)
}

extension Failure {
    /// What every store says about a name that it knows nothing of.
    package static func nothingPublished(_ name: IPNSName) -> Failure {
        Failure(.notFound, "nothing is published under the name \(name)")
    }
}
