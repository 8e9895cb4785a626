internal import ContentAddressing
internal import Core
internal import LocalStore
internal import Sealing
internal import Storage

/// Sending objects: large content by itself and first, then everything else so that nothing precedes what it refers to.
extension RemoteLink {
    /// Sends all that stands below `root` and is not there; what was sent before a failure is not sent again.
    func send(below root: [UInt8]?, _ progress: (SendProgress) -> Void) throws(Failure) {
        let nodes = BlockingNodes(cache: volume.nodes, objects: objects)
        let known = try inventory
        let plan = try SendPlan(below: root, nodes, objects) { known.contains($0) }
        var sending = Sending(plan.items)
        func report(_ state: SendProgress) {
            note { $0.activity.sending = state }
            progress(state)
        }
        report(sending.progress)
        defer { note { $0.activity.sending = nil } }
        let bundles = remote.traits.prefersBundles
        func travelsAlone(_ item: SendPlan.Item) -> Bool {
            !bundles || item.object.sealedLength > Limits.Remote.bundledObject
        }
        // Chunks refer to nothing, so their order is free; many go at once.
        try sendAlone(plan.items.filter { $0.kind == .chunk && travelsAlone($0) }, &sending, report)
        var bundle: [SendPlan.Item] = []
        var length = 0
        for item in plan.items where !(item.kind == .chunk && travelsAlone(item)) {
            if travelsAlone(item), bundles {
                try sendBundle(&bundle, &sending, report)
                try sendAlone([item], &sending, report)
                continue
            }
            if length + item.object.sealedLength > Limits.Remote.bundleBytes
                || bundle.count == Limits.Remote.bundleMembers
            {
                try flush(&bundle, &sending, report)
            }
            length = (bundle.isEmpty ? 0 : length) + item.object.sealedLength
            bundle.append(item)
        }
        try flush(&bundle, &sending, report)
        // Objects by themselves that no bundle names yet, because nothing small came with them.
        while bundles, try !inventory.unlisted.companions.isEmpty {
            var none: [SendPlan.Item] = []
            try sendBundle(&none, &sending, report)
        }
    }

    private func flush(
        _ items: inout [SendPlan.Item], _ sending: inout Sending, _ report: (SendProgress) -> Void
    ) throws(Failure) {
        if remote.traits.prefersBundles {
            if !items.isEmpty { try sendBundle(&items, &sending, report) }
        } else {
            try sendAlone(items, &sending, report)
            items = []
        }
    }

    /// Sends objects by themselves, a window of them at a time; no order among those of one window.
    ///
    /// Without bundles a window never holds an object and what it refers to: nodes of one window could arrive before
    /// their children, so each is entered only when its whole window is there, and windows follow the plan's order.
    private func sendAlone(
        _ items: [SendPlan.Item], _ sending: inout Sending, _ report: (SendProgress) -> Void
    ) throws(Failure) {
        var rest = items[...]
        while !rest.isEmpty {
            var window: [StoredObject] = []
            var taken: [SendPlan.Item] = []
            var bytes = 0
            while let item = rest.first, bytes < Limits.Remote.windowBytes,
                window.count < max(remote.traits.parallelTransfers * 2, 2)
            {
                rest.removeFirst()
                taken.append(item)
                guard let object = try stored(item) else { continue }
                bytes += object.bytes.count
                window.append(object)
            }
            let objects = window
            if !objects.isEmpty {
                try ask { (store) async throws(Failure) in try await store.put(objects) }
            }
            try inventory.enter(alone: taken.map(\.object))
            sending.note(taken)
            report(sending.progress)
        }
    }

    /// The object's bytes; nil when it is not here but on the remote, which then keeps it.
    private func stored(_ item: SendPlan.Item) throws(Failure) -> StoredObject? {
        if let bytes = try objects.store.find(item.reference.digest) {
            return StoredObject(cid: item.object.cid, kind: item.kind.rawValue, bytes: bytes)
        }
        let cid = item.object.cid
        guard try ask({ (store) async throws(Failure) in try await store.has([cid]) }) == [true] else {
            throw Failure(
                .damaged, "object \(cid) is neither in the store nor on the remote",
                advice: "restore the store's folder from a copy")
        }
        return nil
    }

    /// Sends a bundle of these items, which also names what was sent by itself before it.
    private func sendBundle(
        _ items: inout [SendPlan.Item], _ sending: inout Sending, _ report: (SendProgress) -> Void
    ) throws(Failure) {
        let companions = Array(try inventory.unlisted.companions.prefix(Limits.Remote.tableEntries))
        guard !items.isEmpty || !companions.isEmpty else { return }
        var contents: [Bundle.Content] = []
        var absent: [SendPlan.Item] = []
        for item in items {
            if let bytes = try objects.store.find(item.reference.digest) {
                contents.append(
                    Bundle.Content(digest: item.reference.digest, kind: item.kind.rawValue, bytes: bytes))
            } else {
                absent.append(item)
            }
        }
        for item in absent { _ = try stored(item) }
        let (body, bundle) = Bundle.encode(contents, companions: companions)
        let object = objects.sealers.newest.seal(body, as: .bundle)
        try put(object)
        try inventory.enter(bundle, as: object.remoteObject)
        try inventory.enter(alone: absent.map(\.object))
        sending.note(items)
        report(sending.progress)
        items = []
    }

    /// Sends one object that was sealed for the remote alone.
    func put(_ object: SealedObject) throws(Failure) {
        let stored = StoredObject(
            cid: object.reference.cid, kind: object.kind.rawValue, bytes: object.bytes)
        try ask { (store) async throws(Failure) in try await store.put([stored]) }
    }
}

extension SealedObject {
    var remoteObject: RemoteObject { RemoteObject(digest: reference.digest, sealedLength: bytes.count) }
}

/// How much of a plan is done.
private struct Sending {
    private(set) var progress = SendProgress()

    init(_ items: [SendPlan.Item]) {
        progress.totalObjects = items.count
        progress.totalBytes = items.reduce(0) { $0 + UInt64(clamping: $1.object.sealedLength) }
    }

    mutating func note(_ items: [SendPlan.Item]) {
        progress.sentObjects += items.count
        progress.sentBytes += items.reduce(0) { $0 + UInt64(clamping: $1.object.sealedLength) }
    }
}
