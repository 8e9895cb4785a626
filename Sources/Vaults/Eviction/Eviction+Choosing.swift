internal import Core
internal import LocalStore
internal import Sealing
internal import Synchronization

/// What goes: the chunks that were stored longest ago and not read since, of those that the remote gives back.
///
/// The hand of a clock goes over the chunks in the order in which they were stored. One that was read since it last
/// came by is spared once; one that is read again from the remote is stored anew, at the end.
extension Eviction {
    private struct Candidate {
        let digest: Digest
        let length: Int
    }

    func evict() throws(Failure) {
        // The first pass may find everything used; it takes the marks away.
        for _ in 0..<2 {
            guard contentBytes > lowMark else { return }
            var rest = try candidates()[...]
            while contentBytes > lowMark, !rest.isEmpty {
                var batch: [Candidate] = []
                var bytes = 0
                while let next = rest.first, bytes < Limits.Remote.windowBytes {
                    batch.append(rest.removeFirst())
                    bytes += next.length
                }
                try evict(batch)
                releaseWaiters()
                if state.withLock({ $0.isStopped }) { return }
            }
        }
    }

    private func evict(_ batch: [Candidate]) throws(Failure) {
        let known = state.withLock { $0.proven }
        let unproven = batch.map(\.digest).filter { !known.contains($0) }
        let proven = try link.readBack(unproven)
        state.withLock { Self.enter(proven, &$0) }
        for candidate in batch where known.contains(candidate.digest) || proven.contains(candidate.digest) {
            let isGone = try volume.chunkUse.leave(candidate.digest) { () throws(Failure) in
                try volume.objects.store.remove(candidate.digest)
            }
            if isGone { state.withLock { $0.contentBytes -= min($0.contentBytes, UInt64(candidate.length)) } }
        }
    }

    /// What may go, oldest first, as much as has to; costs a look at every object's entry.
    private func candidates() throws(Failure) -> [Candidate] {
        let inUse = chunksInOverlays()
        let inventory = try link.inventory
        let wanted = contentBytes - min(contentBytes, lowMark)
        var found: [Candidate] = []
        var (foundBytes, unpublishedBytes): (UInt64, UInt64) = (0, 0)
        var group: [Candidate] = []
        func judge() {
            let published = inventory.published(group.map(\.digest))
            for candidate in group {
                guard published.contains(candidate.digest) else {
                    unpublishedBytes += UInt64(candidate.length)
                    continue
                }
                if foundBytes >= wanted || inUse.contains(candidate.digest) || recency.take(candidate.digest) {
                    continue
                }
                found.append(candidate)
                foundBytes += UInt64(candidate.length)
            }
            group = []
        }
        try volume.objects.store.forEachObject { entry in
            guard entry.isChunk else { return }
            group.append(Candidate(digest: entry.digest, length: entry.length))
            if group.count == Limits.Remote.tableEntries { judge() }
        }
        judge()
        let unpublished = unpublishedBytes
        state.withLock { $0.unpublishedBytes = unpublished }
        return found
    }

    /// Chunks of files that have changed since the last commit: the next one may have to read them, and must not need
    /// the remote for it.
    private func chunksInOverlays() -> Set<Digest> {
        let working = volume.state.withLock { $0.working }
        var digests: Set<Digest> = []
        for overlay in [working.active, working.frozen ?? Overlay()] {
            for case let content? in overlay.files.values.map(\.content) {
                for case .chunk(let reference, _) in content.extents.map(\.source) { digests.insert(reference.digest) }
            }
        }
        return digests
    }
}

extension ObjectEntry {
    var isChunk: Bool { kind == ObjectKind.chunk.rawValue }
}
