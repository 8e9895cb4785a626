internal import Core

/// What an `HTTPClient` carries at once.
package struct ClientLimits: Sendable, Equatable {
    package struct Share: Sendable, Equatable {
        /// Transfers, and so connections, at once.
        package var transfers: Int
        /// Of these, to one scheme, host and port: a server that answers nothing cannot hold them all.
        package var transfersPerOrigin: Int
        /// Calls that wait for a transfer; one more is `.busy` at once.
        package var waiting: Int

        package init(transfers: Int, transfersPerOrigin: Int, waiting: Int) {
            self.transfers = transfers
            self.transfersPerOrigin = transfersPerOrigin
            self.waiting = waiting
        }
    }

    package var interactive: Share
    package var bulk: Share

    /// Interactive: at 10 calls/s for each route and 0.5 s for a call, one server needs 5 connections for a route; 8 of
    /// 16 leave as many to others. 256 waiting calls are 32 for each of those 8: 16 s, well within a deadline of 120 s.
    /// Bulk: 4 uploads fill any line that one does not; 64 waiting calls hold at most 64 bodies that their callers
    /// hold anyway.
    package init(
        interactive: Share = Share(transfers: 16, transfersPerOrigin: 8, waiting: 256),
        bulk: Share = Share(transfers: 8, transfersPerOrigin: 4, waiting: 64)
    ) {
        self.interactive = interactive
        self.bulk = bulk
    }

    func share(_ lane: Lane) -> Share {
        switch lane {
        case .interactive: interactive
        case .bulk: bulk
        }
    }

    var transfers: Int { interactive.transfers + bulk.transfers }
}

/// How much of a streamed body is held for a task that is slower than the network.
enum RelayLimits {
    /// Two of libcurl's buffers of 256 KiB: one is worked on while the next arrives. One more may lie behind them.
    static let heldBytes = 512 << 10
    /// The client looks again after this long without anything to do; nothing depends on it.
    static let idleLook: Duration = .seconds(3600)
}
