package import Core

/// How long an exchange may take.
package struct TransferLimits: Sendable, Equatable {
    /// Until the connection stands.
    package var connect: Duration
    /// From first to last byte; nil for bodies of any size.
    package var total: Duration?
    /// Without a byte moved in either direction; time spent in the caller's closures does not count.
    package var stall: Duration?

    package init(connect: Duration = .seconds(10), total: Duration? = .seconds(120), stall: Duration? = .seconds(60)) {
        self.connect = connect
        self.total = total
        self.stall = stall
    }

    /// For bodies of any size: only a peer that stands still is given up.
    package static func streaming(stall: Duration = .seconds(120)) -> TransferLimits {
        TransferLimits(total: nil, stall: stall)
    }
}

/// What to ask of a server.
package struct HTTPRequest: Sendable, Equatable {
    package var method: String
    /// Absolute, `http` or `https`; over a unix socket only path and query count.
    package var url: String
    package var headers: HeaderFields
    /// The whole body; a body sent piece by piece goes to `upload` instead.
    package var body: [UInt8]?
    package var limits: TransferLimits
    /// The most bytes of an answer that are kept in memory; a longer one is a failure.
    package var answerLimit: Int

    package init(
        _ method: String, _ url: String, headers: HeaderFields = [:], body: [UInt8]? = nil,
        limits: TransferLimits = TransferLimits(), answerLimit: Int = 16 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.answerLimit = answerLimit
    }
}

/// What a server answered, whatever its status.
package struct HTTPResponse: Sendable, Equatable {
    package var status: Int
    package var headers: HeaderFields
    /// The body, unless it was handed on piece by piece.
    package var body: [UInt8]
    /// The fields behind a chunked body.
    package var trailers: HeaderFields

    package init(status: Int, headers: HeaderFields = [:], body: [UInt8] = [], trailers: HeaderFields = [:]) {
        self.status = status
        self.headers = headers
        self.body = body
        self.trailers = trailers
    }

    package var isSuccess: Bool { (200..<300).contains(status) }
}
