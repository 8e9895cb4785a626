internal import ContentAddressing
package import Core

extension NameRecord {
    /// A record that passes every check, its date among them.
    ///
    /// Throws what `read` throws, and `.stale` for a genuine record that has expired.
    package init(verifying bytes: [UInt8], for name: IPNSName, at now: Timestamp) throws(Failure) {
        let record = try Self.read(bytes, for: name)
        guard !record.isExpired(at: now) else {
            throw Failure(
                .stale, "the record of \(name) expired on \(record.validUntil.text)",
                advice: "whoever holds its key has to publish it again")
        }
        self = record
    }

    /// A record that passes every check but that of its date: who asks for that calls `isExpired`.
    ///
    /// The checks and their order are those of the specification, with two more that leave no byte beside the signed
    /// ones to chance: unknown fields are refused, and legacy signatures longer than a signature. Throws `.integrity`
    /// for a record that is not the name's, in a sentence that names the first check that failed, and `.unsupported`
    /// for a name whose kind of key is not verified here.
    package static func read(_ bytes: [UInt8], for name: IPNSName) throws(Failure) -> NameRecord {
        try read(bytes, called: "the record of \(name)") { fields throws(Failure) in try key(in: fields, name) }
    }

    /// Refuses what no name could have as its record; who signed it is left open.
    static func checkForm(_ bytes: [UInt8]) throws(Failure) {
        _ = try read(bytes, called: "the record") { _ in nil }
    }

    /// The checks in their order; without a key, the one of the signature is left out.
    private static func read(
        _ bytes: [UInt8], called subject: String, signedBy key: (RecordFields) throws(Failure) -> PublicKey?
    ) throws(Failure) -> NameRecord {
        guard bytes.count <= NameLimits.recordBytes else {
            throw refused(subject, "has \(bytes.count) bytes, more than \(NameLimits.recordBytes)")
        }
        let fields = try parsed(subject, "is malformed") { () throws(MalformedBytes) in try RecordFields(bytes) }
        guard let signature = fields.bytes(RecordFields.Number.signatureV2), !signature.isEmpty else {
            throw refused(subject, "has no signature of version 2")
        }
        guard let signed = fields.bytes(RecordFields.Number.data), !signed.isEmpty else {
            throw refused(subject, "has no signed data")
        }
        let key = try key(fields)
        let data = try parsed(subject, "has malformed data") { () throws(MalformedBytes) in
            try RecordData(decoding: signed)
        }
        if let key, !key.verifies(signature, of: RecordData.signaturePrefix + signed) {
            throw refused(subject, "has a wrong signature")
        }
        if fields.hasLegacyPart, !data.agrees(with: fields) {
            throw refused(subject, "says something else outside of what is signed")
        }
        // Never believed, whatever it says. But a longer one would swallow fields behind it that may be left out.
        if let legacy = fields.bytes(RecordFields.Number.signatureV1), let length = key?.signatureLength,
            legacy.count > length
        {
            throw refused(subject, "has a legacy signature of \(legacy.count) bytes")
        }
        guard data.validityType == RecordData.endOfLife else {
            throw refused(subject, "has the unknown validity type \(data.validityType)")
        }
        guard let end = String(validating: data.validity, as: UTF8.self).flatMap({ Timestamp(rfc3339: $0) }) else {
            throw refused(subject, "has a validity that is no time")
        }
        guard let value = String(validating: data.value, as: UTF8.self) else {
            throw refused(subject, "has a value that is not text")
        }
        return NameRecord(
            bytes: bytes, value: value, sequence: data.sequence, validUntil: end,
            timeToLive: .nanoseconds(Int64(data.timeToLive)))
    }

    /// The key that must have signed: the one in the record when its hash is the name, else the one in the name.
    private static func key(in fields: RecordFields, _ name: IPNSName) throws(Failure) -> PublicKey {
        let message: [UInt8]
        if let given = fields.bytes(RecordFields.Number.publicKey) {
            guard PublicKey.multihash(ofMessage: given) == name.cid.multihash else {
                throw refused("the record of \(name)", "has another name's key")
            }
            message = given
        } else if name.cid.multihash.code == Multihash.identity {
            message = name.cid.multihash.digest
        } else {
            throw refused("the record of \(name)", "has no key, nor does the name contain it")
        }
        let key = try parsed("the record of \(name)", "has a malformed key") { () throws(MalformedBytes) in
            try PublicKey(message: message)
        }
        guard key != .ecdsa else {
            throw Failure(
                .unsupported, "the record of \(name) is signed with ECDSA, which is not verified here",
                advice: "names of Ed25519, secp256k1 and RSA keys are")
        }
        return key
    }

    private static func refused(_ subject: String, _ reason: String, cause: (any Error)? = nil) -> Failure {
        Failure(.integrity, "\(subject) \(reason)", cause: cause)
    }

    private static func parsed<Value>(
        _ subject: String, _ reason: String, _ body: () throws(MalformedBytes) -> Value
    ) throws(Failure) -> Value {
        do throws(MalformedBytes) { return try body() } catch { throw refused(subject, reason, cause: error) }
    }
}
