internal import Core
internal import HTTPServing
internal import Volumes

/// The addresses under a vault's socket, each one method of `VaultAccess`.
struct ControlRoutes: Sendable {
    private let access: any VaultAccess
    private let hello: ControlHello
    private let failures = RecentFailures()

    init(access: any VaultAccess, hello: ControlHello) {
        self.access = access
        self.hello = hello
    }

    var all: [Route] {
        let vault = ControlProtocol.prefix + "/vaults/{vault}"
        return [
            Route(.get, ControlProtocol.prefix + "/version", whole: { _, _ in .json(hello.json) }),
            guarded(.get, vault + "/status") { (_, _) throws(Failure) in .json(try access.status().json) },
            guarded(.post, vault + "/flush", flush),
            guarded(.post, vault + "/publish", publish),
            guarded(.post, vault + "/sync", synchronize),
            guarded(.get, vault + "/entries/{path...}", info),
            guarded(.patch, vault + "/entries/{path...}", setAttributes),
            guarded(.delete, vault + "/entries/{path...}", remove),
            guarded(.get, vault + "/listings/{path...}", list),
            guarded(.put, vault + "/directories/{path...}", makeDirectory),
            guarded(.put, vault + "/links/{path...}", makeLink),
            guarded(.post, vault + "/moves", move),
            guarded(.get, vault + "/content/{path...}") { (request, _) throws(Failure) in
                try read(.path(try path(request)), request)
            },
            guarded(.get, vault + "/objects/{cid}", readObject),
            guarded(.get, vault + "/failures/{request}", pastFailure),
            Route(.put, vault + "/content/{path...}", streaming: store),
        ]
    }

    /// A route that answers only for the vault that is held here.
    private func guarded(_ method: HTTPMethod, _ pattern: String, _ handler: @escaping Route.WholeHandler) -> Route {
        Route(method, pattern, bodyLimit: Limits.Control.bodyBytes) { (request, body) throws(Failure) in
            try checkVault(request)
            return try handler(request, body)
        }
    }

    private func checkVault(_ request: ServerRequest) throws(Failure) {
        guard request.parameter("vault") == Array(hello.vault.utf8) else {
            throw Failure(.notFound, "process \(hello.process) holds another vault")
        }
    }

    private func path(_ request: ServerRequest) throws(Failure) -> VaultPath {
        let components = request.parameters("path").map { Name($0) }
        guard components.allSatisfy(\.isComponent) else {
            throw Failure(.invalid, "a component of the path is no name")
        }
        return VaultPath(components: components)
    }

    private func path(_ json: JSON, _ key: String) throws(Failure) -> VaultPath {
        guard let bytes = json.bytes(key), bytes.first == 0x2f, !bytes.contains(0) else {
            throw Failure(.invalid, "the member \(key) is no absolute path")
        }
        return VaultPath(bytes)
    }

    private func document(_ body: [UInt8]) throws(Failure) -> JSON {
        do throws(MalformedJSON) {
            return try JSON(parsing: body)
        } catch {
            throw Failure(.invalid, "the request's body is not JSON", cause: error)
        }
    }

    private func attributes(_ json: JSON?) throws(Failure) -> StoredAttributes {
        guard let json else { return StoredAttributes() }
        guard let attributes = StoredAttributes(json: json) else {
            throw Failure(.invalid, "the attributes are malformed")
        }
        return attributes
    }

    private func flush(_ request: ServerRequest, _: [UInt8]) throws(Failure) -> ServerReply {
        try access.flush()
        return .json([:])
    }

    private func limit(_ request: ServerRequest) throws(Failure) -> Duration {
        let milliseconds = try request.queryNumber("timeout_ms", as: Int64.self) ?? 0
        guard milliseconds >= 0 else { throw Failure(.invalid, "the parameter timeout_ms is negative") }
        return .milliseconds(milliseconds)
    }

    private func publish(_ request: ServerRequest, _: [UInt8]) throws(Failure) -> ServerReply {
        try access.publish(within: try limit(request)) { _ in }
        return .json([:])
    }

    private func synchronize(_ request: ServerRequest, _: [UInt8]) throws(Failure) -> ServerReply {
        .json(try access.synchronize(within: try limit(request)).json)
    }

    private func info(_ request: ServerRequest, _: [UInt8]) throws(Failure) -> ServerReply {
        .json(try access.info(at: try path(request)).json)
    }

    private func setAttributes(_ request: ServerRequest, _ body: [UInt8]) throws(Failure) -> ServerReply {
        try access.setAttributes(at: try path(request), to: try attributes(try document(body)))
        return .json([:])
    }

    private func remove(_ request: ServerRequest, _: [UInt8]) throws(Failure) -> ServerReply {
        try access.remove(at: try path(request), recursively: try request.queryText("recursive") == "true")
        return .json([:])
    }

    private func list(_ request: ServerRequest, _: [UInt8]) throws(Failure) -> ServerReply {
        let limit = min(try request.queryNumber("limit", as: Int.self) ?? .max, ControlProtocol.pageEntries)
        guard limit > 0 else { throw Failure(.invalid, "the parameter limit is not positive") }
        let entries = try access.list(try path(request), after: request.query("after").map { Name($0) }, limit: limit)
        return .json(["entries": .array(entries.map(\.json)), "more": JSON(entries.count == limit)])
    }

    private func makeDirectory(_ request: ServerRequest, _ body: [UInt8]) throws(Failure) -> ServerReply {
        let json = try document(body)
        let info = try access.makeDirectory(
            at: try path(request), attributes: try attributes(json["attributes"]),
            withParents: json["parents"]?.boolean ?? false)
        return .json(info.json)
    }

    private func makeLink(_ request: ServerRequest, _ body: [UInt8]) throws(Failure) -> ServerReply {
        let json = try document(body)
        guard let target = json.bytes("target") else { throw Failure(.invalid, "the link has no target") }
        let info = try access.makeLink(
            at: try path(request), target: target, attributes: try attributes(json["attributes"]))
        return .json(info.json)
    }

    private func move(_ request: ServerRequest, _ body: [UInt8]) throws(Failure) -> ServerReply {
        let json = try document(body)
        try access.move(from: try path(json, "from"), to: try path(json, "to"))
        return .json([:])
    }

    private func readObject(_ request: ServerRequest, _: [UInt8]) throws(Failure) -> ServerReply {
        guard let cid = String(validating: request.parameter("cid"), as: UTF8.self) else {
            throw Failure(.invalid, "the CID is not text")
        }
        return try read(.cid(cid), request)
    }

    /// `from` and `to` choose a range; the size of the whole file comes behind the content.
    private func read(_ source: ContentSource, _ request: ServerRequest) throws(Failure) -> ServerReply {
        let from = try request.queryNumber("from", as: UInt64.self)
        let to = try request.queryNumber("to", as: UInt64.self)
        guard from ?? 0 <= to ?? .max else { throw Failure(.invalid, "the range ends before it begins") }
        let range = from == nil && to == nil ? nil : (from ?? 0)..<(to ?? .max)
        let stream = try ReplyStream.pushed { [access] (sink) throws(Failure) in
            let size = try access.read(source, range: range, into: sink)
            return [ControlProtocol.sizeTrailer: String(size)]
        }
        return ServerReply(headers: ["Content-Type": "application/octet-stream"], body: .stream(stream))
    }

    /// Attributes come in the query, as JSON: the body is the content alone.
    private func store(_ request: ServerRequest, _ body: RequestBody) throws(Failure) -> ServerReply {
        do throws(Failure) {
            try checkVault(request)
            let attributes = try attributes(try request.query("attributes").map(document))
            let info = try access.store(at: try path(request), attributes: attributes) { () throws(Failure) in
                try body.next()
            }
            return .json(info.json)
        } catch {
            if let name = try? request.queryText("request") { failures.remember(error, name) }
            throw error
        }
    }

    /// Why a store broke off, for a client that had so much left to send that it was cut off before the answer.
    private func pastFailure(_ request: ServerRequest, _: [UInt8]) throws(Failure) -> ServerReply {
        guard let failure = failures.recall(String(decoding: request.parameter("request"), as: UTF8.self)) else {
            throw Failure(.notFound, "no failure of that request is known")
        }
        return .json(["failure": failure.json])
    }
}
