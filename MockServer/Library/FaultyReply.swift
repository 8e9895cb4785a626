internal import Core
internal import HTTPServing

extension FaultRule {
    /// The reply with what the rule does to its body.
    func spoil(_ reply: ServerReply, _ request: ServerRequest, _ pauses: Pauses, _ ticket: Pauses.Ticket) -> ServerReply
    {
        var reply = reply
        let source = reply.body.source
        let total = source.length ?? 0
        // Behind the last byte nothing could happen any more.
        let last = Int(clamping: max(1, total) - 1)
        let position = kind == .resetAfterHeaders ? 0 : min(offset ?? Int(clamping: total / 2), last)
        switch kind {
        case .status, .expireToken, .delay, .reset: return reply
        case .resetAfterHeaders, .resetMidBody:
            // A body is announced in any case: it is the one that does not come.
            reply.body = SplitBody(source, at: position).stream(max(1, total)) { () throws(Failure) in
                request.resetConnection()
                throw Failure(.interrupted, "reset by a fault rule")
            }
        case .truncate:
            reply.body = SplitBody(source, at: position).stream(max(1, total)) { () throws(Failure) in
                throw Failure(.interrupted, "cut short by a fault rule")
            }
        case .stallMidBody(let duration):
            reply.body = SplitBody(source, at: position).stream(total) { () throws(Failure) in
                if pauses.wait(duration, ticket) == .broken { throw Failure(.interrupted, "cut off") }
            }
        case .flip:
            reply.body = SplitBody(source, at: position, flips: true).stream(total) { () throws(Failure) in }
        }
        return reply
    }
}

extension ServerReply.Body {
    /// The body as a stream, whatever it is.
    fileprivate var source: ReplyStream {
        switch self {
        case .stream(let stream): return stream
        case .bytes(let bytes):
            let rest = Gate(bytes[...])
            return ReplyStream(length: UInt64(bytes.count)) { () throws(Failure) in
                rest.withLock { rest in
                    defer { rest = [] }
                    return rest
                }
            }
        }
    }
}

/// A body at one place of which something happens.
private final class SplitBody: Sendable {
    private struct State {
        var sent = 0
        var held: ArraySlice<UInt8> = []
        var hasHappened = false
    }

    private let source: ReplyStream
    private let place: Int
    private let flips: Bool
    private let state = Gate(State())

    init(_ source: ReplyStream, at place: Int, flips: Bool = false) {
        self.source = source
        self.place = place
        self.flips = flips
    }

    func stream(_ length: UInt64, _ event: @escaping @Sendable () throws(Failure) -> Void) -> ServerReply.Body {
        .stream(
            ReplyStream(length: length) { () throws(Failure) in
                try self.next(event)
            })
    }

    // One thread pulls at a time; the gate is there for the type, and held for no call out.
    private func next(_ event: () throws(Failure) -> Void) throws(Failure) -> ArraySlice<UInt8> {
        if state.withLock({ $0.sent == place && !$0.hasHappened }) {
            state.withLock { $0.hasHappened = true }
            try event()
        }
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        let piece = held.isEmpty ? try source.next() : held
        return state.withLock { state in
            let isBefore = state.sent < place
            let taken = isBefore ? piece.prefix(place - state.sent) : piece
            state.held = piece.dropFirst(taken.count)
            let flipped = flips && state.sent == place && !taken.isEmpty
            state.sent += taken.count
            guard flipped else { return taken }
            var bytes = Array(taken)
            bytes[0] ^= 1
            return bytes[...]
        }
    }
}
