internal import Core
internal import Primitives
internal import Synchronization

/// Signed JSON tokens (JWT, HS256) under a key that this mock alone knows.
final class Tokens: Sendable {
    private let key = Mutex(HMACSHA256.Key(Random.bytes(32)))
    private static let header = base64URL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    /// No token from before is valid any more.
    func changeKey() {
        let fresh = HMACSHA256.Key(Random.bytes(32))
        key.withLock { $0 = fresh }
    }

    func sign(_ claims: [JSON.Member], issued: Timestamp, lifetime: Duration) -> String {
        let expires = issued + lifetime
        let members = claims + [.init("iat", JSON(issued.seconds)), .init("exp", JSON(expires.seconds))]
        let text = Self.header + "." + Self.base64URL(JSON.object(members).bytes())
        return text + "." + Self.base64URL(code(of: text))
    }

    /// The claims of a token that is ours and has not expired.
    func verify(_ token: String, now: Timestamp) -> JSON? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.header,
            let signature = Self.bytes(ofBase64URL: parts[2]),
            constantTimeEquals(signature, code(of: "\(parts[0]).\(parts[1])")),
            let payload = Self.bytes(ofBase64URL: parts[1]), let claims = try? JSON(parsing: payload),
            let expires = claims["exp"]?.int, now.seconds < expires
        else { return nil }
        return claims
    }

    private func code(of text: String) -> [UInt8] {
        let key = key.withLock { $0 }
        return HMACSHA256.authenticate(Array(text.utf8), key: key).bytes
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        let text = Base64.encode(bytes).utf8.filter { $0 != UInt8(ascii: "=") }.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(ofBase64URL text: Substring) -> [UInt8]? {
        var standard = text.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        while !standard.count.isMultiple(of: 4) { standard.append(UInt8(ascii: "=")) }
        return Base64.decode(String(decoding: standard, as: UTF8.self))
    }
}
