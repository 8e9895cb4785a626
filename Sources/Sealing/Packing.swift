/// What becomes of content before it is sealed: a vault's choice, which its keyring keeps.
package struct Packing: Sendable, Hashable {
    /// Chunks are compressed where that saves something.
    package let compresses: Bool
    /// Lengths are rounded up, so that they tell less.
    package let pads: Bool

    package init(compresses: Bool, pads: Bool) {
        self.compresses = compresses
        self.pads = pads
    }

    /// Bodies are the content itself.
    package static let none = Packing(compresses: false, pads: false)
    /// What a vault does of which nobody asked anything else.
    package static let standard = Packing(compresses: true, pads: false)
}

extension Packing {
    private static let noCompression: UInt64 = 1
    private static let padding: UInt64 = 2

    /// As it stands in a keyring: bit 0 no compression, bit 1 padding.
    var number: UInt64 { (compresses ? 0 : Self.noCompression) | (pads ? Self.padding : 0) }

    /// The packing of that number; nil for one that only a later version knows how to do.
    init?(number: UInt64) {
        guard number & ~(Self.noCompression | Self.padding) == 0 else { return nil }
        self.init(compresses: number & Self.noCompression == 0, pads: number & Self.padding != 0)
    }
}
