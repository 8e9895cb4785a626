package import Core

/// What some bytes say as a record, for people to look at, as far as they can be read.
///
/// Nothing of it is to be believed but `verdict`.
package struct RecordInspection: Sendable {
    /// What was found out about the record as that of a name.
    package enum Verdict: Sendable {
        /// It passes every check but that of its date.
        case genuine
        case refused(Failure)
        /// Nothing is wrong with its form, but it does not hold its key, so that nobody knows whose it is.
        case nameless
    }

    /// What a record says, from its signed data, else from the fields of the older half.
    package struct Statement: Sendable {
        package let isSigned: Bool
        package let value: [UInt8]
        package let sequence: UInt64
        package let validity: [UInt8]
        package let validityType: UInt64
        package let timeToLiveNanoseconds: UInt64
        /// Keys of the data beyond those of the specification.
        package let otherKeys: [String]
    }

    /// Nil when there is nothing to read it from.
    package private(set) var statement: Statement?
    /// The name of the key in the record, when that is well-formed.
    package private(set) var name: IPNSName?
    package private(set) var keyKind: String?
    package private(set) var hasLegacySignature = false
    package private(set) var hasSignature = false
    package private(set) var verdict: Verdict = .nameless

    /// Looks at `bytes` as the record of the key that they hold; throws `.integrity` when they have not the form of
    /// one.
    package init(_ bytes: [UInt8]) throws(Failure) {
        guard bytes.count <= NameLimits.recordBytes else {
            throw Failure(.integrity, "these are more than the \(NameLimits.recordBytes) bytes that a record can have")
        }
        let fields: RecordFields
        do throws(MalformedBytes) {
            fields = try RecordFields(bytes)
        } catch {
            throw Failure(.integrity, "these bytes have not the form of a record", cause: error)
        }
        statement = Statement(fields)
        hasLegacySignature = fields.bytes(RecordFields.Number.signatureV1) != nil
        hasSignature = fields.bytes(RecordFields.Number.signatureV2) != nil
        do throws(Failure) {
            verdict = try judge(bytes, fields)
        } catch {
            verdict = .refused(error)
        }
    }

    private mutating func judge(_ bytes: [UInt8], _ fields: RecordFields) throws(Failure) -> Verdict {
        guard let message = fields.bytes(RecordFields.Number.publicKey) else {
            try NameRecord.checkForm(bytes)
            return .nameless
        }
        do throws(MalformedBytes) {
            keyKind = try PublicKey(message: message).kind.description
        } catch {
            throw Failure(.integrity, "the key in the record is malformed", cause: error)
        }
        guard let name = IPNSName(of: message) else { return .nameless }
        self.name = name
        _ = try NameRecord.read(bytes, for: name)
        return .genuine
    }
}

extension RecordInspection.Statement {
    init?(_ fields: RecordFields) {
        if let signed = fields.bytes(RecordFields.Number.data), let data = try? RecordData(decoding: signed) {
            self.init(
                isSigned: true, value: data.value, sequence: data.sequence, validity: data.validity,
                validityType: data.validityType, timeToLiveNanoseconds: data.timeToLive, otherKeys: data.otherKeys)
        } else if let value = fields.bytes(RecordFields.Number.value) {
            self.init(
                isSigned: false, value: value, sequence: fields.number(RecordFields.Number.sequence),
                validity: fields.bytes(RecordFields.Number.validity) ?? [],
                validityType: fields.number(RecordFields.Number.validityType),
                timeToLiveNanoseconds: fields.number(RecordFields.Number.timeToLive), otherKeys: [])
        } else {
            return nil
        }
    }
}
