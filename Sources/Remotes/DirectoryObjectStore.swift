package import ContentAddressing
package import Core
package import Storage

/// Objects as files of a folder, under their CIDs.
///
/// Bytes are compared with their CID on the way in and, whole objects, on the way out. When `put` returns, its objects
/// survive a loss of power. Nothing is dropped of its own accord here, so a pin only checks that the object is there.
package struct DirectoryObjectStore: ObjectStore {
    private let folder: DirectoryFolder

    init(_ folder: DirectoryFolder) { self.folder = folder }

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        if objects.isEmpty { return }
        try await folder.perform { (folder) throws(Failure) in
            try folder.checkBeforeWriting()
            for start in stride(from: 0, to: objects.count, by: DirectoryLimits.batch) {
                let end = min(start + DirectoryLimits.batch, objects.count)
                try folder.write(objects[start..<end])
            }
        }
    }

    package func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        try await folder.perform { (folder) throws(Failure) in
            let found = if let range { try folder.read(cid, range) } else { try folder.read(cid) }
            if let found { return found }
            try folder.check()
            throw .objectNotFound(cid, in: folder.path.shown)
        }
    }

    package func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] {
        try await folder.perform { (folder) throws(Failure) in
            var found: [[UInt8]?] = []
            for cid in cids { found.append(try folder.read(cid)) }
            if found.contains(nil) { try folder.check() }
            return found
        }
    }

    package func has(_ cids: [CID]) async throws(Failure) -> [Bool] {
        try await folder.perform { (folder) throws(Failure) in
            var found: [Bool] = []
            for cid in cids { found.append(try folder.contains(cid)) }
            if found.contains(false) { try folder.check() }
            return found
        }
    }

    package func delete(_ cids: [CID]) async throws(Failure) {
        if cids.isEmpty { return }
        try await folder.perform { (folder) throws(Failure) in
            try folder.checkBeforeWriting()
            try folder.remove(cids)
        }
    }

    package func pin(_ cids: [CID]) async throws(Failure) {
        for (cid, isThere) in zip(cids, try await has(cids)) where !isThere {
            throw .objectNotFound(cid, in: folder.path.shown)
        }
    }

    package func unpin(_ cids: [CID]) async throws(Failure) {}
}
