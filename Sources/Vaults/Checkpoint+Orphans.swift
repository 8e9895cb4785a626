internal import Core
internal import Sealing
internal import Trees
internal import Volumes

// A checkpoint has room for some thousands of files; an object has room for all that anybody can hold open.
extension Checkpoint {
    /// Leaves as many orphans as the checkpoint lists itself, and puts the others into an object.
    mutating func spillOrphans(into objects: SealedObjects) throws(Failure) {
        guard orphans.count > Limits.Content.listedOrphans else { return }
        let sorted = orphans.sorted()
        let (listed, others) = (sorted[..<Limits.Content.listedOrphans], sorted[Limits.Content.listedOrphans...])
        moreOrphans = try objects.put(others.flatMap(RecordKey.encode), as: .chunk).bytes
        orphans = Set(listed)
    }

    /// Brings back what `spillOrphans` put aside.
    mutating func gatherOrphans(from objects: SealedObjects) throws(Failure) {
        guard let link = moreOrphans else { return }
        do {
            let content = try objects.content(of: try ObjectReference(bytes: link), as: .chunk)
            var rest = content[...]
            while !rest.isEmpty {
                guard let file = RecordKey.decodeFileID(rest.prefix(FileID.length)) else {
                    throw MalformedBytes("a file id is not one")
                }
                orphans.insert(file)
                rest = rest.dropFirst(FileID.length)
            }
        } catch let error as MalformedBytes {
            throw Failure(.damaged, "the list of open files without a name cannot be read", cause: error)
        } catch {
            throw Failure.wrapping(error)
        }
        moreOrphans = nil
    }
}
