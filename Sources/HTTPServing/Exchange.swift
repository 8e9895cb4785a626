internal import CMicroHTTPD
internal import Core

/// One request and its reply, as libmicrohttpd calls for them.
///
/// Confined to the thread of its connection; what other threads may touch is in `link`.
final class Exchange {
    private enum Phase {
        case fresh
        case gathering(Route.WholeHandler, ServerRequest, limit: UInt64)
        case streaming(BytePipe, Gate<ServerReply?>, left: UInt64)
        /// The rest of the body is read and dropped before the reply, at most this much of it.
        case draining(Drained, left: UInt64)
        case replied
    }

    /// The reply behind a drained body: known already, or still to come from a handler.
    private enum Drained {
        case reply(ServerReply)
        case handler(Gate<ServerReply?>)
    }

    let link = ExchangeLink()
    private let core: ServerCore
    private let target: [UInt8]
    private var phase = Phase.fresh
    private var gathered: [UInt8] = []
    private var takesTrailers = false
    private let isWithinLimit: Bool

    init(_ core: ServerCore, target: [UInt8]) {
        self.core = core
        self.target = target
        isWithinLimit = core.begin(link)
    }

    /// The connection is done with this exchange, well or not.
    func complete(_ wasWhole: Bool) {
        link.setDescriptor(nil)
        link.breakOff(
            Failure(.interrupted, wasWhole ? "the exchange is over" : "the client left before its request ended"))
        core.end(link)
    }

    var isFresh: Bool {
        if case .fresh = phase { true } else { false }
    }

    /// The head is complete; nothing of the body was read.
    func takeHead(_ connection: OpaquePointer, method: String) -> Bool {
        link.setDescriptor(unsafe cmhd_descriptor(connection))
        if core.isStopping, core.options.breaksWhileStopping { return false }
        let headers = unsafe connection.headers
        let length = headers["Content-Length"].flatMap { UInt64($0) }
        let hasBody = (length ?? 0) > 0 || headers["Transfer-Encoding"] != nil
        do throws(Failure) {
            if core.isStopping { throw Failure(.busy, "the server stops", advice: "try again") }
            guard isWithinLimit else { throw Failure(.busy, "the server has too much to do", advice: "try again") }
            let peer = core.isUnix ? unsafe try admittedPeer(connection) : nil
            guard core.isUnix || core.options.admitsHost(headers["Host"]) else {
                throw Failure(.denied, "the Host field names another machine")
            }
            guard let target = RequestTarget(target) else { throw Failure(.invalid, "the URL is malformed") }
            let known = HTTPMethod(rawValue: method)
            switch core.router.find(known, target.segments) {
            case .found(let route, let parameters):
                var request = ServerRequest(method: known ?? .get, target: target, headers: headers, peer: peer)
                request.parameters = parameters
                request.link = link
                if let refusal = core.options.refuses(request) { throw refusal }
                if let length, length > route.bodyLimit { throw tooLong(route.bodyLimit) }
                if let reply = route.early?(request) { return unsafe refuse(connection, reply, hasBody, headers) }
                takesTrailers = request.takesTrailers
                begin(route, request)
                if hasBody { unsafe cmhd_set_timeout(connection, core.bodyIdleSeconds) }
                return true
            case .wrongMethod(let methods):
                var reply = ServerReply.failure(
                    Failure(.unsupported, "this address has no method \(method)"), status: 405)
                reply.headers["Allow"] = methods.map(\.rawValue).joined(separator: ", ")
                return unsafe refuse(connection, reply, hasBody, headers)
            case .unknownPath:
                throw Failure(.notFound, "there is nothing at this address")
            }
        } catch {
            return unsafe refuse(connection, .failure(error), hasBody, headers)
        }
    }

    private func tooLong(_ limit: UInt64) -> Failure {
        Failure(.tooLarge, "the request's body exceeds \(limit) bytes")
    }

    private func admittedPeer(_ connection: OpaquePointer) throws(Failure) -> PeerCredentials {
        guard let peer = unsafe PeerCredentials(of: cmhd_descriptor(connection)), core.options.admitsPeer(peer) else {
            throw Failure(.denied, "this socket belongs to another user")
        }
        return peer
    }

    /// Answers at once a client that waits for leave to send; from any other the body is read first, for it may
    /// not look at the answer before it has sent all.
    private func refuse(
        _ connection: OpaquePointer, _ reply: ServerReply, _ hasBody: Bool, _ headers: HeaderFields
    ) -> Bool {
        guard hasBody, headers["Expect"] == nil else { return unsafe send(connection, reply) }
        phase = .draining(.reply(reply), left: core.options.drainLimit)
        return true
    }

    private func begin(_ route: Route, _ request: ServerRequest) {
        switch route.handler {
        case .whole(let handler):
            phase = .gathering(handler, request, limit: route.bodyLimit)
        case .stream(let handler):
            let pipe = BytePipe(capacity: ServerLimits.pipeBytes)
            let answer = Gate<ServerReply?>(nil)
            link.carry(body: pipe)
            phase = .streaming(pipe, answer, left: route.bodyLimit)
            core.startHandler {
                let reply = Self.answer { () throws(Failure) in try handler(request, RequestBody(pipe)) }
                // The handler may have had enough before the end: the rest is not for anybody.
                pipe.abandon()
                answer.withLock { $0 = reply }
                answer.wakeAll()
            }
        }
    }

    private static func answer(_ handler: () throws(Failure) -> ServerReply) -> ServerReply {
        do throws(Failure) { return try handler() } catch { return .failure(error) }
    }

    /// A piece of the body; false closes the connection.
    func takeBody(_ connection: OpaquePointer, _ piece: UnsafeRawBufferPointer) -> Bool {
        let count = UInt64(piece.count)
        switch phase {
        case .gathering(_, _, let limit):
            guard UInt64(gathered.count) + count <= limit else {
                gathered = []
                phase = .draining(.reply(.failure(tooLong(limit))), left: core.options.drainLimit)
                return true
            }
            unsafe gathered.append(contentsOf: piece)
        case .streaming(let pipe, let answer, let left):
            guard count <= left else {
                pipe.fail(Failure(.tooLarge, "the request's body exceeds the limit of this address"))
                phase = .draining(.handler(answer), left: core.options.drainLimit)
                return true
            }
            phase = .streaming(pipe, answer, left: left - count)
            let bytes = unsafe ArraySlice([UInt8](piece))
            let isWanted = unsafe connection.untimed(core.bodyIdleSeconds) { pipe.write(bytes) }
            if !isWanted { phase = .draining(.handler(answer), left: core.options.drainLimit) }
        case .draining(let reply, let left):
            guard count <= left else { return false }
            phase = .draining(reply, left: left - count)
        case .fresh, .replied: return false
        }
        return true
    }

    /// The body is complete: time for the reply.
    func takeEnd(_ connection: OpaquePointer) -> Bool {
        let reply: ServerReply
        switch phase {
        case .gathering(let handler, let request, _):
            let body = gathered
            gathered = []
            reply = unsafe connection.untimed(core.bodyIdleSeconds) {
                Self.answer { () throws(Failure) in try handler(request, body) }
            }
        case .streaming(let pipe, let answer, _):
            pipe.finish()
            reply = unsafe wait(connection, answer)
        case .draining(.handler(let answer), _): reply = unsafe wait(connection, answer)
        case .draining(.reply(let known), _): reply = known
        case .replied: return true
        case .fresh: return false
        }
        return unsafe send(connection, reply)
    }

    private func wait(_ connection: OpaquePointer, _ answer: Gate<ServerReply?>) -> ServerReply {
        unsafe connection.untimed(core.bodyIdleSeconds) {
            answer.wait { reply in reply.map { .done($0) } ?? .wait(until: nil) }
        }
    }

    private func send(_ connection: OpaquePointer, _ reply: ServerReply) -> Bool {
        phase = .replied
        if case .stream(let stream) = reply.body { link.carry(reply: stream) }
        let pump = ReplyPump(reply, idleSeconds: core.bodyIdleSeconds, takesTrailers: takesTrailers)
        return unsafe pump.queue(on: connection, closing: core.isStopping || !isWithinLimit)
    }
}

extension OpaquePointer {
    /// The header fields of a connection's request.
    fileprivate var headers: HeaderFields {
        var headers = HeaderFields()
        unsafe withUnsafeMutablePointer(to: &headers) { pointer in
            unsafe _ = MHD_get_connection_values(self, .HEADER_KIND, takeHeader, pointer)
        }
        return headers
    }

    /// Runs what may block with the connection's clock stopped: libmicrohttpd would count it as the client's silence.
    func untimed<Result>(_ seconds: UInt32, _ body: () -> Result) -> Result {
        unsafe cmhd_set_timeout(self, 0)
        defer { unsafe cmhd_set_timeout(self, seconds) }
        return body()
    }
}

private func takeHeader(
    _ context: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> MHD_Result {
    if let context = unsafe context, let name = unsafe name {
        let value = unsafe value.map { unsafe String(cString: $0) } ?? ""
        unsafe context.assumingMemoryBound(to: HeaderFields.self).pointee.append(String(cString: name), value)
    }
    return .YES
}
