package import Core
package import Primitives

extension NameRecord {
    /// A new record of the name that is the key's.
    ///
    /// It has both signatures, for readers old and new, and the key itself: CipherBox hands on the proof of a record
    /// only when the key stands in it. `value` has at most `NameLimits.valueBytes`, `validUntil` a year below 10000,
    /// and `timeToLive` is not negative.
    package static func signed(
        value: String, sequence: UInt64, validUntil: Timestamp, timeToLive: Duration, by key: Ed25519.SigningKey
    ) -> NameRecord {
        precondition(value.utf8.count <= NameLimits.valueBytes, "a value fits a record")
        precondition(Timestamp.writableSeconds.contains(validUntil.seconds), "a record ends before the year 10000")
        precondition(timeToLive >= .zero, "a time to live is not negative")
        let data = RecordData(
            value: Array(value.utf8), validity: Array(validUntil.nanosecondText.utf8), sequence: sequence,
            timeToLive: UInt64(timeToLive.nanoseconds))
        let encoded = data.encoded
        var writer = FieldWriter()
        writer.bytes(RecordFields.Number.value, data.value)
        writer.bytes(
            RecordFields.Number.signatureV1, key.sign(data.value + data.validity + RecordData.endOfLifeText))
        writer.number(RecordFields.Number.validityType, data.validityType)
        writer.bytes(RecordFields.Number.validity, data.validity)
        writer.number(RecordFields.Number.sequence, sequence)
        writer.number(RecordFields.Number.timeToLive, data.timeToLive)
        writer.bytes(RecordFields.Number.publicKey, PublicKey.message(ed25519: key.publicKey))
        writer.bytes(RecordFields.Number.signatureV2, key.sign(RecordData.signaturePrefix + encoded))
        writer.bytes(RecordFields.Number.data, encoded)
        return NameRecord(
            bytes: writer.bytes, value: value, sequence: sequence, validUntil: validUntil,
            timeToLive: .nanoseconds(timeToLive.nanoseconds))
    }

    /// The bytes of a record from the parts in which some services hand it out, for `read` to check.
    ///
    /// `publicKey` is the 32 bytes of an Ed25519 key, or nil where the name contains it.
    package static func assembled(signatureV2: [UInt8], data: [UInt8], publicKey: [UInt8]?) -> [UInt8] {
        var writer = FieldWriter()
        if let publicKey { writer.bytes(RecordFields.Number.publicKey, PublicKey.message(ed25519: publicKey)) }
        writer.bytes(RecordFields.Number.signatureV2, signatureV2)
        writer.bytes(RecordFields.Number.data, data)
        return writer.bytes
    }
}
