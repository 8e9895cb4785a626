internal import Core
internal import HTTPServing
internal import Transport

/// Requests to one vault's socket and their answers, between JSON and HTTP.
struct ControlClient: Sendable {
    private let pool: HTTPConnectionPool
    private let vault: String
    private let socketPath: String

    init(socketPath: String, vault: String) {
        pool = HTTPConnectionPool(.unixSocket(path: socketPath))
        self.vault = vault
        self.socketPath = socketPath
    }

    /// One address of the socket.
    enum Address {
        case version, status, flush, moves
        case publish(within: Duration)
        case synchronize(within: Duration)
        case entry(VaultPath)
        case removal(VaultPath, recursively: Bool)
        case listing(VaultPath, after: Name?, limit: Int)
        case directory(VaultPath)
        case link(VaultPath)
        case content(ContentSource, range: Range<UInt64>?)
        case store(VaultPath, StoredAttributes, request: String)
        case failure(of: String)
    }

    private func url(_ address: Address) -> String {
        let base = "http://vault" + ControlProtocol.prefix
        let own = base + "/vaults/" + PercentCoding.encode(vault.utf8)
        func at(_ folder: String, _ path: VaultPath) -> String {
            own + folder + path.components.map { "/" + PercentCoding.encode($0.bytes) }.joined()
        }
        switch address {
        case .version: return base + "/version"
        case .status: return own + "/status"
        case .flush: return own + "/flush"
        case .publish(let limit): return own + "/publish?timeout_ms=\(limit.nanoseconds / 1_000_000)"
        case .synchronize(let limit): return own + "/sync?timeout_ms=\(limit.nanoseconds / 1_000_000)"
        case .moves: return own + "/moves"
        case .entry(let path): return at("/entries", path)
        case .removal(let path, let recursively): return at("/entries", path) + "?recursive=\(recursively)"
        case .listing(let path, let after, let limit):
            let behind = after.map { "&after=" + PercentCoding.encode($0.bytes) } ?? ""
            return at("/listings", path) + "?limit=\(limit)" + behind
        case .directory(let path): return at("/directories", path)
        case .link(let path): return at("/links", path)
        case .content(let source, let range):
            let query = range.map { "?from=\($0.lowerBound)&to=\($0.upperBound)" } ?? ""
            switch source {
            case .path(let path): return at("/content", path) + query
            case .cid(let cid): return own + "/objects/" + PercentCoding.encode(cid.utf8) + query
            }
        case .store(let path, let attributes, let request):
            return at("/content", path) + "?request=\(request)&attributes="
                + PercentCoding.encode(attributes.json.bytes())
        case .failure(let request): return own + "/failures/" + PercentCoding.encode(request.utf8)
        }
    }

    /// One request with a JSON body or none; the answer's document, or what the holder threw.
    func json(
        _ method: String, _ address: Address, _ body: JSON? = nil, limits: TransferLimits = TransferLimits(stall: nil)
    ) throws(Failure) -> JSON {
        var request = HTTPRequest(method, url(address), limits: limits)
        if let body {
            request.body = body.bytes()
            request.headers["Content-Type"] = "application/json"
        }
        return try document(
            try pool.withConnection { (connection) throws(Failure) in try connection.send(request) })
    }

    func read(
        _ address: Address, into sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> UInt64 {
        var request = HTTPRequest("GET", url(address), limits: .streaming(stall: Self.stall))
        // Without this a failure on the way would only break the connection.
        request.headers = ["TE": "trailers", "Connection": "TE"]
        let response = try pool.withConnection { (connection) throws(Failure) in
            try connection.download(request, into: sink)
        }
        guard response.isSuccess else { throw failure(response) }
        if let text = response.trailers[ReplyStream.failureTrailer] {
            let json = PercentCoding.decode(Array(text.utf8)).flatMap { try? JSON(parsing: $0) }
            throw json.flatMap(Failure.init(json:)) ?? malformed()
        }
        guard let size = response.trailers[ControlProtocol.sizeTrailer].flatMap({ UInt64($0) }) else {
            throw malformed()
        }
        return size
    }

    func upload(
        _ address: Address, failureAt: Address, from source: () throws(Failure) -> ArraySlice<UInt8>
    ) throws(Failure) -> JSON {
        let request = HTTPRequest("PUT", url(address), limits: .streaming(stall: Self.stall))
        var wasSourceAtFault = false
        do throws(Failure) {
            return try document(
                try pool.withConnection { (connection) throws(Failure) in
                    try connection.upload(request) { () throws(Failure) in
                        do throws(Failure) { return try source() } catch {
                            wasSourceAtFault = true
                            throw error
                        }
                    }
                })
        } catch {
            guard error.code == .network, !wasSourceAtFault, let told = try? json("GET", failureAt)["failure"] else {
                throw error
            }
            throw Failure(json: told) ?? error
        }
    }

    /// A holder that neither takes nor gives a byte for so long hangs; writing a large file's end may take minutes.
    private static let stall: Duration = .seconds(300)

    func fileInfo(_ json: JSON) throws(Failure) -> FileInfo {
        guard let info = FileInfo(json: json) else { throw malformed() }
        return info
    }

    func malformed() -> Failure {
        Failure(.unsupported, "the process that holds the vault gave an answer this program does not understand")
    }

    private func document(_ response: HTTPResponse) throws(Failure) -> JSON {
        guard response.isSuccess else { throw failure(response) }
        guard let json = try? JSON(parsing: response.body) else { throw malformed() }
        return json
    }

    /// What the holder threw; for an answer of the HTTP library itself, the nearest code.
    private func failure(_ response: HTTPResponse) -> Failure {
        if let json = try? JSON(parsing: response.body), let failure = Failure(json: json) { return failure }
        let code: FailureCode =
            switch response.status {
            case 404: .notFound
            case 413: .tooLarge
            case 414, 431: .nameTooLong
            case 503: .busy
            default: .unsupported
            }
        return Failure(code, "\(socketPath.shown) answered \(response.status)")
    }
}
