package import Core
package import Naming
package import Storage

/// Records as files of a folder, under their names.
///
/// Only genuine records are taken, and of two for one name the better one stays, whoever publishes in which order.
package struct DirectoryNameStore: NameStore {
    private let folder: DirectoryFolder
    private let time: any TimeSource

    init(_ folder: DirectoryFolder, time: any TimeSource) {
        self.folder = folder
        self.time = time
    }

    package func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer {
        let now = time.wallClock
        return try await folder.perform { (folder) throws(Failure) in
            let file = folder.recordFile(of: name)
            guard
                let bytes = try folder.unlessMissing({ () throws(SystemCallFailure) in
                    // One byte more than a record may have makes it none.
                    try FileDescriptor(reading: file).read(NameLimits.recordBytes + 1)
                })
            else {
                try folder.check()
                throw .nothingPublished(name)
            }
            guard let claim = NameRecord.claim(in: bytes) else {
                throw Failure(
                    .damaged, "the record of \(name) in \(folder.path.shown) is damaged",
                    advice: "publishing the name again replaces it")
            }
            return NameAnswer(checking: bytes, value: claim.value, sequence: claim.sequence, for: name, at: now)
        }
    }

    package func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure) {
        try await folder.perform { [time] (folder) throws(Failure) in
            try folder.checkBeforeWriting()
            let record = try NameRecord.read(record.bytes, for: name)
            // From the look at the old record to the new one's place nobody else may come between.
            let lock = try folder.lockNames(time)
            defer { withExtendedLifetime(lock) {} }
            let file = folder.recordFile(of: name)
            if let there = try? Files.readWhole(file, limit: NameLimits.recordBytes),
                let current = try? NameRecord.read(there, for: name), current != record
            {
                guard record.isBetter(than: current) else {
                    throw Failure(
                        .conflict, "a newer record of \(name) is in \(folder.path.shown)",
                        advice: "take in what it stands for, then publish again")
                }
            }
            try folder.reporting { () throws(SystemCallFailure) in try Files.writeAtomically(file, record.bytes) }
        }
    }
}

extension DirectoryFolder {
    fileprivate func recordFile(of name: IPNSName) -> [UInt8] { Files.join(names, name.text + ".ipns-record") }

    fileprivate func lockNames(_ time: any TimeSource) throws(Failure) -> FileLock {
        let file = Files.join(names, ".lock")
        return try reporting { () throws(SystemCallFailure) in
            try FileLock(file, wait: DirectoryLimits.nameLock, time: time)
        }
    }
}
