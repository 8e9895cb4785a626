internal import ContentAddressing
internal import Core
internal import LocalStore
internal import Sealing
internal import Storage
internal import Synchronization

/// Where objects come from that the local store does not have.
protocol ObjectSource: AnyObject, Sendable {
    /// Brings an object into the local store, where there is room, and gives its bytes, whose digest was compared; blocks
    /// on the network. Throws `.notFound` when it is nowhere.
    func bring(_ reference: ObjectReference, _ kind: ObjectKind) throws(Failure) -> [UInt8]
}

/// What is being fetched, so that nobody fetches it twice, and the bundles fetched last.
final class Fetches: Sendable {
    struct OpenBundle: Sendable {
        let object: RemoteObject
        let body: [UInt8]
        let bundle: Bundle
    }

    fileprivate let running = Gate<Set<RemoteObject>>([])
    private let bundles = Mutex<[OpenBundle]>([])
    /// 8 of at most 4 MiB: neighbours in a tree or a folder mostly lie in few.
    private static let keptBundles = 8

    func kept(_ object: RemoteObject) -> OpenBundle? {
        bundles.withLock { bundles in
            guard let index = bundles.firstIndex(where: { $0.object == object }) else { return nil }
            let found = bundles.remove(at: index)
            bundles.append(found)
            return found
        }
    }

    func keep(_ bundle: OpenBundle) {
        bundles.withLock { bundles in
            bundles.removeAll { $0.object == bundle.object }
            bundles.append(bundle)
            if bundles.count > Self.keptBundles { bundles.removeFirst() }
        }
    }
}

extension RemoteLink: ObjectSource {
    func bring(_ reference: ObjectReference, _ kind: ObjectKind) throws(Failure) -> [UInt8] {
        let length = reference.layout?.sealedLength ?? .max
        let place = try inventory.place(of: reference.digest) ?? .alone(sealedLength: length)
        let wanted: RemoteObject
        switch place {
        case .alone(let length): wanted = RemoteObject(digest: reference.digest, sealedLength: length)
        case .bundled(let bundle, _): wanted = bundle
        }
        return try once(wanted) { () throws(Failure) in
            if let bytes = try objects.store.find(reference.digest) { return bytes }
            let bytes: [UInt8]
            switch place {
            case .alone: bytes = try fetch(wanted)
            case .bundled(let object, let range):
                bytes = try Self.member(reference.digest, range, of: try openBundle(object))
            }
            // Content is changed by its lists, and at opening nobody asks the remote for them.
            try objects.keep(reference.digest, kind: kind.rawValue, bytes, mustStay: kind == .chunkList)
            return bytes
        }
    }

    /// Runs `body` when nobody else does it for the same object.
    private func once<Value>(_ object: RemoteObject, _ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        fetches.running.wait { running in
            running.insert(object).inserted ? .done(()) : .wait(until: nil)
        }
        defer {
            fetches.running.withLock { _ = $0.remove(object) }
            fetches.running.wakeAll()
        }
        return try body()
    }

    /// The object's bytes, whose digest was compared.
    func fetch(_ object: RemoteObject) throws(Failure) -> [UInt8] {
        let cid = object.cid
        let bytes = try ask { (store) async throws(Failure) in try await store.get(cid) }
        try Opener.checkDigest(bytes, object.digest)
        return bytes
    }

    /// A bundle, opened, with its chunks and lists brought into the local store.
    ///
    /// They refer to nothing that has to be there before them; nodes do, so they wait until they are asked for.
    func openBundle(_ object: RemoteObject) throws(Failure) -> Fetches.OpenBundle {
        if let kept = fetches.kept(object) { return kept }
        let body = try objects.sealers.open(try fetch(object), kind: .bundle).content
        let bundle: Bundle
        do throws(MalformedBytes) {
            bundle = try Bundle(decoding: body)
        } catch {
            throw Failure(.integrity, "the bundle \(object.cid) cannot be read", cause: error)
        }
        let open = Fetches.OpenBundle(object: object, body: body, bundle: bundle)
        for member in bundle.members where member.kind != ObjectKind.node.rawValue {
            guard !objects.store.contains(member.digest) else { continue }
            let bytes = try Self.member(member.digest, member.range, of: open)
            try objects.keep(member.digest, kind: member.kind, bytes)
        }
        fetches.keep(open)
        return open
    }

    static func member(
        _ digest: Digest, _ range: Range<Int>, of bundle: Fetches.OpenBundle
    ) throws(Failure) -> [UInt8] {
        guard range.upperBound <= bundle.body.count else {
            throw Failure(.integrity, "an object stands beyond the end of the bundle \(bundle.object.cid)")
        }
        let bytes = Array(bundle.body[range])
        try Opener.checkDigest(bytes, digest)
        return bytes
    }

    /// A table that a commit names.
    func table(_ object: RemoteObject) throws(Failure) -> LocationTable {
        let body = try objects.sealers.open(try fetch(object), kind: .locationNode).content
        do throws(MalformedBytes) {
            return try LocationTable(decoding: body)
        } catch {
            throw Failure(.integrity, "the location table \(object.cid) cannot be read", cause: error)
        }
    }
}
