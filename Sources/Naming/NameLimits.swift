/// Constants that bound names and their records, with the reason for each value.
package enum NameLimits {
    /// A record, as the specification bounds it; looked at before anything of the record is.
    package static let recordBytes = 10 << 10
    /// What a record we sign may say. It stands there twice, beside some 400 bytes of all else: 2 × 4 KiB fit.
    package static let valueBytes = 4 << 10
    /// The longest text that is read as a name: `/ipns/` and a CID in its longest form.
    static let textBytes = 600
    /// How long others may keep our answers: what CipherBox and Kubo write.
    package static let timeToLive: Duration = .seconds(300)
}
