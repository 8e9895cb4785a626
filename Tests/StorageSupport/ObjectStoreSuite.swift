internal import ContentAddressing
internal import Core
package import Storage

/// What a store did that its contract forbids.
package struct ContractBreach: Error, CustomStringConvertible {
    package let description: String
}

/// What a store cannot do by the nature of its place, and says so.
package struct ObjectStoreLimits: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// An empty object is refused with `.invalid`.
    package static let refusesEmpty = ObjectStoreLimits(rawValue: 1)
    /// Pins cannot be asked for: `.unsupported`.
    package static let pinsByPutting = ObjectStoreLimits(rawValue: 2)
    /// What was deleted may be read for a while.
    package static let deletesLater = ObjectStoreLimits(rawValue: 4)
}

/// Puts a store to every promise of `ObjectStore`; throws the first one that it breaks.
///
/// `make` gives a new, empty store each time.
package func runObjectStoreSuite(
    _ limits: ObjectStoreLimits = [], make: () async throws -> any ObjectStore
) async throws {
    let suite = ObjectStoreSuite(limits: limits)
    try await suite.returnsWhatWasPut(try await make())
    try await suite.clipsRanges(try await make())
    try await suite.saysNotFound(try await make())
    try await suite.putsTwice(try await make())
    try await suite.answersInOrder(try await make())
    try await suite.deletes(try await make())
    try await suite.pins(try await make())
    try await suite.servesManyAtOnce(try await make())
}

private struct ObjectStoreSuite {
    let limits: ObjectStoreLimits

    func object(_ seed: UInt64, _ count: Int) -> StoredObject {
        var random = SeededRandom(seed: seed)
        let bytes = random.bytes(count)
        return StoredObject(cid: ObjectCID.cid(of: bytes), kind: UInt8(truncatingIfNeeded: seed), bytes: bytes)
    }

    func require(_ holds: Bool, _ promise: String) throws {
        if !holds { throw ContractBreach(description: promise) }
    }

    func requireNotFound(_ what: String, _ body: () async throws(Failure) -> Void) async throws {
        try await requireFailure(.notFound, what, body)
    }

    func requireFailure(
        _ code: FailureCode, _ what: String, _ body: () async throws(Failure) -> Void
    ) async throws {
        do throws(Failure) {
            try await body()
        } catch {
            return try require(error.code == code, "\(what) must throw .\(code), not \(error)")
        }
        throw ContractBreach(description: "\(what) must throw .\(code), but succeeded")
    }

    func returnsWhatWasPut(_ store: any ObjectStore) async throws {
        let lengths = [0, 1, 15, 16, 17, 4095, 4096, 4097, 262_143, 262_144, 262_145, 1_048_576]
        var objects = lengths.enumerated().map { object(UInt64($0.offset), $0.element) }
        if limits.contains(.refusesEmpty) {
            let empty = objects.removeFirst()
            try await requireFailure(.invalid, "an empty object") { () throws(Failure) in try await store.put([empty]) }
        }
        try await store.put(objects)
        for object in objects {
            try require(
                try await store.get(object.cid) == object.bytes, "get returns the \(object.bytes.count) bytes put")
        }
        try await store.put([])
    }

    func clipsRanges(_ store: any ObjectStore) async throws {
        let whole = object(1, 10_000)
        try await store.put([whole])
        for range in [
            0..<0, 0..<1, 9..<5000, 9999..<10_000, 0..<10_000, 9_990..<20_000, 10_000..<10_001, 30_000..<40_000,
        ] {
            let expected = Array(whole.bytes[range.clamped(to: 0..<10_000)])
            try require(try await store.get(whole.cid, range: range) == expected, "range \(range) is clipped")
        }
    }

    func saysNotFound(_ store: any ObjectStore) async throws {
        let absent = object(2, 100)
        try await requireNotFound("get of a missing object") { () throws(Failure) in
            _ = try await store.get(absent.cid)
        }
        try await requireNotFound("a range of a missing object") { () throws(Failure) in
            _ = try await store.get(absent.cid, range: 0..<0)
        }
        try await requireFailure(
            limits.contains(.pinsByPutting) ? .unsupported : .notFound, "pin of a missing object"
        ) { () throws(Failure) in
            try await store.pin([absent.cid])
        }
        try require(try await store.has([absent.cid]) == [false], "has says no of a missing object")
        try require(try await store.getMany([absent.cid]) == [nil], "getMany gives nil for a missing object")
    }

    func putsTwice(_ store: any ObjectStore) async throws {
        let twice = object(3, 500)
        try await store.put([twice, twice])
        try await store.put([twice])
        try require(try await store.get(twice.cid) == twice.bytes, "an object put twice is there once and whole")
    }

    func answersInOrder(_ store: any ObjectStore) async throws {
        let objects = (10..<30).map { object($0, Int($0) * 7) }
        try await store.put(objects.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        let expected = objects.enumerated().map { $0.offset % 2 == 0 ? $0.element.bytes : nil }
        let order = Array(objects.indices.reversed())
        let cids = order.map { objects[$0].cid }
        try require(try await store.getMany(cids) == order.map { expected[$0] }, "getMany answers in order")
        try require(try await store.has(cids) == order.map { expected[$0] != nil }, "has answers in order")
        try require(try await store.getMany([]).isEmpty, "getMany of nothing is nothing")
    }

    func deletes(_ store: any ObjectStore) async throws {
        let (gone, kept) = (object(40, 300), object(41, 300))
        try await store.put([gone, kept])
        try await store.delete([gone.cid, object(42, 10).cid])
        if limits.contains(.deletesLater) {
            try require(try await store.get(gone.cid) == gone.bytes, "a deleted object is read whole while it lasts")
        } else {
            try await requireNotFound("get of a deleted object") { () throws(Failure) in
                _ = try await store.get(gone.cid)
            }
        }
        try require(try await store.get(kept.cid) == kept.bytes, "delete leaves other objects alone")
        try await store.put([gone])
        try require(try await store.get(gone.cid) == gone.bytes, "a deleted object can be put again")
    }

    func pins(_ store: any ObjectStore) async throws {
        let pinned = object(50, 64)
        try await store.put([pinned])
        if !limits.contains(.pinsByPutting) {
            try await store.pin([pinned.cid])
            try await store.pin([pinned.cid])
        }
        try require(try await store.get(pinned.cid) == pinned.bytes, "a pinned object is there")
        try await store.unpin([pinned.cid])
        try await store.unpin([pinned.cid])
        try await store.delete([pinned.cid])
        if !limits.contains(.deletesLater) {
            try require(try await store.has([pinned.cid]) == [false], "an unpinned object can be deleted")
        }
    }

    func servesManyAtOnce(_ store: any ObjectStore) async throws {
        let objects = (100..<140).map { object($0, 1 + Int($0) * 31 % 5000) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for object in objects + objects {
                group.addTask {
                    try await store.put([object])
                    return try await store.get(object.cid) == object.bytes
                }
            }
            for try await isWhole in group {
                try require(isWhole, "a put that returned is read whole, whatever else goes on")
            }
        }
    }
}
