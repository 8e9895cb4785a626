package import Core

/// What goes back to the client.
package struct ServerReply: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        case stream(ReplyStream)
    }

    package var status: Int
    package var headers: HeaderFields
    package var body: Body

    package init(status: Int = 200, headers: HeaderFields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON document, with a newline behind it.
    package static func json(_ value: JSON, status: Int = 200) -> ServerReply {
        ServerReply(
            status: status, headers: ["Content-Type": "application/json"], body: .bytes(value.bytes() + [0x0a]))
    }

    /// A failure with the status of its row in the table; `status` for the few that the table cannot tell apart.
    package static func failure(_ failure: Failure, status: Int? = nil) -> ServerReply {
        .json(failure.json, status: status ?? failure.code.row.httpStatus)
    }
}

/// A body that is pulled piece by piece while it is sent.
///
/// One thread pulls at a time. A failure on the way breaks the connection, so that nobody takes half a body for a
/// whole one; a client that asked for trailers (`TE: trailers`) and gets a body of unknown length is told which.
package final class ReplyStream: Sendable {
    /// Nil: not known, sent in chunks.
    package let length: UInt64?
    package let next: @Sendable () throws(Failure) -> ArraySlice<UInt8>
    let trailers: @Sendable () -> HeaderFields
    private let abandonSource: @Sendable () -> Void

    /// `next` gives pieces and at the end an empty one; then `trailers` is asked, for a body of unknown length.
    /// `abandon` is called once or more when nobody will pull again, perhaps while `next` waits on another thread.
    package init(
        length: UInt64?, trailers: @escaping @Sendable () -> HeaderFields = { [:] },
        abandon: @escaping @Sendable () -> Void = {},
        next: @escaping @Sendable () throws(Failure) -> ArraySlice<UInt8>
    ) {
        self.length = length
        self.next = next
        self.trailers = trailers
        self.abandonSource = abandon
    }

    func abandon() { abandonSource() }
}

extension ReplyStream {
    /// The trailer that carries the failure of a body that broke off.
    package static let failureTrailer = "Cbstore-Failure"

    /// A body of unknown length that `produce` pushes from a thread of its own.
    ///
    /// Returns at the first piece or at the end. What `produce` throws before its first piece is thrown here, and so
    /// becomes an ordinary error reply. What it returns goes behind the body as trailers.
    package static func pushed(
        _ produce:
            @escaping @Sendable (
                _ sink: (ArraySlice<UInt8>) throws(Failure) -> Void
            ) throws(Failure) -> HeaderFields
    ) throws(Failure) -> ReplyStream {
        let pipe = BytePipe(capacity: ServerLimits.pipeBytes)
        let trailers = Gate<HeaderFields>([:])
        Threads.start("reply") {
            do throws(Failure) {
                let fields = try produce { (piece) throws(Failure) in
                    guard pipe.write(piece) else { throw Failure(.interrupted, "the client left") }
                }
                trailers.withLock { $0 = fields }
                pipe.finish()
            } catch {
                pipe.fail(error)
            }
        }
        do throws(Failure) {
            try pipe.waitForFirst()
        } catch {
            pipe.abandon()
            throw error
        }
        return ReplyStream(
            length: nil, trailers: { trailers.withLock { $0 } }, abandon: { pipe.abandon() },
            next: { () throws(Failure) in try pipe.read() })
    }
}
