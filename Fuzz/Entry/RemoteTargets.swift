internal import Core
internal import Sealing
internal import StorageSupport
internal import Vaults

extension FuzzTarget {
    static func remoteObject(_ random: inout SeededRandom) -> RemoteObject {
        RemoteObject(digest: random.digest(), sealedLength: Int(random.anyNumber() >> 34))
    }

    static let bundle = FuzzTarget("bundle") { random in
        Bundle.encode(random.several(6, bundleContent), companions: random.several(4, remoteObject)).body
    } check: { input in
        let bundle = try Bundle(decoding: input)
        let contents = bundle.members.map { member in
            Bundle.Content(digest: member.digest, kind: member.kind, bytes: Array(input[member.range]))
        }
        let (body, again) = Bundle.encode(contents, companions: bundle.companions)
        try require(body == input && again == bundle, "two encodings are one bundle")
    }

    private static func bundleContent(_ random: inout SeededRandom) -> Bundle.Content {
        Bundle.Content(digest: random.digest(), kind: UInt8(random.below(10)), bytes: random.someBytes(100))
    }

    private static func table(_ random: inout SeededRandom) -> LocationTable {
        let bundles = [remoteObject(&random), remoteObject(&random)]
        return LocationTable(
            random.several(8) { random in
                let start = random.below(4 << 20)
                return LocationTable.Entry(
                    digest: random.digest(),
                    place: random.chance()
                        ? .alone(sealedLength: random.below(1 << 30))
                        : .bundled(in: bundles[random.below(2)], range: start..<start + random.below(300_000)))
            })
    }

    static let locationTable = FuzzTarget("location-table") { random in
        table(&random).encoded()
    } check: { input in
        let table = try LocationTable(decoding: input)
        let written = table.encoded()
        try require((try? LocationTable(decoding: written)) == table, "a location table changes when it is written")
        let digests = table.entries.map(\.digest)
        try require(zip(digests, digests.dropFirst()).allSatisfy { $0 < $1 }, "a location table is out of order")
    }

    /// What this device keeps of a remote.
    static let remoteState = FuzzTarget("remote-state") { random in
        anyState(&random).encoded()
    } check: { input in
        let state = try RemoteState(decoding: input)
        try require((try? RemoteState(decoding: state.encoded())) == state, "what is known of a remote changes")
    }

    private static func anyState(_ random: inout SeededRandom) -> RemoteState {
        var state = RemoteState()
        state.address = random.someText()
        if random.chance() {
            state.published = RemoteState.Published(
                reference: reference(&random).bytes, object: remoteObject(&random),
                root: random.chance() ? reference(&random).bytes : nil, vector: [random.next(): random.anyNumber()],
                counter: random.anyNumber(), time: random.time())
        }
        state.contents.bundles = random.several(3, remoteObject)
        state.contents.tables = random.several(3) {
            RemoteContents.Table(object: remoteObject(&$0), entryCount: $0.below(20_000))
        }
        if random.chance() { state.headRecord = random.someBytes() }
        if random.chance() { state.keyring = remoteObject(&random) }
        state.seen = [random.bytes(16): random.anyNumber()]
        return state
    }

    /// The inventory's file: records under right check sums, whatever they hold, as one file that is opened.
    static let inventory = FuzzTarget("inventory") { random in
        let object = remoteObject(&random)
        let (_, bundle) = Bundle.encode(random.several(4, bundleContent), companions: random.several(3, remoteObject))
        let record: InventoryRecord =
            switch random.below(4) {
            case 0: .alone(random.several(4, remoteObject))
            case 1: .bundle(object, bundle, isListed: random.chance())
            case 2: .table(object, table(&random))
            default: .listed
            }
        return record.encoded()
    } check: { input in
        let record = try InventoryRecord(decoding: input)
        let written = record.encoded()
        let back = try certainly("a record that was written is not read") { try InventoryRecord(decoding: written) }
        try require(back.encoded() == written, "a record of an inventory changes")
        let inventory = Inventory(replaying: [record, record])
        try require(inventory.count == Inventory(replaying: [record]).count, "a record counts twice")
        for digest in digests(of: record) {
            try require(inventory.place(of: digest) != nil, "an object that a record names is nowhere")
        }
    }

    private static func digests(of record: InventoryRecord) -> [Digest] {
        switch record {
        case .alone(let objects): objects.map(\.digest)
        case .bundle(_, let bundle, _): bundle.members.map(\.digest) + bundle.companions.map(\.digest)
        case .table(_, let table): table.entries.map(\.digest)
        case .listed: []
        }
    }
}
