package import Core
internal import Primitives

/// The envelope of folder and file metadata: a JSON object of `iv` (hexadecimal) and `data` (base64 with padding).
extension CipherBoxSealed {
    private static let keys = ["iv", "data"]
    /// Base64 of the longest body, the IV, and white space for who writes JSON in lines.
    private static let maximumEnvelopeLength = (maximumLength + 2) / 3 * 4 + 1024

    /// Reads an envelope: exactly the two keys in any order, no other alphabet, no missing padding.
    package init(envelope bytes: [UInt8]) throws(MalformedBytes) {
        guard bytes.count <= Self.maximumEnvelopeLength else { throw MalformedBytes("more than CipherBox stores") }
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON(parsing: bytes)
        } catch {
            throw MalformedBytes("an envelope is not JSON: \(error)")
        }
        // The parser refuses a key that stands twice: two members with both keys are exactly those.
        guard let members = json.members, members.count == Self.keys.count, let iv = json["iv"]?.text,
            let data = json["data"]?.text
        else { throw MalformedBytes("an envelope has the two texts iv and data, and nothing else") }
        guard iv.utf8.count == Self.ivLength * 2, let iv = Hex.decode(iv) else {
            throw MalformedBytes("the iv of an envelope has 24 hexadecimal digits")
        }
        guard let data = Base64.decode(data) else { throw MalformedBytes("the data of an envelope is not base64") }
        try self.init(iv: iv, body: data)
    }

    /// The envelope as CipherBox's web client writes it.
    package var envelope: [UInt8] {
        JSON.object([.init("iv", .string(Hex.encode(iv))), .init("data", .string(Base64.encode(body)))]).bytes()
    }
}
