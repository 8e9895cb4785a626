import Core
import Synchronization
import Transport

/// An HTTP service that answers as a test says, and remembers what it was asked.
final class ScriptedService: HTTPService {
    typealias Answer = @Sendable (HTTPCall) async throws(Failure) -> HTTPResponse

    private struct State {
        var calls: [HTTPCall] = []
        var answer: Answer
    }

    private let state: Mutex<State>

    init(_ answer: @escaping Answer) { state = Mutex(State(answer: answer)) }

    /// The same answer to everything.
    convenience init(_ status: Int, _ body: String, headers: HeaderFields = [:]) {
        self.init { _ in HTTPResponse(status: status, headers: headers, body: Array(body.utf8)) }
    }

    var calls: [HTTPCall] { state.withLock { $0.calls } }

    func answer(_ answer: @escaping Answer) { state.withLock { $0.answer = answer } }

    func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        let answer = state.withLock { state in
            state.calls.append(call)
            return state.answer
        }
        return try await answer(call)
    }
}

extension HTTPResponse {
    static func json(_ status: Int, _ body: JSON) -> HTTPResponse { HTTPResponse(status: status, body: body.bytes()) }
}

extension HTTPCall {
    var json: JSON? { request.body.flatMap { try? JSON(parsing: $0) } }
    var bearer: String? {
        guard let value = request.headers["Authorization"], value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst(7))
    }
}

/// How many were inside at once.
final class Peak: Sendable {
    private let state = Mutex((inside: 0, peak: 0))

    func enter() {
        state.withLock { state in
            state.inside += 1
            state.peak = max(state.peak, state.inside)
        }
    }

    func leave() { state.withLock { $0.inside -= 1 } }
    var peak: Int { state.withLock { $0.peak } }
}
