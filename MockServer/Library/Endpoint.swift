internal import Core
internal import HTTPServing

/// One address of the mock, with what stands in front of its answer.
struct Endpoint: Sendable {
    typealias Answer = @Sendable (Call) throws(Refusal) -> ServerReply

    /// What is done with the body before the answer.
    enum Body: Sendable {
        /// Not looked at.
        case ignored
        case json
        /// Read by the endpoint itself.
        case streamed
    }

    let method: HTTPMethod
    /// With a colon before the name of each parameter, as in `/ipfs/:cid`.
    let path: String
    let body: Body
    let needsLogin: Bool
    /// Nil where the service does not limit rates.
    let throttle: Throttle.Figures?
    /// The mock's own, which is neither counted, limited nor faulted.
    let isControl: Bool
    let answer: Answer

    init(
        _ method: HTTPMethod, _ path: String, body: Body = .ignored, needsLogin: Bool = false,
        throttle: Throttle.Figures? = nil, isControl: Bool = false, answer: @escaping Answer
    ) {
        self.method = method
        self.path = path
        self.body = body
        self.needsLogin = needsLogin
        self.throttle = throttle
        self.isControl = isControl
        self.answer = answer
    }

    /// What limits, counters and fault rules go by: `GET /ipfs/:cid`.
    var route: String { "\(method.rawValue) \(path)" }

    /// The path as the HTTP server wants it: `{cid}` for `:cid`.
    var pattern: String {
        "/"
            + path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
            .joined(separator: "/")
    }
}
