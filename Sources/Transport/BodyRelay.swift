internal import Core
internal import Synchronization

/// Carries streamed bodies between the client's thread and the task that sends or takes them.
///
/// The thread never waits: where there is nothing to send or no room, the transfer is paused, and the task resumes it.
final class BodyRelay: Sendable {
    struct Upload: Sendable {
        let length: UInt64?
    }

    /// What the task does next.
    enum Step {
        case bringMore
        case deliver([UInt8])
        case leave
    }

    private struct State {
        var unsent: ArraySlice<UInt8> = []
        var isUploadWanted = false
        var isUploadOver = false
        var held: [[UInt8]] = []
        var heldBytes = 0
        var isReceivingPaused = false
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }

    let upload: Upload?
    let takesDownload: Bool
    private let state = Mutex(State())

    init(upload: Upload?, takesDownload: Bool) {
        self.upload = upload
        self.takesDownload = takesDownload
    }

    /// For the client's thread: whether the transfer stands still because of this side.
    var isHolding: Bool { state.withLock { $0.isReceivingPaused || ($0.isUploadWanted && $0.unsent.isEmpty) } }

    /// For the client's thread; false when there is no room: libcurl keeps the piece and offers it again.
    func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        let bytes = unsafe [UInt8](piece)
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard state.heldBytes < RelayLimits.heldBytes else {
                state.isReceivingPaused = true
                return (false, nil)
            }
            state.held.append(bytes)
            state.heldBytes += bytes.count
            return (true, state.takeWaiter())
        }
        waiter?.resume()
        return isTaken
    }

    /// For the client's thread: fills `buffer` or asks the task for more.
    func give(_ buffer: UnsafeMutableRawBufferPointer) -> BodyMove {
        let (bytes, isOver, waiter) = state.withLock {
            state -> (ArraySlice<UInt8>, Bool, CheckedContinuation<Void, Never>?) in
            let bytes = state.unsent.prefix(buffer.count)
            state.unsent = state.unsent.dropFirst(bytes.count)
            if state.isUploadOver || !state.unsent.isEmpty { return (bytes, state.isUploadOver, nil) }
            state.isUploadWanted = true
            return (bytes, false, state.takeWaiter())
        }
        waiter?.resume()
        if bytes.isEmpty { return isOver ? .bytes(0) : .pause }
        unsafe buffer.copyBytes(from: bytes)
        return .bytes(bytes.count)
    }

    /// The transfer is complete; the task still delivers what is held.
    func finish() { end { $0.isOver = true } }

    /// Nobody wants anything of it any more.
    func abandon() {
        end {
            $0.isOver = true
            $0.held = []
            $0.heldBytes = 0
        }
    }

    private func end(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Waits for something to do; for one task.
    func step() async -> Step {
        while true {
            if let step = state.withLock({ Self.nextStep(&$0) }) { return step }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isOver || !state.held.isEmpty || state.isUploadWanted { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private static func nextStep(_ state: inout State) -> Step? {
        if !state.held.isEmpty {
            let piece = state.held.removeFirst()
            return .deliver(piece)
        }
        if state.isOver { return .leave }
        return state.isUploadWanted ? .bringMore : nil
    }

    /// An empty piece is the end.
    func supply(_ piece: ArraySlice<UInt8>) {
        state.withLock { state in
            state.isUploadWanted = false
            if piece.isEmpty { state.isUploadOver = true } else { state.unsent = piece }
        }
    }

    /// A piece was taken; true when the transfer waits for the room.
    func delivered(_ count: Int) -> Bool {
        state.withLock { state in
            state.heldBytes -= min(count, state.heldBytes)
            defer { state.isReceivingPaused = false }
            return state.isReceivingPaused
        }
    }
}
