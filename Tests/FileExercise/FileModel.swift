/// What a file has to hold: its bytes, and how many they are.
package struct FileModel: Sendable {
    package private(set) var bytes: [UInt8]
    package var size: Int { bytes.count }

    package init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// What is read at `offset`; zero behind the end.
    package func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    /// Where bytes read at `offset` differ from these, counted from there; nil when they are the same.
    package func difference(from found: [UInt8], at offset: Int) -> Int? {
        let expected = bytes[min(offset, size)..<min(size, offset + found.count)]
        if found.count == expected.count, found.elementsEqual(expected) { return nil }
        return zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? expected.count
    }

    /// Follows an operation; `other` is the file that copies go to and come from.
    package mutating func apply(_ operation: FileOperation, other: inout FileModel) {
        switch operation.kind {
        case .copyOut: other.put(bytes[operation.range], at: operation.target)
        case .copyIn:
            let source = operation.target..<operation.target + operation.range.count
            put(other.bytes[source], at: operation.range.lowerBound)
        default: apply(operation)
        }
    }

    /// Follows an operation that concerns no other file.
    package mutating func apply(_ operation: FileOperation) {
        let range = operation.range
        switch operation.kind {
        case .write, .append, .writeMapped, .synchronizeMapped, .receive:
            put(operation.bytes, at: range.lowerBound)
        case .truncate: resize(to: range.upperBound)
        case .allocate: resize(to: max(size, range.upperBound))
        case .punchHole, .zeroInside: clear(range)
        case .zero:
            resize(to: max(size, range.upperBound))
            clear(range)
        case .copy: put(bytes[range], at: operation.target)
        case .read, .readMapped, .send, .synchronize, .synchronizeData, .reopen, .dropCache, .reserve, .seekData,
            .seekHole, .copyOut, .copyIn:
            break
        }
    }

    private mutating func put(_ new: ArraySlice<UInt8>, at offset: Int) {
        if new.isEmpty { return }
        if bytes.count < offset + new.count { resize(to: offset + new.count) }
        bytes.replaceSubrange(offset..<offset + new.count, with: new)
    }

    private mutating func resize(to size: Int) {
        if size < bytes.count {
            bytes.removeLast(bytes.count - size)
        } else {
            bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
        }
    }

    private mutating func clear(_ range: Range<Int>) {
        let inside = range.clamped(to: 0..<bytes.count)
        bytes.replaceSubrange(inside, with: repeatElement(0, count: inside.count))
    }
}
