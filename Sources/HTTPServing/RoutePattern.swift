internal import Core

/// The shape of a path: literal segments, `{name}` for one segment, and `{name...}` at the end for any number.
struct RoutePattern: Sendable, Equatable {
    private enum Part: Sendable, Equatable {
        case literal([UInt8])
        case one(String)
        case rest(String)
    }

    private let parts: [Part]

    /// `text` begins with `/`, as in `/api/v0/vaults/{vault}/content/{path...}`.
    init(_ text: String) {
        parts = text.split(separator: "/").map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .literal(Array(segment.utf8)) }
            let name = segment.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .one(String(name))
        }
    }

    /// What the parameters stand for when `segments` have this shape; nil when they have not.
    func match(_ segments: [[UInt8]]) -> [String: [[UInt8]]]? {
        var parameters: [String: [[UInt8]]] = [:]
        for (index, part) in parts.enumerated() {
            switch part {
            case .rest(let name):
                parameters[name] = Array(segments[min(index, segments.count)...])
                return parameters
            case .one(let name):
                guard index < segments.count else { return nil }
                parameters[name] = [segments[index]]
            case .literal(let bytes):
                guard index < segments.count, segments[index] == bytes else { return nil }
            }
        }
        return parts.count == segments.count ? parameters : nil
    }
}
