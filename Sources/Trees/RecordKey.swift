package import Core
package import Volumes

/// Which record of a file a key names; the numbers are part of the format and keep a file's records in this order.
package enum RecordKind: UInt8, Sendable {
    case attributes = 0x01
    case content = 0x02
    case extendedAttribute = 0x03
    /// A name that leads to the file: parent's id, then the name.
    case backPointer = 0x04
    /// This directory was united with another, whose id the payload is; it has no other record then.
    case redirect = 0x05
    /// An entry of a directory: the name.
    case child = 0x10
}

/// The keys of the map: a file's id, the kind of record, and what tells records of a kind apart.
package enum RecordKey {
    static let fixedLength = FileID.length + 1

    package static func key(of file: FileID, _ kind: RecordKind, _ rest: [UInt8] = []) -> [UInt8] {
        var writer = ByteWriter(reserving: fixedLength + rest.count)
        writer.append(integer: file.incarnation)
        writer.append(integer: file.counter)
        writer.append(kind.rawValue)
        writer.append(rest)
        return writer.bytes
    }

    package static func child(_ name: Name, of directory: FileID) -> [UInt8] {
        key(of: directory, .child, name.bytes)
    }

    package static func extendedAttribute(_ name: Name, of file: FileID) -> [UInt8] {
        key(of: file, .extendedAttribute, name.bytes)
    }

    package static func backPointer(of file: FileID, parent: FileID, name: Name) -> [UInt8] {
        key(of: file, .backPointer, encode(parent) + name.bytes)
    }

    /// What follows the file and the kind.
    package static func rest(of key: [UInt8]) -> [UInt8] { Array(key.dropFirst(fixedLength)) }

    /// The file and the kind a key names; nil for kinds this version does not know.
    package static func parse(_ key: [UInt8]) -> (file: FileID, kind: RecordKind)? {
        guard key.count >= fixedLength, let kind = RecordKind(rawValue: key[FileID.length]),
            let file = decodeFileID(key[..<FileID.length])
        else { return nil }
        return (file, kind)
    }

    package static func encode(_ file: FileID) -> [UInt8] {
        [UInt8](bigEndian: file.incarnation) + [UInt8](bigEndian: file.counter)
    }

    package static func decodeFileID(_ bytes: ArraySlice<UInt8>) -> FileID? {
        var reader = ByteReader(bytes)
        guard bytes.count == FileID.length, let incarnation: UInt64 = try? reader.integer(),
            let counter: UInt64 = try? reader.integer()
        else { return nil }
        return FileID(incarnation: incarnation, counter: counter)
    }
}
