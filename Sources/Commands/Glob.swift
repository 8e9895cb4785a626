/// A pattern for paths: `?` is one byte of a name, `*` any run of bytes within a name, `**` any run of names.
///
/// A pattern without a slash is held against each name on its own, as `.gitignore` does.
struct Glob {
    private let pattern: [UInt8]
    private let isForNames: Bool

    init(_ pattern: [UInt8]) {
        var pattern = pattern
        if pattern.count > 1, pattern.last == 0x2f { pattern.removeLast() }
        self.pattern = pattern
        isForNames = !pattern.contains(0x2f)
    }

    func matches(_ path: [UInt8]) -> Bool {
        if isForNames, let name = path.split(separator: 0x2f).last { return Self.match(pattern[...], name) }
        return Self.match(pattern[...], path[...])
    }

    private static func match(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        switch first {
        case 0x2a:
            let rest = pattern.dropFirst()
            if rest.first == 0x2a {
                // `**/` also stands for no folder at all.
                let behind = rest.dropFirst()
                if behind.first == 0x2f, match(behind.dropFirst(), text) { return true }
                return (text.startIndex...text.endIndex).contains { match(behind, text[$0...]) }
            }
            var index = text.startIndex
            while true {
                if match(rest, text[index...]) { return true }
                guard index < text.endIndex, text[index] != 0x2f else { return false }
                index += 1
            }
        case 0x3f:
            guard let byte = text.first, byte != 0x2f else { return false }
            return match(pattern.dropFirst(), text.dropFirst())
        default:
            return text.first == first && match(pattern.dropFirst(), text.dropFirst())
        }
    }
}
