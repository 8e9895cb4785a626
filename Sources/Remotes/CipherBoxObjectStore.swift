package import ContentAddressing
package import Core
package import Storage
internal import Transport

/// Objects at a CipherBox server: pinned by uploading them, and read back whole.
///
/// - Every object that comes is compared with its CID, and so is the CID the server answers for one that goes.
/// - The server knows no question whether it has something: `has` fetches, at the price of a fetch.
/// - It reads whole objects only: a range costs as much as the object and is cut here.
/// - `delete` is `unpin`: the server may give the object until it next clears away what nobody pins, and the quota it
///   took is not given back.
package struct CipherBoxObjectStore: ObjectStore {
    private let api: CipherBoxAPI
    private let place: String

    /// `place` names the store in messages.
    package init(_ api: CipherBoxAPI, place: String) {
        self.api = api
        self.place = place
    }

    // Uploading

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        for object in objects { try checkLength(object) }
        _ = try await inParallel(objects) { (object) throws(Failure) in try await upload(object) }
    }

    private func checkLength(_ object: StoredObject) throws(Failure) {
        guard !object.bytes.isEmpty else {
            throw Failure(.invalid, "\(place) takes no empty object")
        }
        guard object.bytes.count <= RemoteLimits.cipherBoxObjectBytes else {
            throw Failure(
                .tooLarge, "object \(object.cid) is longer than \(place) takes (100 MiB)",
                advice: "store it in pieces")
        }
    }

    private func upload(_ object: StoredObject) async throws(Failure) {
        let body = MultipartBody(file: object.bytes)
        var call = CipherBoxCalls.call(
            "POST", api.base, "/ipfs/upload", route: "/ipfs/upload", lane: .bulk,
            deadline: RemoteLimits.transferCall,
            stall: RemoteLimits.publishCall)
        call.request.headers["Content-Type"] = body.contentType
        call.request.body = body.bytes
        let what = "uploading an object to \(place)"
        let response = try await api.service.send(call)
        if response.status == 413 { throw tooLarge(response) }
        if let failure = response.failure(doing: what) { throw failure }
        guard let answered = try CipherBoxCalls.document(response, doing: what)["cid"]?.text else {
            throw CipherBoxCalls.unexpected(what)
        }
        // Compared as CIDs: the same one may be written in more than one way.
        guard let cid = try? CID(answered), cid.asVersion1 == object.cid.asVersion1 else {
            throw Failure(
                .integrity, "\(place) stored something else than object \(object.cid)",
                advice: "what it answered was \(Name(String(answered.prefix(100))).escaped); try again, and distrust it"
            )
        }
    }

    /// Two refusals share a status, and only their words tell them apart.
    private func tooLarge(_ response: HTTPResponse) -> Failure {
        let message = CipherBoxCalls.message(response).lowercased()
        guard message.contains("quota") else {
            return Failure(.tooLarge, "\(place) refuses an object as too long")
        }
        return Failure(
            .overLimit, "the quota at \(place) is used up",
            advice: "see 'cbstore quota'; removing files there frees nothing, the server never counts down")
    }

    // Fetching

    package func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        let bytes = try await fetch(cid)
        guard let range else { return bytes }
        return Array(bytes[range.clamped(to: bytes.indices)])
    }

    package func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] {
        try await inParallel(cids) { (cid) throws(Failure) in try await fetchIfThere(cid) }
    }

    package func has(_ cids: [CID]) async throws(Failure) -> [Bool] {
        try await inParallel(cids) { (cid) throws(Failure) in try await fetchIfThere(cid) != nil }
    }

    private func fetchIfThere(_ cid: CID) async throws(Failure) -> [UInt8]? {
        do throws(Failure) {
            return try await fetch(cid)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    private func fetch(_ cid: CID) async throws(Failure) -> [UInt8] {
        // The server answers 500 to what it cannot read as a CID; this finds it out without asking.
        let digest = try ObjectCID.digest(of: cid)
        var call = CipherBoxCalls.call(
            "GET", api.base, "/ipfs/\(cid)", route: "/ipfs/:cid", deadline: RemoteLimits.transferCall,
            stall: RemoteLimits.fetchSilence)
        call.request.answerLimit = RemoteLimits.cipherBoxObjectBytes
        let response = try await api.service.send(call)
        if response.status == 404 { throw .objectNotFound(cid, in: place) }
        if let failure = response.failure(doing: "fetching an object from \(place)") { throw failure }
        guard ObjectCID.compute(over: response.body) == digest else {
            throw Failure(
                .integrity, "object \(cid) from \(place) is not what its name says",
                advice: "nothing of it was used; restore it from a copy")
        }
        return response.body
    }

    // Pins

    package func delete(_ cids: [CID]) async throws(Failure) { try await unpin(cids) }

    package func pin(_ cids: [CID]) async throws(Failure) {
        guard !cids.isEmpty else { return }
        throw Failure(
            .unsupported, "\(place) pins only what is uploaded to it",
            advice: "upload the object again: cbstore pin does so for what this vault holds")
    }

    package func unpin(_ cids: [CID]) async throws(Failure) {
        _ = try await inParallel(cids) { (cid) throws(Failure) in
            let call = CipherBoxCalls.post(
                api.base, "/ipfs/unpin", ["cid": JSON(cid.description)], lane: .bulk)
            let response = try await api.service.send(call)
            if let failure = response.failure(doing: "unpinning an object at \(place)") { throw failure }
        }
    }

    /// The results in the order of `items`, a few at a time; after the first failure no other item is begun.
    private func inParallel<Item: Sendable, Value: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) async throws(Failure) -> Value
    ) async throws(Failure) -> [Value] {
        do {
            return try await withThrowingTaskGroup(of: (Int, Value).self) { group in
                var results = [Value?](repeating: nil, count: items.count)
                var next = 0
                func addNext() {
                    guard next < items.count else { return }
                    let (index, item) = (next, items[next])
                    next += 1
                    group.addTask { (index, try await body(item)) }
                }
                for _ in 0..<RemoteLimits.parallelTransfers { addNext() }
                while let (index, value) = try await group.next() {
                    results[index] = value
                    addNext()
                }
                return results.compactMap { $0 }
            }
        } catch {
            throw Failure.wrapping(error)
        }
    }
}
