package import Core
internal import Volumes

/// What the records below a node come to, so that counting needs no walk.
package struct Tally: Equatable, Sendable {
    package private(set) var records: UInt64 = 0
    /// Records of attributes: one for each file.
    package private(set) var files: UInt64 = 0
    /// Entries of directories that lead to directories.
    package private(set) var directories: UInt64 = 0
    /// The sizes in the content records, modulo 2⁶⁴: right again when files that are too long together are gone.
    package private(set) var contentBytes: UInt64 = 0
    /// Records that are redirects or have more than one version. None: nobody has to look for them.
    package private(set) var marks: UInt64 = 0

    package init() {}

    /// What one record counts; throws when its value is not one.
    package init(of record: TreeEntry) throws(MalformedBytes) {
        records = 1
        let (shown, count) = try RecordValue.shown(in: record.value)
        if count > 1 { marks = 1 }
        guard record.key.count >= RecordKey.fixedLength else { return }
        switch RecordKind(rawValue: record.key[FileID.length]) {
        case .attributes: files = 1
        case .content: contentBytes = Self.size(in: shown.payload)
        case .redirect: marks = 1
        case .child:
            let place = shown.payload.startIndex + FileID.length
            if place < shown.payload.endIndex, shown.payload[place] == FileKind.directory.rawValue { directories = 1 }
        case .extendedAttribute, .backPointer, nil: break
        }
    }

    /// The number in field 1, with which a message of content begins; 0 when it begins otherwise.
    private static func size(in payload: ArraySlice<UInt8>) -> UInt64 {
        guard payload.first == 1 << 3 else { return 0 }
        var reader = ByteReader(payload.dropFirst())
        return (try? reader.varint()) ?? 0
    }

    /// Adds another; refuses counts that no number holds, as no map has so many records.
    package mutating func add(_ other: Tally) throws(MalformedBytes) {
        func sum(_ one: UInt64, _ other: UInt64) throws(MalformedBytes) -> UInt64 {
            let (sum, overflows) = one.addingReportingOverflow(other)
            guard !overflows else { throw MalformedBytes("a tally counts more than there can be") }
            return sum
        }
        records = try sum(records, other.records)
        files = try sum(files, other.files)
        directories = try sum(directories, other.directories)
        contentBytes &+= other.contentBytes
        marks = try sum(marks, other.marks)
    }

    func write(to writer: inout ByteWriter) {
        for number in [records, files, directories, contentBytes, marks] { writer.append(varint: number) }
    }

    init(reading reader: inout ByteReader) throws(MalformedBytes) {
        records = try reader.varint()
        files = try reader.varint()
        directories = try reader.varint()
        contentBytes = try reader.varint()
        marks = try reader.varint()
    }
}
