package import ContentAddressing
package import Core
internal import Primitives

/// Where a share manifest is and the secret that opens it: whoever has the link can read what was shared.
///
/// The secret stands behind the `#`, the part of a URL that is never sent to a server. It shows in `text` only, which
/// is for the person who shares; printing a link tells the CID.
package struct ShareLink: Sendable, Equatable {
    private static let scheme = Array("cbstore://".utf8)
    private static let secretBase = Multibase.base64url
    private static let mark = UInt8(ascii: "#")
    private static let longestText = 256

    /// The CID of the manifest's object: one raw block.
    package let cid: CID
    let secret: SecretBytes

    init(cid: CID, secret: SecretBytes) {
        self.cid = cid
        self.secret = secret
    }

    /// The link with its secret.
    package var text: String {
        var bytes = secret.copy()
        defer { Wipe.array(&bytes) }
        return String(decoding: Self.scheme, as: UTF8.self) + "\(cid)#" + Self.secretBase.encodeWithoutPrefix(bytes)
    }

    /// Reads exactly what `text` writes; throws `.invalid`, with a message that holds nothing of the link.
    package init(parsing text: String) throws(Failure) {
        do throws(MalformedBytes) {
            self = try Self.parse(Array(text.utf8.prefix(Self.longestText + 1)))
        } catch {
            throw Failure(
                .invalid, "this is not a share link",
                advice: "one is cbstore://, a CID, # and 43 characters more; copy all of it", cause: error)
        }
    }

    private static func parse(_ text: [UInt8]) throws(MalformedBytes) -> ShareLink {
        guard text.count <= longestText else { throw MalformedBytes("it is longer than any link") }
        guard text.starts(with: scheme) else { throw MalformedBytes("it does not begin with cbstore://") }
        let parts = text[scheme.count...].split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw MalformedBytes("a secret behind one # is missing") }
        let name = String(decoding: parts[0], as: UTF8.self)
        let cid = try CID.parse(name).cid
        // One spelling only, so that equal links are equal texts.
        guard cid.codec == .raw, cid.multihash.sha256Digest != nil, cid.description.utf8.elementsEqual(parts[0]) else {
            throw MalformedBytes("its CID is not that of a manifest")
        }
        var secret = try secretBase.decodeWithoutPrefix(String(decoding: parts[1], as: UTF8.self))
        defer { Wipe.array(&secret) }
        guard secret.count == EpochSecret.length else { throw MalformedBytes("its secret does not have 32 bytes") }
        return ShareLink(cid: cid, secret: SecretBytes(copying: secret))
    }
}

extension ShareLink: CustomStringConvertible, CustomReflectable {
    package var description: String { "(a share link to \(cid))" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
