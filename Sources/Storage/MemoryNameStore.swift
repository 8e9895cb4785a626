package import Core
package import Naming
internal import Synchronization

/// Names in this process's memory.
package final class MemoryNameStore: NameStore {
    private let records = Mutex<[IPNSName: NameRecord]>([:])

    package init() {}

    package func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer {
        guard let record = records.withLock({ $0[name] }) else {
            throw Failure(.notFound, "nothing is published under the name \(name)")
        }
        return NameAnswer(record)
    }

    package func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure) {
        records.withLock { $0[name] = record }
    }
}
