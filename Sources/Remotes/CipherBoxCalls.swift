internal import Core
internal import Transport

/// How every call to a CipherBox API is made and its answer read.
enum CipherBoxCalls {
    /// Selects tokens in bodies instead of cookies; compared letter by letter by the server.
    private static let clientType = ("X-Client-Type", "desktop")

    static func call(
        _ method: String, _ base: String, _ path: String, route: String, lane: Lane = .interactive,
        deadline: Duration = RemoteLimits.smallCall, stall: Duration = RemoteLimits.smallCall
    ) -> HTTPCall {
        let request = HTTPRequest(
            method, base + path, headers: [clientType.0: clientType.1],
            limits: TransferLimits(total: deadline, stall: stall), answerLimit: RemoteLimits.answerBytes)
        return HTTPCall(request, route: method + " " + route, lane: lane, deadline: deadline)
    }

    /// A call with a JSON body.
    static func post(
        _ base: String, _ path: String, _ body: JSON, lane: Lane = .interactive,
        deadline: Duration = RemoteLimits.smallCall
    ) -> HTTPCall {
        var call = call("POST", base, path, route: path, lane: lane, deadline: deadline, stall: deadline)
        call.request.headers["Content-Type"] = "application/json"
        call.request.body = body.bytes()
        return call
    }

    /// The document in an answer; an answer that is none comes from something that is no CipherBox API.
    static func document(_ response: HTTPResponse, doing what: String) throws(Failure) -> JSON {
        guard let json = try? JSON(parsing: response.body), json.members != nil else {
            throw unexpected(what)
        }
        return json
    }

    static func unexpected(_ what: String) -> Failure {
        Failure(
            .network, "\(what): the answer is not one that a CipherBox API gives",
            advice: "check the address; a proxy or a login page may stand in between")
    }

    /// What the server says when it refuses, for telling two refusals of one status apart.
    static func message(_ response: HTTPResponse) -> String {
        guard let json = try? JSON(parsing: response.body) else { return "" }
        return json["message"]?.text ?? ""
    }
}

extension JSON {
    /// A whole number, also when it was written as text.
    var wholeNumber: UInt64? { uint64 ?? text.flatMap { UInt64($0) } }
}
