internal import Core

/// The pieces of one input on their way through several threads: each is read and hashed by one of them.
///
/// The pieces of a regular file are read wherever they lie, by as many threads as there are. Those of a stream are read
/// by one thread at a time, which hashes what it has read while the next one reads.
final class UnixFSPieces: Sendable {
    private struct State {
        /// The next piece that a thread takes.
        var next = 0
        /// How many the caller has got.
        var delivered = 0
        /// Those behind, until their turn comes.
        var finished: [Int: [UnixFSLeaf]] = [:]
        /// How many there are, once that is known.
        var end: Int?
        var isReading = false
        var failure: Failure?
        var isAbandoned = false
    }

    private enum Place: Sendable {
        /// So many bytes of a file, from an offset on.
        case file(offset: UInt64, length: UInt64)
        case stream
    }

    private let input: FileDescriptor
    private let place: Place
    private let pieceLength: Int
    private let profile: UnixFSProfile
    private let window: Int
    private let keepsBlocks: Bool
    private let state: Gate<State>

    /// What follows the current position of `input`, whose status was just asked for, in pieces of whole chunks.
    ///
    /// At most `window` pieces are under way or wait for the caller.
    init(
        of input: FileDescriptor, _ status: FileStatus, pieceLength: Int, _ profile: UnixFSProfile, window: Int,
        keepsBlocks: Bool
    ) {
        self.input = input
        self.pieceLength = pieceLength
        self.profile = profile
        self.window = window
        self.keepsBlocks = keepsBlocks
        var initial = State()
        // Files that the kernel makes up, as in /proc, are regular and say no length, or a wrong one.
        if status.isRegular, let offset = input.position, offset < status.size {
            let length = status.size - offset
            place = .file(offset: offset, length: length)
            initial.end = Int((length - 1) / UInt64(pieceLength)) + 1
        } else {
            place = .stream
        }
        state = Gate(initial)
    }

    static func changed(_ input: FileDescriptor) -> Failure {
        Failure(.busy, "\(input.subject) changed while it was read", advice: "try again when nothing writes to it")
    }

    func start(threads: Int) {
        for number in 0..<threads { Threads.start("import-\(number)") { self.work() } }
    }

    /// The leaves of the next piece, or nil behind the last one; for the one thread that links them.
    func next() throws(Failure) -> [UnixFSLeaf]? {
        let result = state.wait { state -> Gate<State>.Verdict<Result<[UnixFSLeaf]?, Failure>> in
            if let failure = state.failure { return .done(.failure(failure)) }
            if let leaves = state.finished.removeValue(forKey: state.delivered) {
                state.delivered += 1
                return .done(.success(leaves))
            }
            return state.delivered == state.end ? .done(.success(nil)) : .wait(until: nil)
        }
        state.wakeAll()
        return try result.get()
    }

    /// Lets the threads go, whatever is left.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        state.wakeAll()
    }

    private func work() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceLength, alignment: 64)
        defer { unsafe buffer.deallocate() }
        do throws(Failure) {
            while let number = take() {
                let count = unsafe try read(number, into: buffer)
                if count == 0 { return }
                let leaves = unsafe leaves(of: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                state.withLock { $0.finished[number] = leaves }
                state.wakeAll()
            }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            state.wakeAll()
        }
    }

    /// The number of a piece that this thread shall read; nil when there is none left.
    private func take() -> Int? {
        state.wait { state in
            if state.isAbandoned || state.failure != nil { return .done(nil) }
            if let end = state.end, state.next >= end { return .done(nil) }
            if state.isReading || state.next - state.delivered >= window { return .wait(until: nil) }
            if case .stream = place { state.isReading = true }
            state.next += 1
            return .done(state.next - 1)
        }
    }

    /// How many bytes piece `number` has; none behind the end of a stream.
    private func read(_ number: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        guard case .file(let offset, let length) = place else { return unsafe try readOn(number, into: buffer) }
        let start = UInt64(number) * UInt64(pieceLength)
        let count = Int(min(UInt64(pieceLength), length - start))
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        let done: Int
        do throws(SystemCallFailure) {
            done = unsafe try input.read(into: part, at: offset + start)
        } catch {
            throw error.failure
        }
        guard done == count else { throw Self.changed(input) }
        return count
    }

    /// Reads on in a stream and lets the next thread do so.
    private func readOn(_ number: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count: Int
        do throws(SystemCallFailure) {
            count = unsafe try input.read(into: buffer)
        } catch {
            throw error.failure
        }
        state.withLock { state in
            state.isReading = false
            if count < pieceLength { state.end = count == 0 ? number : number + 1 }
        }
        state.wakeAll()
        return count
    }

    private func leaves(of piece: UnsafeRawBufferPointer) -> [UnixFSLeaf] {
        stride(from: 0, to: piece.count, by: profile.chunkLength).map { start in
            let chunk = unsafe piece[start..<min(start + profile.chunkLength, piece.count)]
            return unsafe UnixFSLeaf(UnsafeRawBufferPointer(rebasing: chunk), profile, keepsBlock: keepsBlocks)
        }
    }
}
