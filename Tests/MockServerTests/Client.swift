import Core
import MockServer
import Transport

/// A mock and a client of it, logged in when asked to be; both end with the fixture.
final class Client {
    let mock: CipherBoxMock
    private(set) var accessToken: String?
    private(set) var refreshToken: String?
    private let connection: HTTPConnection

    init(_ options: MockOptions = .unthrottled) throws {
        mock = try CipherBoxMock.start(options)
        connection = try HTTPConnection(.network)
    }

    deinit { mock.stop() }

    static func loggedIn(_ options: MockOptions = .unthrottled, email: String = "alice@test.local") throws -> Client {
        let client = try Client(options)
        try client.logIn(email)
        return client
    }

    func logIn(_ email: String = "alice@test.local", secret: String = "e2e-test-secret") throws {
        let answer = try post("/auth/test-login", ["email": .string(email), "secret": .string(secret)])
        guard answer.status == 200, let json = answer.json else { throw Failure(.other, "no login: \(answer.status)") }
        accessToken = json["accessToken"]?.text
        refreshToken = json["refreshToken"]?.text
    }

    func use(accessToken: String?) { self.accessToken = accessToken }

    func send(
        _ method: String, _ path: String, headers: HeaderFields = [:], body: [UInt8]? = nil,
        on other: HTTPConnection? = nil
    ) throws -> HTTPResponse {
        try (other ?? connection).send(request(method, path, headers: headers, body: body))
    }

    func request(_ method: String, _ path: String, headers: HeaderFields = [:], body: [UInt8]? = nil) -> HTTPRequest {
        var headers = headers
        if let accessToken, headers["Authorization"] == nil {
            headers.append("Authorization", "Bearer \(accessToken)")
        }
        return HTTPRequest(
            method, mock.url + path, headers: headers, body: body, limits: TransferLimits(total: .seconds(30)),
            answerLimit: 128 << 20)
    }

    func get(_ path: String) throws -> HTTPResponse { try send("GET", path) }

    /// As a desktop client does.
    func post(_ path: String, _ json: JSON = [:]) throws -> HTTPResponse {
        try send(
            "POST", path, headers: ["Content-Type": "application/json", "X-Client-Type": "desktop"], body: json.bytes())
    }

    func upload(_ bytes: [UInt8], part: String = "file", on other: HTTPConnection? = nil) throws -> HTTPResponse {
        try send(
            "POST", "/ipfs/upload", headers: ["Content-Type": "multipart/form-data; boundary=XyZ"],
            body: Form.file(bytes, part: part), on: other)
    }
}

/// Multipart bodies.
enum Form {
    static func file(_ bytes: [UInt8], part: String = "file", boundary: String = "XyZ") -> [UInt8] {
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part)\"; filename=\"encrypted\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n"
        return Array(head.utf8) + bytes + Array("\r\n--\(boundary)--\r\n".utf8)
    }
}

extension HTTPResponse {
    var json: JSON? { try? JSON(parsing: body) }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// The message of an error body, or its sentences.
    var messages: [String] {
        guard let message = json?["message"] else { return [] }
        return message.text.map { [$0] } ?? (message.elements ?? []).compactMap(\.text)
    }
}
