internal import Core

/// A small JSON file of a vault that processes change one after the other.
enum SettingsFile {
    /// Longer than any change takes.
    private static let lockWait: Duration = .seconds(10)

    /// The document, or nil when there is no file; `what` names it in messages, as in `list of pins`.
    static func read(_ path: [UInt8], limit: Int, _ what: String) throws(Failure) -> JSON? {
        let bytes: [UInt8]
        do throws(SystemCallFailure) {
            bytes = try Files.readWhole(path, limit: limit)
        } catch {
            if error.errno == .noEntry { return nil }
            throw Failure(error.errno.code, "the vault's \(what) cannot be read", cause: error)
        }
        do throws(MalformedJSON) {
            return try JSON(parsing: bytes)
        } catch {
            throw Failure(.damaged, "the vault's \(what) cannot be read", cause: error)
        }
    }

    static func damaged(_ what: String) -> Failure {
        Failure(.damaged, "the vault's \(what) is not one that this program wrote")
    }

    /// Replaces the file by what `make` gives while this process alone may; on the disk when it returns.
    static func change(_ path: [UInt8], _ what: String, _ make: () throws(Failure) -> JSON) throws(Failure) {
        let lock: FileLock
        do throws(SystemCallFailure) {
            lock = try FileLock(path + Array(".lock".utf8), wait: lockWait)
        } catch {
            throw Failure(error.errno.code, "the vault's \(what) cannot be changed", cause: error)
        }
        try withExtendedLifetime(lock) { () throws(Failure) in
            let json = try make()
            do throws(SystemCallFailure) {
                try Files.writeAtomically(path, json.bytes(.pretty) + [0x0a], mode: 0o600)
            } catch {
                throw Failure(error.errno.code, "the vault's \(what) cannot be written", cause: error)
            }
        }
    }
}
