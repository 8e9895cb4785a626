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

    package var isVerified: Bool { record != nil }
}

/// Signed records under names, somewhere.
///
/// Every store MUST keep these promises; one suite checks them (`runNameStoreSuite`).
/// - `resolve` MUST answer with what was published, or throw: `.notFound` when nothing is known under the name. It need
///   not be the newest. It MUST check what it gives as a record, and never throws because a check fails: then the
///   answer is a hint that says why.
/// - When `publish` returns, the record MUST be what `resolve` gives here until another one is published, unless the
///   place itself is known to answer with older ones for a while.
/// - A failed `publish` MUST leave the record before or this one.
package protocol NameStore: Sendable {
    func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer
    func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure)
}
