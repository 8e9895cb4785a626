package import Core
package import Naming
internal import Synchronization

/// Names in this process's memory: whatever was published last under a name, checked when it is asked for.
///
/// Like a server that knows nothing of signatures, it takes any record under any name.
package final class MemoryNameStore: NameStore {
    private let records = Mutex<[IPNSName: NameRecord]>([:])
    private let time: any TimeSource

    package init(time: any TimeSource = SystemTime()) { self.time = time }

    package func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer {
        guard let record = records.withLock({ $0[name] }) else { throw .nothingPublished(name) }
        return NameAnswer(
            checking: record.bytes, value: record.value, sequence: record.sequence, for: name, at: time.wallClock)
    }

    package func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure) {
        records.withLock { $0[name] = record }
    }
}
