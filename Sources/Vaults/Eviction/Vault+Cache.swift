package import Core
internal import LocalStore
internal import Synchronization

extension Vault {
    /// Holds the chunks in the store below `limit` from now on, in favour of the remote that `link` leads to; until the
    /// vault is closed. Whoever serves it starts the background thread.
    package func limitCache(to limit: ByteCount, _ link: RemoteLink) throws(Failure) -> Eviction {
        let eviction = try Eviction(limit: limit, link: link, volume: volume, time: time)
        volume.objects.cache.withLock { $0 = eviction }
        link.publicationObserver.withLock { $0 = { [weak eviction] in eviction?.notePublished() } }
        return eviction
    }

    /// Why the store takes less than all, or nothing: for people to read.
    func troublesOfDisk() -> [String] {
        let store = volume.objects.store
        return [
            store.contentRefusal.map { "no content is taken: \($0.message)" },
            store.journalTrouble.map { "changes wait in memory, as the disk does not take them: \($0)" },
        ].compactMap(\.self)
    }
}
