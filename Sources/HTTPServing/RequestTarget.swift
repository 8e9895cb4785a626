internal import Core

/// Path and query of a request line, taken apart and decoded to bytes.
package struct RequestTarget: Sendable, Equatable {
    /// Without empty segments: `/a//b/` has two.
    package let segments: [[UInt8]]
    package let query: [String: [UInt8]]

    /// Nil when an escape is malformed or a query key is not UTF-8.
    package init?(_ text: [UInt8]) {
        let path = text.prefix { $0 != 0x3f }
        var segments: [[UInt8]] = []
        for piece in path.split(separator: 0x2f) {
            guard let segment = PercentCoding.decode(piece) else { return nil }
            segments.append(segment)
        }
        var query: [String: [UInt8]] = [:]
        for piece in text.dropFirst(path.count + 1).split(separator: 0x26) {
            let key = piece.prefix { $0 != 0x3d }
            guard let name = PercentCoding.decode(key).flatMap({ String(validating: $0, as: UTF8.self) }),
                let value = PercentCoding.decode(piece.dropFirst(key.count + 1))
            else { return nil }
            query[name] = value
        }
        self.segments = segments
        self.query = query
    }
}
