internal import Core

/// What a record has that this version does not know, to be written again with it.
struct KeptFields {
    private var fields = FieldWriter()

    /// The fields of `payload` from number `first` on; bytes that are no fields have none.
    init(of payload: ArraySlice<UInt8>, from first: UInt64) {
        var reader = FieldReader(payload)
        while let (field, value) = try? reader.next() {
            if field >= first { fields.field(field, value) }
        }
    }

    /// They come behind all that are known.
    var bytes: [UInt8] { fields.bytes }
}

extension KeptFields {
    /// Attributes are changed one by one, so all that is not known goes with the rest.
    static let ofAttributes: UInt64 = 10
    /// What says how a value is to be read goes with the value; from here on fields tell of the file or the name.
    static let ofValues: UInt64 = 64
}
