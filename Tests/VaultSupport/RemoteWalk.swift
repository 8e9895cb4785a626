internal import ContentAddressing
package import Core
internal import Naming
internal import Primitives
package import Sealing
internal import Trees
package import Vaults

/// What a device's head on a remote leads to, found by reading the format and not by the code that publishes.
package struct RemoteWalk {
    package private(set) var commit: Commit
    package private(set) var nodes = 0
    package private(set) var files = 0
    /// Digests of content.
    package private(set) var chunks: Set<Digest> = []
    package private(set) var lists = 0
    /// Where each object was found.
    package private(set) var alone: Set<Digest> = []
    package private(set) var bundled: Set<Digest> = []
    /// What is reached and is nowhere.
    package private(set) var missing: [Digest] = []
    /// Objects by themselves that the commit's lists name.
    package private(set) var listedAlone: Set<Digest> = []

    private let contents: TestRemote.Contents
    private let sealer: Sealer
    private var places: [Digest: (bundle: RemoteObject, range: Range<Int>)] = [:]
    private var bodies: [RemoteObject: [UInt8]] = [:]

    package init(_ contents: TestRemote.Contents, headOf keys: DeviceKeys, _ keyring: Keyring) throws {
        let epoch = try keyring.open(with: keys).epochs.last
        guard let epoch else { throw Failure(.notFound, "the keyring has no epoch") }
        self.contents = contents
        sealer = Sealer(epoch)
        let name = try IPNSName(ed25519: keys.headKey.publicKey)
        guard let record = contents.records[name], let bytes = contents.objects[try IPNSName.cid(inValue: record.value)]
        else { throw Failure(.notFound, "the head leads to no commit") }
        let body = try sealer.open(bytes, kind: .commit).content
        commit = try Commit.verified(body) { $0 == keys.id.bytes ? keys.signingKey.publicKey : nil }
        try readContents()
        if let root = commit.root { try walk(try ObjectReference(bytes: root)) }
    }

    package var objectCount: Int { alone.count + bundled.count }

    private mutating func readContents() throws {
        for table in commit.contents.tables {
            let body = try sealer.open(try object(table.object), kind: .locationNode).content
            let entries = try LocationTable(decoding: body).entries
            guard entries.count == table.entryCount else { throw Failure(.invalid, "a table has other entries") }
            for entry in entries {
                switch entry.place {
                case .alone: listedAlone.insert(entry.digest)
                case .bundled(let bundle, let range): places[entry.digest] = (bundle, range)
                }
            }
        }
        for object in commit.contents.bundles {
            let bundle = try Bundle(decoding: try body(of: object))
            for member in bundle.members { places[member.digest] = (object, member.range) }
            listedAlone.formUnion(bundle.companions.map(\.digest))
        }
    }

    private func object(_ object: RemoteObject) throws -> [UInt8] {
        guard let bytes = contents.objects[object.cid] else {
            throw Failure(.notFound, "\(object.cid) is named and not there")
        }
        return bytes
    }

    private mutating func body(of bundle: RemoteObject) throws -> [UInt8] {
        if let body = bodies[bundle] { return body }
        let body = try sealer.open(try object(bundle), kind: .bundle).content
        bodies[bundle] = body
        return body
    }

    /// The object's body, from wherever it is; nil when it is missing.
    private mutating func open(_ reference: ObjectReference, _ kind: ObjectKind) throws -> [UInt8]? {
        if let bytes = contents.objects[reference.cid] {
            alone.insert(reference.digest)
            return try Opener.open(bytes, reference, kind: kind)
        }
        guard let place = places[reference.digest] else {
            missing.append(reference.digest)
            return nil
        }
        bundled.insert(reference.digest)
        return try Opener.open(Array(try body(of: place.bundle)[place.range]), reference, kind: kind)
    }

    private mutating func walk(_ reference: ObjectReference) throws {
        guard let body = try open(reference, .node) else { return }
        nodes += 1
        let node = try TreeNode(decoding: body)
        for entry in node.entries {
            if node.level == 0, RecordKey.parse(entry.key)?.kind == .attributes { files += 1 }
            if node.level > 0 {
                try walk(try ObjectReference(bytes: entry.link))
            } else {
                for version in try RecordValue.versions(of: entry.value) { try walk(version.payload, of: entry.key) }
            }
        }
    }

    private mutating func walk(_ payload: ArraySlice<UInt8>, of key: [UInt8]) throws {
        switch RecordKey.parse(key)?.kind {
        case .content:
            switch try ContentRecord(decoding: payload).body {
            case .inline: break
            case .chunk(let chunk): try take(chunk)
            case .list(let list, _): try walk(list: list)
            }
        case .extendedAttribute:
            if case .object(let value) = try AttributeRecord(decoding: payload) { try take(value) }
        default: break
        }
    }

    private mutating func take(_ chunk: ObjectReference) throws {
        if try open(chunk, .chunk) != nil { chunks.insert(chunk.digest) }
    }

    private mutating func walk(list reference: ObjectReference) throws {
        guard let body = try open(reference, .chunkList) else { return }
        lists += 1
        for entry in try ChunkList(decoding: body).entries {
            switch entry {
            case .hole: break
            case .chunk(let chunk), .part(let chunk, _, _): try take(chunk)
            case .list(let list, _, _): try walk(list: list)
            }
        }
    }
}
