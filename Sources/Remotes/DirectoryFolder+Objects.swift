internal import CLinux
internal import ContentAddressing
internal import Core
internal import Glibc
internal import Storage

extension DirectoryFolder {
    /// Where an object's file is, and the folder among 256 that it is in: lists of names stay short enough for any
    /// file system.
    private func place(of cid: CID) throws(Failure) -> (file: [UInt8], shard: [UInt8]) {
        let digest = try ObjectCID.digest(of: cid)
        let shard = Files.join(objects, Hex.encode([UInt8(digest.prefix >> 56)]))
        return (Files.join(shard, cid.description), shard)
    }

    /// An object that is written but not yet under its name.
    private struct Staged {
        let file: FileDescriptor
        let scratch: [UInt8]
        let target: [UInt8]
    }

    /// Writes a batch of objects, and returns when all of them are on the disk under their names.
    ///
    /// All content is handed to the system before any of it is waited for, and each folder is synchronised once.
    func write(_ batch: ArraySlice<StoredObject>) throws(Failure) {
        for object in batch {
            guard object.bytes.count <= DirectoryLimits.objectBytes else {
                throw Failure(.tooLarge, "object \(object.cid) is longer than \(DirectoryLimits.objectBytes) bytes")
            }
            if ObjectCID.cid(of: object.bytes) == object.cid { continue }
            throw Failure(.integrity, "object \(object.cid) on its way to \(path.shown) is not what its name says")
        }
        var shards: Set<[UInt8]> = []
        var missing: [CID: (bytes: [UInt8], target: [UInt8])] = [:]
        for object in batch {
            let (target, shard) = try place(of: object.cid)
            shards.insert(shard)
            // Compared, not only found: putting an object again mends a damaged one.
            if let there = try? Files.readWhole(target, limit: object.bytes.count), there == object.bytes { continue }
            missing[object.cid] = (object.bytes, target)
        }
        var staged: [Staged] = []
        do throws(Failure) {
            try reporting { () throws(SystemCallFailure) in
                for (bytes, target) in missing.values { staged.append(try stage(bytes, as: target)) }
                try complete(staged, in: shards)
            }
        } catch {
            // Those that have their names by now are not under these any more.
            for one in staged { try? Files.remove(one.scratch) }
            throw error
        }
    }

    private func complete(_ staged: [Staged], in shards: Set<[UInt8]>) throws(SystemCallFailure) {
        for one in staged { try one.file.synchronize() }
        for shard in shards { try Files.makeDirectory(shard) }
        for one in staged { try Files.rename(one.scratch, to: one.target) }
        // Also for what was there already: whoever put it may not have come this far yet.
        for shard in shards { try synchronize(shard) }
        try synchronize(objects)
    }

    private func stage(_ bytes: [UInt8], as target: [UInt8]) throws(SystemCallFailure) -> Staged {
        let scratch = Files.join(
            incoming, Files.split(target).last + Array(".\(UInt64.random(in: .min ... .max))".utf8))
        let flags = O_WRONLY | O_CREAT | O_EXCL | cl_o_nofollow()
        let file = try FileDescriptor(opening: scratch, flags: flags)
        do throws(SystemCallFailure) {
            try file.write(bytes)
        } catch {
            try? Files.remove(scratch)
            throw error
        }
        return Staged(file: file, scratch: scratch, target: target)
    }

    /// The whole object, compared with its CID; nil when there is no file for it.
    func read(_ cid: CID) throws(Failure) -> [UInt8]? {
        let place = try place(of: cid).file
        let found = try unlessMissing { () throws(SystemCallFailure) in
            let file = try FileDescriptor(reading: place)
            // What is longer than any object is cut here, and then not what its name says.
            return try file.read(Int(clamping: min(try file.size, UInt64(DirectoryLimits.objectBytes) + 1)))
        }
        guard let bytes = found else { return nil }
        guard ObjectCID.cid(of: bytes) == cid else {
            throw Failure(
                .integrity, "object \(cid) in \(path.shown) is not what its name says",
                advice: "nothing of it was used; restore it from a copy")
        }
        return bytes
    }

    /// A part of an object, which cannot be compared with the CID; nil when there is no file for it.
    func read(_ cid: CID, _ range: Range<Int>) throws(Failure) -> [UInt8]? {
        let path = try place(of: cid).file
        return try unlessMissing { () throws(SystemCallFailure) in
            let file = try FileDescriptor(reading: path)
            let part = range.clamped(to: 0..<Int(clamping: try file.size))
            return try file.read(part.count, at: UInt64(part.lowerBound))
        }
    }

    /// Whether there is a file for the object; a CID that no object can have has none.
    func contains(_ cid: CID) throws(Failure) -> Bool {
        guard let file = try? place(of: cid).file else { return false }
        return try unlessMissing { () throws(SystemCallFailure) in _ = try Files.modificationTime(of: file) } != nil
    }

    func remove(_ cids: [CID]) throws(Failure) {
        var shards: Set<[UInt8]> = []
        for cid in cids {
            let (file, shard) = try place(of: cid)
            if try unlessMissing({ () throws(SystemCallFailure) in try Files.remove(file) }) != nil {
                shards.insert(shard)
            }
        }
        try reporting { () throws(SystemCallFailure) in
            for shard in shards { try synchronize(shard) }
        }
    }

    /// What `body` gives, or nil when the file it is about is missing; whoever says so to others calls `check` first.
    func unlessMissing<Value>(_ body: () throws(SystemCallFailure) -> Value) throws(Failure) -> Value? {
        try reporting { () throws(SystemCallFailure) in
            do throws(SystemCallFailure) {
                return try body()
            } catch {
                if error.errno == .noEntry { return nil }
                throw error
            }
        }
    }
}
