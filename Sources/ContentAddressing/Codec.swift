/// What the bytes behind a CID are, as a number from the multicodec table.
package struct Codec: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let identity = Codec(rawValue: 0x00)
    package static let cbor = Codec(rawValue: 0x51)
    package static let raw = Codec(rawValue: 0x55)
    package static let dagPB = Codec(rawValue: 0x70)
    package static let dagCBOR = Codec(rawValue: 0x71)
    package static let libp2pKey = Codec(rawValue: 0x72)
    package static let dagJSON = Codec(rawValue: 0x0129)
    package static let json = Codec(rawValue: 0x0200)
    package static let ipnsRecord = Codec(rawValue: 0x0300)

    /// The names of the multicodec table for what CIDs are met with.
    private static let names: [(codec: Codec, name: String)] = [
        (.identity, "identity"), (.cbor, "cbor"), (.raw, "raw"), (.dagPB, "dag-pb"), (.dagCBOR, "dag-cbor"),
        (.libp2pKey, "libp2p-key"), (Codec(rawValue: 0x78), "git-raw"), (Codec(rawValue: 0x85), "dag-jose"),
        (Codec(rawValue: 0x86), "dag-cose"), (.dagJSON, "dag-json"), (.json, "json"), (Codec(rawValue: 0x0202), "car"),
        (.ipnsRecord, "ipns-record"), (Codec(rawValue: 0x0400), "car-index-sorted"),
        (Codec(rawValue: 0x0401), "car-multihash-index-sorted"),
    ]

    /// The name in the multicodec table; nil when the number is not known.
    package var name: String? { Self.names.first { $0.codec == self }?.name }

    /// The codec that the multicodec table calls so.
    package init?(named name: String) {
        guard let codec = Self.names.first(where: { $0.name == name })?.codec else { return nil }
        self = codec
    }
}

extension Codec: CustomStringConvertible {
    /// The name, or the number where there is none.
    package var description: String { name ?? "0x" + String(rawValue, radix: 16) }
}
