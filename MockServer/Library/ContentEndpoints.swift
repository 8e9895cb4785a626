internal import ContentAddressing
internal import Core
internal import HTTPServing

/// `/ipfs`: objects in, out, and no longer wanted.
struct ContentEndpoints: Sendable {
    let service: Service

    private static let unpin = ObjectRules([PropertyRule("cid", .string, .notEmpty)])

    var all: [Endpoint] {
        [
            Endpoint(.post, "/ipfs/upload", body: .streamed, needsLogin: true, answer: upload),
            Endpoint(.post, "/ipfs/unpin", body: .json, needsLogin: true, answer: unpin),
            Endpoint(.get, "/ipfs/:cid", needsLogin: true, answer: fetch),
        ]
    }

    private func upload(_ call: Call) throws(Refusal) -> ServerReply {
        let user = try call.account()
        let incoming = try receive(call)
        guard let incoming else { throw Refusal(400, "File is required") }
        let used = service.memory.read { $0.usedBytes(of: user.id) }
        let (total, overflow) = used.addingReportingOverflow(incoming.length)
        guard !overflow, total <= service.switches.quotaBytes else { throw Refusal(413, "Storage quota exceeded") }
        guard incoming.length > 0 else { throw Refusal(400, "File data cannot be empty") }
        let (cid, size) = try pin(incoming)
        try service.memory.change { (tables) throws(Refusal) in
            tables.put(PinCharge(user: user.id, cid: cid, size: size))
        }
        return .document(["cid": .string(cid), "size": JSON(size), "recorded": true], status: 201)
    }

    private func pin(_ incoming: Incoming) throws(Refusal) -> (cid: String, size: UInt64) {
        do throws(Failure) {
            let (cid, size) = try incoming.finish()
            try incoming.keep(as: cid)
            return (cid, size)
        } catch {
            throw Refusal(500, "IPFS add failed: \(error.message)")
        }
    }

    /// The file of the form, or nil when it holds none.
    private func receive(_ call: Call) throws(Refusal) -> Incoming? {
        let result: Result<Incoming?, Refusal>
        do throws(MultipartReader.Problem) {
            let type = call.request.headers["Content-Type"] ?? ""
            guard let boundary = try MultipartReader.boundary(ofType: type) else { return nil }
            let body = call.body
            var reader = MultipartReader(boundary: boundary) { () throws(Failure) in try body.next() }
            result = try receive(&reader)
        } catch {
            switch error {
            case .malformed(let message): throw Refusal(400, message)
            case .broken: throw .clientLeft
            }
        }
        return try result.get()
    }

    private func receive(_ reader: inout MultipartReader) throws(MultipartReader.Problem) -> Result<Incoming?, Refusal>
    {
        var incoming: Incoming?
        while let part = try reader.nextPart() {
            // Text fields, and files without a name, are read over.
            guard let fileName = part.fileName, !fileName.isEmpty else { continue }
            guard part.name == "file", incoming == nil else {
                return .failure(Refusal(400, "Unexpected field - \(part.name ?? "")"))
            }
            switch try receiveFile(&reader) {
            case .success(let file): incoming = file
            case .failure(let refusal): return .failure(refusal)
            }
        }
        return .success(incoming)
    }

    private func receiveFile(
        _ reader: inout MultipartReader
    ) throws(MultipartReader.Problem) -> Result<Incoming, Refusal> {
        func failure(_ failure: Failure) -> Result<Incoming, Refusal> {
            .failure(Refusal(500, "IPFS add failed: \(failure.message)"))
        }
        let file: Incoming
        do throws(Failure) { file = try service.shelf.receive() } catch { return failure(error) }
        while true {
            let piece = try reader.read()
            if piece.isEmpty { return .success(file) }
            // The limit counts as reached by the last byte that it allows.
            guard file.length + UInt64(piece.count) < MockLimits.uploadBytes else {
                return .failure(Refusal(413, "File too large"))
            }
            do throws(Failure) { try file.append(piece) } catch { return failure(error) }
        }
    }

    private func unpin(_ call: Call) throws(Refusal) -> ServerReply {
        try Self.unpin.check(call.json)
        let text = call.json["cid"]?.text ?? ""
        guard let cid = try? CID(text) else { throw Refusal(500, "IPFS unpin failed: invalid path \"\(text)\"") }
        if !service.switches.keepsUnpinned { service.shelf.remove(cid.asVersion1.description) }
        return .document(["success": true], status: 201)
    }

    private func fetch(_ call: Call) throws(Refusal) -> ServerReply {
        let text = call.parameter("cid")
        guard let cid = try? CID(text) else {
            throw Refusal(500, "IPFS cat failed: invalid path \"\(text)\"")
        }
        guard let stored = service.shelf[cid.asVersion1.description] else {
            throw Refusal(404, "File not found: \(text)")
        }
        return try stored.reply()
    }
}

extension Shelf.Stored {
    /// The bytes as a reply that is read while it is sent.
    func reply() throws(Refusal) -> ServerReply {
        let stream: ReplyStream
        switch self {
        case .memory(let pieces, let length):
            let position = Gate(0)
            stream = ReplyStream(length: length) { () throws(Failure) in
                position.withLock { position in
                    guard position < pieces.count else { return [] }
                    defer { position += 1 }
                    return pieces[position][...]
                }
            }
        case .file(let path, let length):
            guard let file = try? FileDescriptor(reading: path) else { throw Service.internalError }
            stream = ReplyStream(length: length) { () throws(Failure) in
                do throws(SystemCallFailure) {
                    return try file.read(MockLimits.readBytes)[...]
                } catch {
                    throw error.failure
                }
            }
        }
        return ServerReply(headers: ["Content-Type": "application/octet-stream"], body: .stream(stream))
    }
}
