/// What an object is; part of its id and its key, so that none can be taken for another.
package enum ObjectKind: UInt8, Sendable, Hashable, CaseIterable {
    case chunk = 1
    case chunkList = 2
    case node = 3
    case commit = 4
    case keyring = 5
    case bundle = 6
    case share = 7
    case locationNode = 8
    case registry = 9
}

/// What was done to a body before it was sealed.
package struct ObjectFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let compressed = ObjectFlags(rawValue: 1)
    package static let padded = ObjectFlags(rawValue: 2)

    /// Whether this reader knows what every set bit means.
    package var isKnown: Bool { isSubset(of: [.compressed, .padded]) }

    /// Whether an object of that kind may have them: nothing but chunks is ever compressed.
    func fit(_ kind: ObjectKind) -> Bool { isKnown && (kind == .chunk || !contains(.compressed)) }
}
