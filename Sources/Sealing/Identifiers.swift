package import Core
internal import Primitives

/// Names a vault: 16 random bytes, made with it.
package struct VaultID: Hashable, Sendable, CustomStringConvertible {
    package static let length = 16
    package let bytes: [UInt8]

    package init() { bytes = Random.bytes(Self.length) }

    package init(_ bytes: [UInt8]) throws(MalformedBytes) {
        guard bytes.count == Self.length else { throw MalformedBytes("a vault id has 16 bytes") }
        self.bytes = bytes
    }

    package var description: String { Hex.encode(bytes) }
}

/// Names a device in a vault: 16 random bytes, made when the device joins.
package struct DeviceID: Hashable, Sendable, CustomStringConvertible {
    package static let length = 16
    package let bytes: [UInt8]

    package init() { bytes = Random.bytes(Self.length) }

    package init(_ bytes: [UInt8]) throws(MalformedBytes) {
        guard bytes.count == Self.length else { throw MalformedBytes("a device id has 16 bytes") }
        self.bytes = bytes
    }

    package var description: String { Hex.encode(bytes) }
}
