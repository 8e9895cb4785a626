package import Core
internal import FileSystem
package import Vaults
package import Volumes

/// A vault's tie to its remote, and the background work on it where there is any.
package struct AttachedRemote: Sendable {
    package let link: RemoteLink
    /// Nil in a process that ends soon: it publishes when it is asked to.
    package let publisher: Publisher?

    package init(link: RemoteLink, publisher: Publisher? = nil) {
        self.link = link
        self.publisher = publisher
    }

    /// From memory.
    var status: RemoteStatus {
        let activity = link.activity
        return RemoteStatus(
            name: link.remoteName, address: link.remoteAddress, state: state(activity),
            oldestPending: publisher?.oldestChange, lastPublished: link.lastPublished,
            sentBytes: activity.sending?.sentBytes, totalBytes: activity.sending?.totalBytes,
            problem: activity.failure.map { "\($0)" }, advice: activity.failure?.advice, diverged: activity.diverged)
    }

    private func state(_ activity: RemoteActivity) -> RemoteStatus.State {
        if activity.sending != nil { return .sending }
        if let failure = activity.failure { return failure.code.row.retry == .later ? .retrying : .blocked }
        return link.hasWork || publisher?.isIdle == false ? .pending : .published
    }
}

extension LocalAccess: TreeHost {
    package func takeIn(
        isUnchanged: (FileID) throws(Failure) -> Bool, _ change: () throws(Failure) -> Void
    ) throws(Failure) {
        let changed = try session.renew(isUnchanged: isUnchanged, change)
        guard let notices else { return }
        notices.allEntries()
        for node in changed { notices.content(of: node) }
    }
}

extension LocalAccess {
    private func attached() throws(Failure) -> AttachedRemote {
        if let remote { return remote }
        throw Failure(
            .notFound, "this vault has no remote", advice: "attach one with: cbstore remote add NAME URL")
    }

    package func publish(within limit: Duration, _ progress: (SendProgress) -> Void) throws(Failure) {
        let remote = try attached()
        try flush()
        guard let publisher = remote.publisher else { return try publishHere(remote.link, limit, progress) }
        if publisher.publishAll(within: limit) { return }
        throw remote.link.activity.failure
            ?? Failure(
                .timedOut, "not everything is published yet",
                advice: "it goes on in the background; 'cbstore status' tells how far it is")
    }

    /// A process that publishes only now gives up when the time is over; what was sent stays sent.
    private func publishHere(
        _ link: RemoteLink, _ limit: Duration, _ progress: (SendProgress) -> Void
    ) throws(Failure) {
        let alarm = SystemTime().schedule(after: limit) { link.stop() }
        defer { alarm.cancel() }
        do throws(Failure) {
            try link.publish(progress)
        } catch {
            guard error.code == .interrupted else { throw error }
            throw Failure(
                .timedOut, "not everything was published in time",
                advice: "what was sent is not sent again; go on with: cbstore flush --wait")
        }
    }

    package func synchronize(within limit: Duration) throws(Failure) -> SyncReport {
        let remote = try attached()
        try flush()
        var report = SyncReport(isPublished: false)
        switch try remote.link.look() {
        case .nothingNew: break
        case .tookIn(let device): report.tookIn = device
        case .diverged(let devices): report.diverged = devices
        }
        try publish(within: limit) { _ in }
        report.isPublished = !remote.link.hasWork
        return report
    }
}
