/// A value that is made when somebody first asks for it; who comes meanwhile waits, and a failure is tried again.
///
/// For threads of our own only, as asking may block.
package final class FirstUse<Value: Sendable>: Sendable {
    private enum State {
        case idle
        case making
        case made(Value)
    }

    private let state = Gate(State.idle)
    private let make: @Sendable () throws(Failure) -> Value

    package init(_ make: @escaping @Sendable () throws(Failure) -> Value) { self.make = make }

    package var value: Value {
        get throws(Failure) {
            let known = state.wait { state -> Gate<State>.Verdict<Value?> in
                switch state {
                case .made(let value): return .done(value)
                case .making: return .wait(until: nil)
                case .idle:
                    state = .making
                    return .done(nil)
                }
            }
            if let known { return known }
            do throws(Failure) {
                let value = try make()
                end(.made(value))
                return value
            } catch {
                end(.idle)
                throw error
            }
        }
    }

    private func end(_ end: State) {
        state.withLock { $0 = end }
        state.wakeAll()
    }
}
