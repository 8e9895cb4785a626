package import Core

/// Who waits for an answer: each lane has a queue and connections of its own, so that neither starves the other.
package enum Lane: String, Sendable, CaseIterable {
    /// Somebody, or a read, waits for it: names, tokens, content on demand.
    case interactive
    /// Background work: uploads, prefetching.
    case bulk
}

/// A request with all that decides how it is carried out.
package struct HTTPCall: Sendable {
    package var request: HTTPRequest
    /// Method and path pattern, as in `GET /ipfs/:cid`: what limits, counters and traces go by. Holds no secret.
    package var route: String
    package var lane: Lane
    /// The most that the whole call may take: queueing, waiting for a turn, tries and pauses included.
    package var deadline: Duration
    /// Whether sending it twice does no harm; only such calls are tried again.
    package var mayRepeat: Bool

    package init(
        _ request: HTTPRequest, route: String, lane: Lane = .interactive, deadline: Duration = .seconds(120),
        mayRepeat: Bool = true
    ) {
        self.request = request
        self.route = route
        self.lane = lane
        self.deadline = deadline
        self.mayRepeat = mayRepeat
    }
}

/// Carries out HTTP calls: the client itself, and the layers in front of it that retry, hold back, count and trace.
///
/// Every service MUST keep these promises:
/// - A call ends by its deadline, with an answer or with a failure, whatever the server does.
/// - Whatever status the server answers is an answer; only what prevents one is thrown (`.network`, `.timedOut`,
///   `.busy` when the lane's queue is full, `.interrupted` when the task was cancelled).
/// - Cancelling the task ends the call at once.
package protocol HTTPService: Sendable {
    func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse
}
