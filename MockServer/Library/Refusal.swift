internal import Core
internal import HTTPServing

/// A request that gets an error, in the words of the real service's framework.
struct Refusal: Error {
    let reply: ServerReply

    /// `{"message","error","statusCode"}`.
    init(_ status: Int, _ message: String) {
        reply = .document(
            ["message": .string(message), "error": .string(Self.phrase(status)), "statusCode": JSON(status)],
            status: status)
    }

    /// What validation found, one sentence each.
    init(invalid messages: [String]) {
        reply = .document(
            [
                "message": .array(messages.map(JSON.string)), "error": .string(Self.phrase(400)),
                "statusCode": 400,
            ], status: 400)
    }

    /// Statuses that come without the `error` member.
    init(bare status: Int, _ message: String) {
        reply = .document(["message": .string(message), "statusCode": JSON(status)], status: status)
    }

    /// Nobody is there to read an answer; the counters say 0.
    static let clientLeft = Refusal(bare: 0, "")
    static let unauthorized = Refusal(bare: 401, "Unauthorized")

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 409: "Conflict"
        case 413: "Payload Too Large"
        default: "Internal Server Error"
        }
    }
}

extension ServerReply {
    /// JSON as Express sends it.
    static func document(_ value: JSON, status: Int = 200) -> ServerReply {
        ServerReply(
            status: status, headers: ["Content-Type": "application/json; charset=utf-8"], body: .bytes(value.bytes()))
    }

    static func text(_ text: String, type: String = "text/html; charset=utf-8") -> ServerReply {
        ServerReply(headers: ["Content-Type": type], body: .bytes(Array(text.utf8)))
    }
}
