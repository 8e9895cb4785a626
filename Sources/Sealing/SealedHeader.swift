package import Core

/// The 52 bytes before the frames of a sealed object.
package struct SealedHeader: Sendable, Hashable {
    package static let magic: [UInt8] = Array("cbst".utf8)
    package static let version = FormatVersion.current

    package let kind: ObjectKind
    package let flags: ObjectFlags
    package let epoch: UInt32
    package let bodyLength: UInt64
    /// The keyed digest of kind, flags, length and body.
    package let id: Digest

    package init(kind: ObjectKind, flags: ObjectFlags, epoch: UInt32, bodyLength: UInt64, id: Digest) {
        self.kind = kind
        self.flags = flags
        self.epoch = epoch
        self.bodyLength = bodyLength
        self.id = id
    }

    /// What objects of version 0 begin with.
    private static let previewMagic: [UInt8] = Array("CBS0".utf8)

    /// Throws `.unknownFormat` for an object of another version; what is no object at all, `init` refuses.
    static func checkVersion(_ bytes: [UInt8]) throws(Failure) {
        if bytes.starts(with: previewMagic) { try FormatVersion.check(0, of: "a sealed object") }
        guard bytes.starts(with: magic), bytes.count > magic.count else { return }
        try FormatVersion.check(bytes[magic.count], of: "a sealed object")
    }

    /// The header at the front of `bytes`; it says nothing true before a frame was opened with it.
    package init(parsing bytes: some Collection<UInt8>) throws(MalformedBytes) {
        var reader = ByteReader(Array(bytes.prefix(SealedLayout.headerLength)))
        guard try reader.array(4) == Self.magic else { throw MalformedBytes("not a sealed object") }
        let version = try reader.byte()
        guard version == Self.version else { throw MalformedBytes("format version \(version) is not known") }
        let kindNumber = try reader.byte()
        guard let kind = ObjectKind(rawValue: kindNumber) else {
            throw MalformedBytes("kind \(kindNumber) is not known")
        }
        let flags = ObjectFlags(rawValue: try reader.byte())
        guard flags.fit(kind) else { throw MalformedBytes("no \(kind) has the flags \(flags.rawValue)") }
        let frame = try reader.byte()
        guard frame == SealedLayout.frameLengthLog2 else { throw MalformedBytes("frames of 2^\(frame) bytes") }
        self.kind = kind
        self.flags = flags
        epoch = try reader.integer()
        bodyLength = try reader.integer()
        id = Digest(try reader.slice(Digest.length))
    }

    /// Writes the first 20 bytes: all but the id.
    static func writePrefix(
        _ kind: ObjectKind, _ flags: ObjectFlags, epoch: UInt32, bodyLength: UInt64,
        into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(output.count >= SealedLayout.prefixLength, "a prefix has 20 bytes")
        unsafe output.copyBytes(from: magic)
        unsafe output[4] = version
        unsafe output[5] = kind.rawValue
        unsafe output[6] = flags.rawValue
        unsafe output[7] = SealedLayout.frameLengthLog2
        unsafe output.storeBytes(of: epoch.bigEndian, toByteOffset: 8, as: UInt32.self)
        unsafe output.storeBytes(of: bodyLength.bigEndian, toByteOffset: 12, as: UInt64.self)
    }

    func write(into output: UnsafeMutableRawBufferPointer) {
        unsafe Self.writePrefix(kind, flags, epoch: epoch, bodyLength: bodyLength, into: output)
        unsafe UnsafeMutableRawBufferPointer(rebasing: output[SealedLayout.prefixLength..<SealedLayout.headerLength])
            .copyBytes(from: id.bytes)
    }
}
