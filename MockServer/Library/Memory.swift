internal import Core

/// The tables with their ledger, for many threads.
final class Memory: Sendable {
    private let tables: Gate<Tables>
    /// Taken by whoever changes something until it stands in the ledger, so that its lines keep the order of the
    /// changes; always before the lock of the tables.
    private let ledger: Gate<Ledger?>

    /// Nil keeps nothing beyond the end of the process.
    init(folder: [UInt8]?) throws(Failure) {
        var tables = Tables()
        let ledger = try folder.map { (folder) throws(Failure) in
            try Ledger(folder, into: &tables)
        }
        self.tables = Gate(tables)
        self.ledger = Gate(ledger)
    }

    /// Leaves the folder to others; what changes from now on is kept nowhere.
    func close() { ledger.withLock { $0 = nil } }

    func read<Result>(_ body: (Tables) -> Result) -> Result { tables.withLock { body($0) } }

    /// Changes the tables; when `body` refuses, what it changed before stays.
    func change<Result>(_ body: (inout Tables) throws(Refusal) -> Result) throws(Refusal) -> Result {
        try ledger.withLock { (ledger) throws(Refusal) in
            let (result, changes) = tables.withLock { tables -> (Swift.Result<Result, Refusal>, [JSON]) in
                do throws(Refusal) {
                    return (.success(try body(&tables)), tables.takeChanges())
                } catch {
                    return (.failure(error), tables.takeChanges())
                }
            }
            do throws(Failure) {
                try ledger?.append(changes)
            } catch {
                throw Refusal(bare: 500, "Internal server error")
            }
            return try result.get()
        }
    }
}
