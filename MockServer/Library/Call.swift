internal import Core
internal import HTTPServing

/// One request on its way to the code that answers it.
struct Call {
    let request: ServerRequest
    let body: RequestBody
    /// The JSON body of endpoints that take one; an empty object when none was sent.
    var json: JSON = .object([])
    /// Who asks, where a login is needed.
    var user: User?

    /// The user; endpoints that need a login are not reached without one.
    func account() throws(Refusal) -> User {
        guard let user else { throw .unauthorized }
        return user
    }

    /// A path parameter as text.
    func parameter(_ name: String) -> String { String(decoding: request.parameter(name), as: UTF8.self) }

    var isDesktop: Bool { request.headers["X-Client-Type"] == "desktop" }
}
