internal import ContentAddressing
internal import Core
internal import Sealing

/// Proof that the remote has what it is said to have: that it was sent, or that the remote says so, is none.
extension RemoteLink {
    /// Fetches objects whole and compares their digests; those that came back as they are here. Blocks.
    ///
    /// What lies in bundles costs one request for each bundle. Throws what keeps the remote from answering; an object
    /// that is missing there or damaged is left out, and noted in the log.
    func readBack(_ digests: [Digest]) throws(Failure) -> Set<Digest> {
        var proven: Set<Digest> = []
        var bundles: [RemoteObject: [(digest: Digest, range: Range<Int>)]] = [:]
        for digest in digests {
            switch try inventory.place(of: digest) {
            case nil: break
            case .alone(let length):
                let object = RemoteObject(digest: digest, sealedLength: length)
                if try proof({ () throws(Failure) in try fetch(object) }) != nil { proven.insert(digest) }
            case .bundled(let bundle, let range): bundles[bundle, default: []].append((digest, range))
            }
        }
        for (bundle, members) in bundles {
            let body = try proof { () throws(Failure) in
                try objects.sealers.open(try fetch(bundle), kind: .bundle).content
            }
            for member in members {
                guard let body, member.range.upperBound <= body.count,
                    ObjectCID.compute(over: Array(body[member.range])) == member.digest
                else { continue }
                proven.insert(member.digest)
            }
        }
        return proven
    }

    private func proof(_ fetch: () throws(Failure) -> [UInt8]) throws(Failure) -> [UInt8]? {
        do throws(Failure) {
            return try fetch()
        } catch {
            guard error.code == .notFound || error.code == .integrity else { throw error }
            Log.error("remote", "what was sent cannot be read back, and stays in the store: \(error)")
            return nil
        }
    }
}
