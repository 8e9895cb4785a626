package import Core

/// How far a vault's changes have come on their way to its remote.
package struct RemoteStatus: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        /// Everything is there and published.
        case published
        /// Something waits for its turn.
        case pending
        /// Something is on its way.
        case sending
        /// The newest try failed; it is tried again by itself.
        case retrying
        /// The newest try failed, and somebody has to do something.
        case blocked
    }

    package var name: String
    package var address: String
    package var state: State
    /// How long the oldest change that is not published has waited, as far as the holder knows.
    package var oldestPending: Duration?
    package var lastPublished: Timestamp?
    /// Bytes that have been sent and that are to be sent, while something is on its way.
    package var sentBytes: UInt64?
    package var totalBytes: UInt64?
    /// Why the newest try failed, and what to do.
    package var problem: String?
    package var advice: String?
    /// Devices whose changes stand beside ours and are not in this tree.
    package var diverged: [String]

    package init(
        name: String, address: String, state: State, oldestPending: Duration? = nil, lastPublished: Timestamp? = nil,
        sentBytes: UInt64? = nil, totalBytes: UInt64? = nil, problem: String? = nil, advice: String? = nil,
        diverged: [String] = []
    ) {
        self.name = name
        self.address = address
        self.state = state
        self.oldestPending = oldestPending
        self.lastPublished = lastPublished
        self.sentBytes = sentBytes
        self.totalBytes = totalBytes
        self.problem = problem
        self.advice = advice
        self.diverged = diverged
    }
}

extension RemoteStatus {
    package var json: JSON {
        [
            "name": JSON(name), "address": JSON(address), "state": JSON(state.rawValue),
            "oldest_pending_ms": oldestPending.map { JSON(max(0, $0.nanoseconds) / 1_000_000) } ?? .null,
            "last_published": lastPublished?.json ?? .null, "sent_bytes": sentBytes.map { JSON($0) } ?? .null,
            "total_bytes": totalBytes.map { JSON($0) } ?? .null, "problem": JSON(problem), "advice": JSON(advice),
            "diverged": .array(diverged.map { JSON($0) }),
        ]
    }

    package init?(json: JSON) {
        guard let name = json["name"]?.text, let address = json["address"]?.text,
            let state = json["state"]?.text.flatMap(State.init(rawValue:)), let diverged = json["diverged"]?.elements
        else { return nil }
        self.init(
            name: name, address: address, state: state,
            oldestPending: json.number("oldest_pending_ms", Int64.self).map { .milliseconds($0) },
            lastPublished: json["last_published"].flatMap(Timestamp.init(json:)),
            sentBytes: json.number("sent_bytes", UInt64.self), totalBytes: json.number("total_bytes", UInt64.self),
            problem: json["problem"]?.text, advice: json["advice"]?.text, diverged: diverged.compactMap(\.text))
    }
}

/// What a synchronisation did.
package struct SyncReport: Sendable, Equatable {
    /// Whose tree was taken in.
    package var tookIn: String?
    /// Devices whose changes stand beside ours.
    package var diverged: [String]
    /// Whether everything here is published.
    package var isPublished: Bool

    package init(tookIn: String? = nil, diverged: [String] = [], isPublished: Bool) {
        self.tookIn = tookIn
        self.diverged = diverged
        self.isPublished = isPublished
    }

    package var json: JSON {
        [
            "took_in": JSON(tookIn), "diverged": .array(diverged.map { JSON($0) }),
            "published": JSON(isPublished),
        ]
    }

    package init?(json: JSON) {
        guard let isPublished = json["published"]?.boolean, let diverged = json["diverged"]?.elements else {
            return nil
        }
        self.init(tookIn: json["took_in"]?.text, diverged: diverged.compactMap(\.text), isPublished: isPublished)
    }
}
