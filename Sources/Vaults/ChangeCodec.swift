package import Core
package import Sealing
internal import Trees
package import Volumes

/// A chunk on its way into a file.
package struct SealedChunk: SealedContent {
    package let reference: ObjectReference
    /// Keeps the chunk in the store until a journal record does; nil when one does already.
    private let lease: ChunkUse.Lease?
    package var count: Int { Int(reference.contentLength) }

    package init(reference: ObjectReference, lease: ChunkUse.Lease? = nil) {
        self.reference = reference
        self.lease = lease
    }
}

/// Batches of changes as journal records: a tag for each change, then its values.
package enum ChangeCodec {
    private enum Tag {
        static let setAttributes: UInt8 = 1
        static let setChild: UInt8 = 2
        static let removeChild: UInt8 = 3
        static let writeInline: UInt8 = 4
        static let writeSealed: UInt8 = 5
        static let writeHole: UInt8 = 6
        static let setSize: UInt8 = 7
        static let setTarget: UInt8 = 8
        static let copyContent: UInt8 = 9
        static let setExtendedAttribute: UInt8 = 10
        static let removeExtendedAttribute: UInt8 = 11
        static let forget: UInt8 = 12
        static let orphan: UInt8 = 13
        static let copyRange: UInt8 = 14
    }

    package static func encode(_ changes: [Change]) -> [UInt8] {
        var writer = ByteWriter(reserving: 64 + changes.count * 64)
        for change in changes { encode(change, to: &writer) }
        return writer.bytes
    }

    private static func encode(_ change: Change, to writer: inout ByteWriter) {
        func start(_ tag: UInt8, _ file: FileID) {
            writer.append(tag)
            writer.append(integer: file.incarnation)
            writer.append(integer: file.counter)
        }
        switch change {
        case .setAttributes(let file, let attributes):
            start(Tag.setAttributes, file)
            writer.append(lengthPrefixed: RecordValue.encode(attributes))
        case .setChild(let directory, let name, let child, let time):
            start(Tag.setChild, directory)
            writer.append(lengthPrefixed: name.bytes)
            writer.append(RecordValue.encode(child))
            writer.append(time.bytes)
        case .removeChild(let directory, let name, let time):
            start(Tag.removeChild, directory)
            writer.append(lengthPrefixed: name.bytes)
            writer.append(time.bytes)
        case .write(let file, let offset, let written, let time):
            start(tag(of: written), file)
            writer.append(varint: offset)
            writer.append(time.bytes)
            switch written {
            case .inline(let bytes): writer.append(lengthPrefixed: bytes)
            case .sealed(let content): writer.append(lengthPrefixed: (content as? SealedChunk)?.reference.bytes ?? [])
            case .hole(let count): writer.append(varint: count)
            }
        case .setSize(let file, let size, let time):
            start(Tag.setSize, file)
            writer.append(varint: size)
            writer.append(time.bytes)
        case .setTarget(let file, let target):
            start(Tag.setTarget, file)
            writer.append(lengthPrefixed: target)
        case .copyContent(let source, let target, let time):
            start(Tag.copyContent, source)
            writer.append(RecordKey.encode(target))
            writer.append(time.bytes)
        case .copyRange(let source, let range, let target, let offset, let time):
            start(Tag.copyRange, source)
            writer.append(varint: range.lowerBound)
            writer.append(varint: range.upperBound - range.lowerBound)
            writer.append(RecordKey.encode(target))
            writer.append(varint: offset)
            writer.append(time.bytes)
        case .setExtendedAttribute(let file, let name, let value):
            start(Tag.setExtendedAttribute, file)
            writer.append(lengthPrefixed: name.bytes)
            writer.append(lengthPrefixed: value)
        case .removeExtendedAttribute(let file, let name):
            start(Tag.removeExtendedAttribute, file)
            writer.append(lengthPrefixed: name.bytes)
        case .forget(let file):
            start(Tag.forget, file)
        case .orphan(let file):
            start(Tag.orphan, file)
        }
    }

    private static func tag(of written: WrittenBytes) -> UInt8 {
        switch written {
        case .inline: Tag.writeInline
        case .sealed: Tag.writeSealed
        case .hole: Tag.writeHole
        }
    }

    package static func decode(_ record: [UInt8]) throws(MalformedBytes) -> [Change] {
        var reader = ByteReader(record)
        var changes: [Change] = []
        while !reader.isAtEnd {
            let tag = try reader.byte()
            let file = FileID(incarnation: try reader.integer(), counter: try reader.integer())
            changes.append(try decode(tag, file, &reader))
        }
        return changes
    }

    private static func decode(_ tag: UInt8, _ file: FileID, _ reader: inout ByteReader) throws(MalformedBytes)
        -> Change
    {
        switch tag {
        case Tag.setAttributes:
            return .setAttributes(file, try RecordValue.decodeAttributes(try reader.lengthPrefixed()))
        case Tag.setChild:
            let name = try name(&reader)
            let child = try RecordValue.decodeChild(try reader.slice(FileID.length + 1))
            return .setChild(directory: file, name: name, child: child, time: try reader.time())
        case Tag.removeChild:
            return .removeChild(directory: file, name: try name(&reader), time: try reader.time())
        case Tag.writeInline, Tag.writeSealed, Tag.writeHole:
            let offset = try size(&reader)
            let time = try reader.time()
            let written = try written(tag, &reader)
            guard written.count <= Limits.Session.fileBytes - offset else {
                throw MalformedBytes("a write reaches beyond what a file can hold")
            }
            return .write(file, offset: offset, written, time: time)
        case Tag.setSize:
            return .setSize(file, try size(&reader), time: try reader.time())
        case Tag.setTarget:
            return .setTarget(file, Array(try reader.lengthPrefixed()))
        case Tag.copyContent:
            return .copyContent(from: file, to: try fileID(&reader), time: try reader.time())
        case Tag.copyRange:
            let (start, count) = (try size(&reader), try size(&reader))
            let target = try fileID(&reader)
            let offset = try size(&reader)
            guard count <= Limits.Session.fileBytes - max(start, offset) else {
                throw MalformedBytes("a copy reaches beyond what a file can hold")
            }
            return .copyRange(
                from: file, start..<start + count, to: target, offset: offset, time: try reader.time())
        case Tag.setExtendedAttribute:
            return .setExtendedAttribute(file, try name(&reader), Array(try reader.lengthPrefixed()))
        case Tag.removeExtendedAttribute:
            return .removeExtendedAttribute(file, try name(&reader))
        case Tag.forget:
            return .forget(file)
        case Tag.orphan:
            return .orphan(file)
        default:
            throw MalformedBytes("a journal record holds a change of kind \(tag), which this version does not know")
        }
    }

    private static func written(_ tag: UInt8, _ reader: inout ByteReader) throws(MalformedBytes) -> WrittenBytes {
        switch tag {
        case Tag.writeInline: return .inline(Array(try reader.lengthPrefixed()))
        case Tag.writeHole: return .hole(try reader.varint())
        default: return .sealed(SealedChunk(reference: try ObjectReference(bytes: Array(try reader.lengthPrefixed()))))
        }
    }

    private static func fileID(_ reader: inout ByteReader) throws(MalformedBytes) -> FileID {
        guard let file = RecordKey.decodeFileID(try reader.slice(FileID.length)) else {
            throw MalformedBytes("a file id is not one")
        }
        return file
    }

    private static func size(_ reader: inout ByteReader) throws(MalformedBytes) -> UInt64 {
        let size = try reader.varint()
        guard size <= Limits.Session.fileBytes else { throw MalformedBytes("a size beyond what a file can hold") }
        return size
    }

    private static func name(_ reader: inout ByteReader) throws(MalformedBytes) -> Name {
        Name(Array(try reader.lengthPrefixed()))
    }
}
