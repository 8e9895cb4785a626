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
}
