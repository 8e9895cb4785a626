internal import Core
internal import Mounting
internal import Synchronization

/// Counts the requests of each kind that came and those that were answered.
final class CountingTrace: MountTrace {
    private struct State {
        var lastToken: UInt64 = 0
        var open: [UInt64: RequestKind] = [:]
        var mistakes = 0
    }

    private let state = Mutex(State())

    func enter(_ request: TracedRequest) -> TraceToken {
        state.withLock { state in
            state.lastToken += 1
            state.open[state.lastToken] = request.kind
            return TraceToken(id: state.lastToken)
        }
    }

    func exit(_ token: TraceToken, _ kind: RequestKind, _ errno: Errno?) {
        state.withLock { state in
            if state.open.removeValue(forKey: token.id) != kind { state.mistakes += 1 }
        }
    }

    func dump() -> [String] {
        let (total, open, mistakes) = state.withLock { ($0.lastToken, $0.open.count, $0.mistakes) }
        return ["trace: \(total > 100 ? "many" : "few") entered, \(open) open, \(mistakes) mistakes"]
    }
}
