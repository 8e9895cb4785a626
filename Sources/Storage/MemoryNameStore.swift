package import Core
internal import Synchronization

/// Names in this process's memory.
package final class MemoryNameStore: NameStore {
    private let records = Mutex<[[UInt8]: [UInt8]]>([:])

    package init() {}

    package func resolve(_ name: [UInt8]) async throws(Failure) -> [UInt8] {
        guard let record = records.withLock({ $0[name] }) else {
            throw Failure(.notFound, "nothing is published under the name \(Hex.encode(name))")
        }
        return record
    }

    package func publish(_ record: [UInt8], under name: [UInt8]) async throws(Failure) {
        records.withLock { $0[name] = record }
    }
}
