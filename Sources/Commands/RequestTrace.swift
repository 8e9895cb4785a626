internal import Core
internal import Mounting

/// The mount's requests in the trace ring, for SIGQUIT to write down.
final class RequestTrace: MountTrace {
    private let ring: TraceRing

    init() {
        ring = TraceRing(area: "FUSE", operations: RequestKind.allCases.map(Self.operation))
    }

    private static func operation(_ kind: RequestKind) -> TraceOperation { operations[kind.place] }

    private static let operations = RequestKind.allCases.map { kind in
        TraceOperation(UInt8(kind.place), kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst())
    }

    func enter(_ request: TracedRequest) -> TraceToken {
        let detail = TraceDetail(
            node: request.node, handle: request.handle, offset: request.offset, length: UInt64(request.length))
        return ring.enter(Self.operation(request.kind), detail)
    }

    func exit(_ token: TraceToken, _ kind: RequestKind, _ errno: Errno?) { ring.exit(token, errno: errno) }

    func dump() -> [String] {
        let snapshot = ring.snapshot()
        return snapshot.stallReport + snapshot.lines
    }
}
