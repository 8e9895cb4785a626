internal import Core
internal import HTTPServing

/// Takes each request through what stands before its answer, in the order of the real service.
///
/// The body of JSON endpoints is read first (by Express), then come login, rate limit (guards), validation and the
/// work itself; an upload's body is read behind the login.
struct Dispatcher: Sendable {
    let service: Service
    let endpoints: [Endpoint]

    /// For the HTTP server: every endpoint, and behind them 404 for whatever else is asked for.
    var routes: [Route] {
        let known = endpoints.map { endpoint in
            Route(
                endpoint.method, endpoint.pattern, early: { early(endpoint, $0) },
                streaming: { (request, body) throws(Failure) in answer(endpoint, request, body) })
        }
        let unknown = HTTPMethod.allCases.filter { $0 != .head }.map { method in
            let endpoint = Endpoint(method, "*", answer: Self.notFound)
            return Route(
                method, "/{path...}",
                streaming: { (request, body) throws(Failure) in answer(endpoint, request, body) })
        }
        return known + unknown
    }

    private static func notFound(_ call: Call) throws(Refusal) -> ServerReply {
        throw Refusal(404, "Cannot \(call.request.method.rawValue) \(call.request.path)")
    }

    /// Spares a client that waits for leave to send its upload the sending.
    private func early(_ endpoint: Endpoint, _ request: ServerRequest) -> ServerReply? {
        guard endpoint.body == .streamed, endpoint.needsLogin, request.headers["Expect"] != nil else { return nil }
        do throws(Refusal) {
            _ = try service.account(request.headers["Authorization"])
            return nil
        } catch {
            return counted(endpoint, error.reply)
        }
    }

    private func answer(_ endpoint: Endpoint, _ request: ServerRequest, _ body: RequestBody) -> ServerReply {
        if endpoint.isControl { return carryOut(endpoint, request, body) }
        let ticket = service.pauses.ticket
        guard service.pauses.wait(service.switches.latency, ticket) == .over else { return cutOff(endpoint, request) }
        if let rule = service.faults.next(endpoint, path: request.path) {
            return fail(rule, ticket, endpoint, request, body)
        }
        return counted(endpoint, carryOut(endpoint, request, body))
    }

    private func fail(
        _ rule: FaultRule, _ ticket: Pauses.Ticket, _ endpoint: Endpoint, _ request: ServerRequest, _ body: RequestBody
    ) -> ServerReply {
        switch rule.kind {
        case .status(let status, let headers, let content):
            if rule.isCarriedOut { _ = carryOut(endpoint, request, body) }
            return counted(endpoint, Self.reply(status, headers, content))
        case .expireToken: return counted(endpoint, Refusal.unauthorized.reply)
        case .reset:
            if rule.isCarriedOut { _ = carryOut(endpoint, request, body) }
            return cutOff(endpoint, request)
        case .delay(let duration):
            let reply = rule.isCarriedOut ? carryOut(endpoint, request, body) : nil
            guard service.pauses.wait(duration, ticket) == .over else { return cutOff(endpoint, request) }
            return counted(endpoint, reply ?? carryOut(endpoint, request, body))
        case .resetAfterHeaders, .resetMidBody, .stallMidBody, .truncate, .flip:
            let reply = counted(endpoint, carryOut(endpoint, request, body))
            return rule.spoil(reply, request, service.pauses, ticket)
        }
    }

    /// Counts before the client can see anything, so that a test that has its answer finds it counted.
    private func counted(_ endpoint: Endpoint, _ reply: ServerReply) -> ServerReply {
        service.counters.count(endpoint.route, reply.status)
        return reply
    }

    private func cutOff(_ endpoint: Endpoint, _ request: ServerRequest) -> ServerReply {
        let reply = counted(endpoint, Refusal.clientLeft.reply)
        request.resetConnection()
        return reply
    }

    private static func reply(_ status: Int, _ headers: HeaderFields, _ body: [UInt8]?) -> ServerReply {
        guard let body else {
            var reply = Refusal(status, "Injected fault").reply
            for (name, value) in headers.fields { reply.headers.append(name, value) }
            return reply
        }
        return ServerReply(status: status, headers: headers, body: .bytes(body))
    }

    private func carryOut(_ endpoint: Endpoint, _ request: ServerRequest, _ body: RequestBody) -> ServerReply {
        var headers = HeaderFields()
        var reply: ServerReply
        do throws(Refusal) {
            var call = Call(request: request, body: body)
            if endpoint.body == .json { call.json = try call.readJSON(ofAnyType: endpoint.isControl) }
            if endpoint.needsLogin { call.user = try service.account(request.headers["Authorization"]) }
            if let figures = endpoint.throttle {
                switch service.throttle.admit(endpoint.route, figures) {
                case .admitted(let fields): headers = fields
                case .refused(let refusal): return refusal
                }
            }
            reply = try endpoint.answer(call)
        } catch {
            reply = error.reply
        }
        for (name, value) in headers.fields { reply.headers.append(name, value) }
        return reply
    }
}

extension ServerRequest {
    /// The path as it was asked for, decoded.
    var path: String { "/" + segments.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/") }
}

extension Call {
    /// The whole body, up to a limit that Express would set.
    func wholeBody(limit: Int) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(Failure) {
            while true {
                let piece = try body.next()
                if piece.isEmpty { return bytes }
                bytes += piece
                if bytes.count > limit { break }
            }
        } catch {
            throw .clientLeft
        }
        throw Refusal(bare: 413, "request entity too large")
    }

    /// The body as an object; what is not sent, or not as JSON, reads as an empty one.
    func readJSON(ofAnyType: Bool) throws(Refusal) -> JSON {
        let bytes = try wholeBody(limit: MockLimits.jsonBytes)
        let type = (request.headers["Content-Type"] ?? "").lowercased()
        let isJSON = ofAnyType || type.prefix { $0 != ";" } == "application/json"
        guard !bytes.isEmpty, isJSON else { return .object([]) }
        let json: JSON
        do throws(MalformedJSON) {
            json = try JSON(parsing: bytes)
        } catch {
            throw Refusal(400, "Unexpected token in JSON at position \(error.offset): \(error.what)")
        }
        switch json {
        case .object: return json
        // It has none of the properties asked for, which is what the validation then says.
        case .array: return .object([])
        default: throw Refusal(400, "Unexpected token in JSON at position 0: neither an object nor an array")
        }
    }
}
