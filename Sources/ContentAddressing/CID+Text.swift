package import Core

extension CID: CustomStringConvertible {
    /// The most characters that are read; a digest of 128 bytes takes 283 in hexadecimal.
    package static let maximumTextLength = 512

    /// Base32 in version 1, base58 in version 0.
    package var description: String { text(in: .base32) }

    /// The text in `base`; version 0 has base58 without a prefix, whatever is asked for.
    package func text(in base: Multibase) -> String {
        switch version {
        case .v0: Multibase.base58btc.encodeWithoutPrefix(bytes)
        case .v1: base.encode(bytes)
        }
    }

    /// The CID that `text` names, in any of the known bases; throws `.invalid`.
    package init(_ text: String) throws(Failure) { self = try Self.read(text).cid }

    /// The CID that `text` names, and the base that it is written in; throws `.invalid`.
    package static func read(_ text: String) throws(Failure) -> (cid: CID, base: Multibase) {
        do throws(MalformedBytes) {
            return try parse(text)
        } catch {
            throw Failure(.invalid, "\(Name(String(text.prefix(80))).escaped) is not a CID", cause: error)
        }
    }

    package static func parse(_ text: String) throws(MalformedBytes) -> (cid: CID, base: Multibase) {
        guard text.utf8.count <= maximumTextLength else {
            throw MalformedBytes("more than \(maximumTextLength) characters")
        }
        if text.utf8.count == 46, text.hasPrefix("Qm") {
            return (try CID(bytes: Multibase.base58btc.decodeWithoutPrefix(text)), .base58btc)
        }
        let (base, bytes) = try Multibase.decode(text)
        var reader = ByteReader(bytes)
        // Version 0 has no prefix: under one it would read as version 18.
        guard bytes.first != 0x12 else { throw MalformedBytes("a CID of version 0 stands without a multibase prefix") }
        let cid = try readVersioned(&reader)
        guard reader.isAtEnd else { throw MalformedBytes("\(reader.remaining) bytes behind a CID") }
        return (cid, base)
    }
}
