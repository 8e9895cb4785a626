/// Changes of a byte string, read from an input: what a disk, a network or somebody does to bytes under way.
struct Edits {
    private enum Edit {
        case change(at: Int, mask: UInt8)
        case cut(at: Int)
        case copy(from: Int, to: Int, count: Int)
        case append([UInt8])
    }

    private var edits: [Edit] = []

    init(_ parts: inout InputParts) {
        while !parts.isEmpty, edits.count < 16 {
            switch parts.byte() & 7 {
            case 0: edits.append(.cut(at: Int(parts.number(2))))
            case 1:
                edits.append(.copy(from: Int(parts.number(2)), to: Int(parts.number(2)), count: Int(parts.number(2))))
            case 2: edits.append(.append(parts.piece()))
            default: edits.append(.change(at: Int(parts.number(2)), mask: parts.byte()))
            }
        }
    }

    func applied(to bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for edit in edits {
            guard !bytes.isEmpty else { return bytes }
            switch edit {
            case .change(let place, let mask): bytes[place % bytes.count] ^= mask
            case .cut(let place): bytes.removeSubrange((place % bytes.count)...)
            case .copy(let source, let target, let count):
                let (source, target) = (source % bytes.count, target % bytes.count)
                let count = min(count, bytes.count - source, bytes.count - target)
                bytes.replaceSubrange(target..<target + count, with: Array(bytes[source..<source + count]))
            case .append(let more): bytes += more
            }
        }
        return bytes
    }
}
