package import Core
package import Naming
package import Primitives

/// The folder of the keys that publish names by hand, a file for each.
///
/// A vault's own keys are never among these, so its names cannot be published in this way.
package struct KeyFolder: Sendable {
    private static let keyEnding = ".key"
    private static let recordEnding = ".ipns-record"
    private static let lockEnding = ".lock"

    private let path: [UInt8]

    package init(_ path: [UInt8]) { self.path = path }

    /// What the keys here are called, in order.
    package func labels() -> [String] {
        FolderListing.names(in: path).compactMap { name in
            guard let text = name.string, text.hasSuffix(Self.keyEnding) else { return nil }
            let label = String(text.dropLast(Self.keyEnding.count))
            return (try? Label.check(label, of: "a key")) == nil ? nil : label
        }.sorted()
    }

    package func contains(_ label: String) -> Bool { Files.exists(keyPath(label)) }

    /// Takes the right to make records with a key, or to make the key: nobody else has it while the lock is there.
    ///
    /// Makes the folder if need be. Blocks, at most for `wait`.
    package func lock(_ label: String, wait: Duration) throws(Failure) -> FileLock {
        try Label.check(label, of: "a key")
        do throws(SystemCallFailure) {
            try Files.makeDirectory(path, mode: 0o700, withParents: true)
            return try FileLock(file(label, Self.lockEnding), wait: wait)
        } catch {
            throw Failure(error.errno.code, "the key '\(label)' cannot be used", cause: error)
        }
    }

    /// Adds a key, on the disk when this returns; throws `.alreadyExists` rather than put it in the place of another.
    ///
    /// The caller holds the key's lock.
    package func add(_ key: Ed25519.SigningKey, as label: String) throws(Failure) {
        guard !contains(label) else {
            throw Failure(
                .alreadyExists, "there is a key '\(label)' already",
                advice: "choose another name: a key that is overwritten is lost, and its name with it")
        }
        var bytes = PrivateKeyFile.write(key, as: .libp2p).copy()
        defer { Wipe.array(&bytes) }
        do throws(SystemCallFailure) {
            try Files.writeAtomically(keyPath(label), bytes, mode: 0o600)
        } catch {
            throw Failure(error.errno.code, "the key '\(label)' cannot be kept", cause: error)
        }
    }

    /// The key of that label; throws `.notFound`, and `.damaged` for a file that does not hold one.
    package func key(_ label: String) throws(Failure) -> Ed25519.SigningKey {
        try Label.check(label, of: "a key")
        var bytes: [UInt8]
        do throws(SystemCallFailure) {
            // In one piece, of which there is one copy to wipe.
            bytes = try FileDescriptor(reading: keyPath(label)).read(PrivateKeyFile.greatestLength)
        } catch {
            guard error.errno == .noEntry else {
                throw Failure(error.errno.code, "the key '\(label)' cannot be read", cause: error)
            }
            throw Failure(
                .notFound, "there is no key '\(label)'", advice: "'cbstore key list' shows which there are")
        }
        defer { Wipe.array(&bytes) }
        do throws(Failure) {
            return try PrivateKeyFile.read(bytes).key
        } catch {
            if error.code == .unsupported { throw error }
            throw Failure(.damaged, "the file of the key '\(label)' is damaged", cause: error.cause)
        }
    }

    /// The last record that was made with a key here, whether or not it could be sent.
    package func lastRecord(_ label: String, of name: IPNSName) throws(Failure) -> NameRecord? {
        let bytes: [UInt8]
        do throws(SystemCallFailure) {
            bytes = try Files.readWhole(file(label, Self.recordEnding), limit: NameLimits.recordBytes)
        } catch {
            if error.errno == .noEntry { return nil }
            throw Failure(error.errno.code, "the last record of \(name) cannot be read", cause: error)
        }
        return try NameRecord.read(bytes, for: name)
    }

    /// Keeps a record in the place of the last one. The caller holds the key's lock.
    package func keep(_ record: NameRecord, _ label: String, of name: IPNSName) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.writeAtomically(file(label, Self.recordEnding), record.bytes, mode: 0o600)
        } catch {
            throw Failure(error.errno.code, "the record of \(name) cannot be kept", cause: error)
        }
    }

    private func keyPath(_ label: String) -> [UInt8] { file(label, Self.keyEnding) }
    private func file(_ label: String, _ ending: String) -> [UInt8] { Files.join(path, label + ending) }
}
