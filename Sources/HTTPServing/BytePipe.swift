package import Core

/// A bounded pipe between two threads: one writes pieces, the other reads them.
///
/// Pieces pass by reference. The writer waits while `capacity` bytes are unread, the reader while there are none.
package final class BytePipe: Sendable {
    private enum Ending {
        case finished
        case failed(Failure)
    }

    private struct State {
        var pieces: [ArraySlice<UInt8>] = []
        var first = 0
        var bytes = 0
        var ending: Ending?
        var readerHasLeft = false
        var isWriterWaiting = false
        var isReaderWaiting = false

        mutating func takeFirst() -> ArraySlice<UInt8>? {
            guard first < pieces.count else { return nil }
            let piece = pieces[first]
            pieces[first] = []
            first += 1
            if first == pieces.count {
                pieces.removeAll(keepingCapacity: true)
                first = 0
            }
            bytes -= piece.count
            return piece
        }
    }

    private let state = Gate(State())
    private let capacity: Int

    package init(capacity: Int) { self.capacity = capacity }

    /// Gives one piece to the reader; false when the reader has left, and the piece is then lost.
    ///
    /// A piece larger than the capacity passes alone.
    package func write(_ piece: ArraySlice<UInt8>) -> Bool {
        if piece.isEmpty { return !state.withLock { $0.readerHasLeft } }
        let (wasTaken, mustWake) = state.wait { [capacity] state -> Gate<State>.Verdict<(Bool, Bool)> in
            if state.readerHasLeft || state.ending != nil { return .done((false, false)) }
            guard state.bytes == 0 || state.bytes + piece.count <= capacity else {
                state.isWriterWaiting = true
                return .wait(until: nil)
            }
            state.isWriterWaiting = false
            state.pieces.append(piece)
            state.bytes += piece.count
            return .done((true, state.isReaderWaiting))
        }
        if mustWake { state.wakeAll() }
        return wasTaken
    }

    /// Ends the stream behind what was written.
    package func finish() { end(.finished) }

    /// Ends the stream with a failure, which the reader gets behind what was written.
    package func fail(_ failure: Failure) { end(.failed(failure)) }

    private func end(_ ending: Ending) {
        state.withLock { if $0.ending == nil { $0.ending = ending } }
        state.wakeAll()
    }

    /// The next piece, or an empty one at the end.
    package func read() throws(Failure) -> ArraySlice<UInt8> {
        let result = state.wait { state -> Gate<State>.Verdict<(Result<ArraySlice<UInt8>, Failure>, Bool)> in
            state.isReaderWaiting = false
            if let piece = state.takeFirst() { return .done((.success(piece), state.isWriterWaiting)) }
            if state.readerHasLeft { return .done((.failure(Self.left), false)) }
            switch state.ending {
            case .finished: return .done((.success([]), false))
            case .failed(let failure): return .done((.failure(failure), false))
            case nil:
                state.isReaderWaiting = true
                return .wait(until: nil)
            }
        }
        if result.1 { state.wakeAll() }
        return try result.0.get()
    }

    /// Waits until there is a piece or the end; a failure that comes before any piece is thrown.
    package func waitForFirst() throws(Failure) {
        let failure = state.wait { state -> Gate<State>.Verdict<Failure?> in
            state.isReaderWaiting = false
            if state.first < state.pieces.count { return .done(nil) }
            if state.readerHasLeft { return .done(Self.left) }
            switch state.ending {
            case .finished: return .done(nil)
            case .failed(let failure): return .done(failure)
            case nil:
                state.isReaderWaiting = true
                return .wait(until: nil)
            }
        }
        if let failure { throw failure }
    }

    /// The reader leaves: what is unread is dropped and the writer is told.
    package func abandon() {
        let dropped = state.withLock { state -> [ArraySlice<UInt8>] in
            state.readerHasLeft = true
            defer { (state.pieces, state.first, state.bytes) = ([], 0, 0) }
            return state.pieces
        }
        state.wakeAll()
        _ = dropped
    }

    private static var left: Failure { Failure(.interrupted, "the stream was given up") }
}
