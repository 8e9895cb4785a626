internal import ContentAddressing
internal import Core
internal import Naming
internal import Primitives
package import Storage

/// Puts a store to every promise of `NameStore`; throws the first one that it breaks.
///
/// `make` gives a new store each time, without names. Some forty requests in all, so that a server that counts them
/// can be asked too.
package func runNameStoreSuite(make: () async throws -> any NameStore) async throws {
    let suite = NameStoreSuite()
    try await suite.saysNotFound(try await make())
    try await suite.returnsWhatWasPublished(try await make())
    try await suite.keepsNamesApart(try await make())
    try await suite.goesForward(try await make())
    try await suite.neverBelievesOthers(try await make())
    try await suite.doubtsWhatExpired(try await make())
    try await suite.servesManyAtOnce(try await make())
}

private struct NameStoreSuite {
    /// A key with the name that is its own.
    struct Holder: Sendable {
        let key: Ed25519.SigningKey
        let name: IPNSName

        init() throws {
            key = Ed25519.SigningKey()
            name = try IPNSName(ed25519: key.publicKey)
        }

        func record(_ sequence: UInt64, _ content: UInt8 = 0, until seconds: Int64 = 4_000_000_000) -> NameRecord {
            NameRecord.signed(
                value: IPNSName.value(for: ObjectCID.cid(of: [UInt8(truncatingIfNeeded: sequence), content])),
                sequence: sequence, validUntil: Timestamp(seconds: seconds), timeToLive: .seconds(60), by: key)
        }
    }

    func require(_ holds: Bool, _ promise: String) throws {
        if !holds { throw ContractBreach(description: promise) }
    }

    /// The record may have come in another form: what was signed is what counts.
    func isSame(_ answer: NameAnswer, as record: NameRecord) -> Bool {
        guard let found = answer.record else { return false }
        return answer.value == record.value && answer.sequence == record.sequence && found.value == record.value
            && found.sequence == record.sequence && found.validUntil == record.validUntil
            && found.timeToLive == record.timeToLive && answer.doubt == nil
    }

    func saysNotFound(_ store: any NameStore) async throws {
        do throws(Failure) {
            _ = try await store.resolve(try holder().name)
        } catch {
            return try require(error.code == .notFound, "resolve of an unknown name must throw .notFound, not \(error)")
        }
        throw ContractBreach(description: "resolve of an unknown name must throw .notFound, but succeeded")
    }

    func holder() throws(Failure) -> Holder {
        do { return try Holder() } catch { throw Failure.wrapping(error) }
    }

    func returnsWhatWasPublished(_ store: any NameStore) async throws {
        let holder = try Holder()
        let record = holder.record(3)
        try await store.publish(record, under: holder.name)
        try require(isSame(try await store.resolve(holder.name), as: record), "resolve returns what was published")
        try await store.publish(record, under: holder.name)
        try require(isSame(try await store.resolve(holder.name), as: record), "a record can be published again")
        let renewed = holder.record(3, until: 4_000_000_001)
        try await store.publish(renewed, under: holder.name)
        try require(isSame(try await store.resolve(holder.name), as: renewed), "a record can be renewed")
    }

    func keepsNamesApart(_ store: any NameStore) async throws {
        let holders = [try Holder(), try Holder(), try Holder()]
        for (index, holder) in holders.enumerated() {
            try await store.publish(holder.record(UInt64(index), 9), under: holder.name)
        }
        for (index, holder) in holders.enumerated().reversed() {
            let answer = try await store.resolve(holder.name)
            try require(isSame(answer, as: holder.record(UInt64(index), 9)), "each name has its own record")
        }
    }

    func goesForward(_ store: any NameStore) async throws {
        let holder = try Holder()
        for sequence in [0, 1, 5] as [UInt64] {
            let record = holder.record(sequence)
            try await store.publish(record, under: holder.name)
            try require(isSame(try await store.resolve(holder.name), as: record), "the last record published counts")
        }
        var expected = holder.record(4)
        do throws(Failure) {
            try await store.publish(expected, under: holder.name)
        } catch {
            try require(error.code == .conflict, "a worse record is refused with .conflict, not \(error)")
            expected = holder.record(5)
        }
        try require(
            isSame(try await store.resolve(holder.name), as: expected), "a worse record counts, or changes nothing")
    }

    func neverBelievesOthers(_ store: any NameStore) async throws {
        let (victim, forger) = (try Holder(), try Holder())
        let genuine = victim.record(1)
        try await store.publish(genuine, under: victim.name)
        let forged = forger.record(2)
        do throws(Failure) {
            try await store.publish(forged, under: victim.name)
        } catch {
            try require(error.code == .integrity, "a forged record is refused with .integrity, not \(error)")
            let answer = try await store.resolve(victim.name)
            return try require(isSame(answer, as: genuine), "a forged record that is refused changes nothing")
        }
        let answer = try await store.resolve(victim.name)
        if isSame(answer, as: genuine) { return }
        try require(answer.record == nil, "a forged record is never given as one")
        try require(answer.doubt != nil, "a hint says why it is one")
        try require(answer.value == forged.value, "a hint is what was published")
    }

    func doubtsWhatExpired(_ store: any NameStore) async throws {
        let holder = try Holder()
        let expired = holder.record(1, until: 1_000_000_000)
        try await store.publish(expired, under: holder.name)
        let answer = try await store.resolve(holder.name)
        try require(answer.record == nil && answer.doubt?.code == .stale, "an expired record is a hint that says so")
        try require(answer.value == expired.value && answer.sequence == 1, "a hint says what was published")
    }

    func servesManyAtOnce(_ store: any NameStore) async throws {
        let holder = try Holder()
        let records = (1...8).map { holder.record(UInt64($0)) }
        try await store.publish(records[0], under: holder.name)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for record in records.dropFirst() {
                group.addTask {
                    do throws(Failure) {
                        try await store.publish(record, under: holder.name)
                    } catch {
                        guard error.code == .conflict else { throw error }
                    }
                    let answer = try await store.resolve(holder.name)
                    return records.contains { isSame(answer, as: $0) }
                }
            }
            for try await isWhole in group {
                try require(isWhole, "whatever else goes on, resolve gives a whole record that was published")
            }
        }
    }
}
