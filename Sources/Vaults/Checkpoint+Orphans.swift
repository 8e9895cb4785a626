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

    /// Brings back what `spillOrphans` put aside; a note when it cannot be read. Then those files stay where nobody sees
    /// them, which is no reason to keep anybody from all others.
    mutating func gatherOrphans(from objects: SealedObjects) -> String? {
        guard let link = moreOrphans else { return nil }
        moreOrphans = nil
        do {
            let content = try objects.content(of: try ObjectReference(bytes: link), as: .chunk)
            var (rest, others) = (content[...], Set<FileID>())
            while !rest.isEmpty {
                guard let file = RecordKey.decodeFileID(rest.prefix(FileID.length)) else {
                    throw MalformedBytes("a file id is not one")
                }
                others.insert(file)
                rest = rest.dropFirst(FileID.length)
            }
            orphans.formUnion(others)
            return nil
        } catch {
            return "the list of files that were open without a name cannot be read, and they stay: \(error)"
        }
    }
}
