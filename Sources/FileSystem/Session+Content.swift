internal import Core
internal import Synchronization
internal import Volumes

extension Session {
    // MARK: Open and release

    package func open(_ number: NodeID, mode: OpenMode, caller: Caller) throws(FileError) -> Answer<HandleID> {
        try attempt { [self] state throws(Interruption) in try open(number, mode, caller, &state) }
    }

    func open(
        _ number: NodeID, _ mode: OpenMode, _ caller: Caller, _ state: inout SessionState
    ) throws(Interruption) -> HandleID {
        let node = try node(number, in: state)
        guard node.record.attributes.kind == .regular else {
            throw .code(node.record.attributes.kind == .directory ? .isDirectory : .invalid)
        }
        if node.isForgotten { throw .code(.stale) }
        if mode.contains(.truncate) {
            var change = AttributeChange()
            change.size = 0
            change.permissions = Self.withoutSetID(node.record.attributes, caller)
            try set(number, change, &state)
        } else if mode.contains(.read) {
            renewAccessTime(number, &state)
        }
        return state.makeHandle(Handle(node: number, mode: mode))
    }

    /// What truncating leaves of the permissions: the kernel does not clear the set-id bits of an open that truncates.
    ///
    /// The group's bit without its right to execute means something else and stays; root keeps both.
    private static func withoutSetID(_ attributes: Attributes, _ caller: Caller) -> UInt16? {
        guard caller.owner != 0, attributes.permissions & 0o6000 != 0 else { return nil }
        let isGroupProgram = attributes.permissions & 0o010 != 0
        return attributes.permissions & (isGroupProgram ? ~0o6000 : ~0o4000)
    }

    /// Refuses a handle that was not opened for this.
    func require(_ mode: OpenMode, of handle: HandleID, in state: SessionState) throws(Interruption) {
        guard let opened = state.handles[handle], opened.mode.contains(mode) else { throw .code(.badHandle) }
    }

    /// The relatime rule; the access time stays in memory, it never makes a change of the vault.
    private func renewAccessTime(_ number: NodeID, _ state: inout SessionState) {
        guard let attributes = state.nodes[number]?.record.attributes else { return }
        let now = time.wallClock
        if attributes.accessed <= attributes.modified || attributes.accessed <= attributes.changed
            || now.seconds - attributes.accessed.seconds >= Limits.Session.accessTimeAge
        {
            state.nodes[number]?.record.attributes.accessed = now
        }
    }

    package func release(_ handle: HandleID, of number: NodeID) {
        state.withLock { state in
            guard state.handles.removeValue(forKey: handle) != nil else { return }
            state.nodes[number]?.opens -= 1
        }
        inBackground { [self] state throws(Interruption) in
            guard let node = state.nodes[number] else { return }
            if node.opens == 0, node.isNameless {
                try forgetFile(number, in: &state)
            } else {
                try handOver(number, &state)
            }
            state.dropIfUnused(number)
        }
    }

    /// Runs an operation now or as soon as it can; what goes wrong is logged.
    func inBackground(_ operation: @escaping @Sendable (inout SessionState) throws(Interruption) -> Void) {
        do throws(FileError) {
            if case .later(let deferred) = try attempt(operation) {
                deferred.start { if case .failure(let error) = $0 { Self.report(error) } }
            }
        } catch {
            Self.report(error)
        }
    }

    private static func report(_ error: FileError) {
        Log.error("session", "background work failed: \(error.failure?.description ?? error.code.rawValue)")
    }

    // MARK: Read

    /// What a read found under the lock: pieces of the volume, and newer bytes over them.
    private struct ReadPlan: Sendable {
        let range: Range<UInt64>
        let pieces: [ContentPiece]
        let patches: [(offset: UInt64, bytes: ArraySlice<UInt8>)]

        var isInMemory: Bool {
            pieces.allSatisfy { piece in
                if case .stored = piece { return false }
                return true
            }
        }

        /// Where the slowest piece comes from.
        var place: BytesPlace {
            let isHere = pieces.allSatisfy { piece in
                if case .stored(let stored) = piece { return stored.isHere }
                return true
            }
            return isHere ? .disk : .network
        }

        /// The bytes; blocks unless all are in memory.
        func bytes() throws(Failure) -> [UInt8] {
            var result = [UInt8](repeating: 0, count: range.count)
            var failure: Failure?
            unsafe result.withUnsafeMutableBytes { buffer in
                do throws(Failure) {
                    try unsafe fill(buffer)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            return result
        }

        private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
            var position = 0
            for piece in pieces {
                let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[position..<position + piece.count])
                switch piece {
                case .zeros: break
                case .bytes(let bytes): unsafe part.copyBytes(from: bytes)
                case .stored(let stored): try unsafe stored.read(into: part)
                }
                position += piece.count
            }
            for patch in patches {
                let start = Int(patch.offset - range.lowerBound)
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start...]).copyBytes(from: patch.bytes)
            }
        }
    }

    package func read(
        _ handle: HandleID, of number: NodeID, at offset: UInt64, count: Int
    ) throws(FileError) -> Answer<[UInt8]> {
        let planned = try attempt { [self] state throws(Interruption) in
            try plan(handle, number, offset, count, state)
        }
        switch planned {
        case .now(let plan):
            if plan.isInMemory { return .now(try Self.refusing { () throws(Failure) in try plan.bytes() }) }
            return .later(Deferred { [self] completion in readOnThread(plan, completion) })
        case .later(let deferred):
            return .later(
                Deferred { [self] completion in
                    deferred.start { [self] result in
                        switch result {
                        case .success(let plan): readOnThread(plan, completion)
                        case .failure(let error): completion(.failure(error))
                        }
                    }
                })
        }
    }

    private func plan(
        _ handle: HandleID, _ number: NodeID, _ offset: UInt64, _ count: Int, _ state: SessionState
    ) throws(Interruption) -> ReadPlan {
        try require(.read, of: handle, in: state)
        let node = try node(number, in: state)
        let size = node.record.size
        let range = min(offset, size)..<min(size, offset > size ? size : offset + UInt64(count))
        if range.isEmpty { return ReadPlan(range: offset..<offset, pieces: [], patches: []) }
        let patches = node.writes.patches(over: range)
        if patches.contains(where: { $0.offset == range.lowerBound && $0.bytes.count == range.count }) {
            return ReadPlan(range: range, pieces: [], patches: patches)
        }
        let pieces = try asking { () throws(VolumeError) in try volume.content(of: node.file, range: range) }
        return ReadPlan(range: range, pieces: pieces, patches: patches)
    }

    private func readOnThread(_ plan: ReadPlan, _ completion: @escaping Deferred<[UInt8]>.Completion) {
        let accepted = volume.onThread(waitingFor: plan.place) {
            do throws(Failure) {
                completion(.success(try plan.bytes()))
            } catch {
                completion(.failure(FileError(error)))
            }
        }
        if !accepted { completion(.failure(FileError(Failure(.busy, "too many reads wait already")))) }
    }

    static func refusing<Value>(_ body: () throws(Failure) -> Value) throws(FileError) -> Value {
        do {
            return try body()
        } catch {
            throw FileError(error)
        }
    }

    // MARK: Write

    package func write(
        _ bytes: UnsafeRawBufferPointer, to handle: HandleID, of number: NodeID, at offset: UInt64,
        isCacheWriteOut: Bool
    ) throws(FileError) -> Answer<Int> {
        let first = run { [self] state throws(Interruption) in
            try unsafe write(bytes, handle, number, offset, isCacheWriteOut, &state)
        }
        switch first {
        case .done(let count): return .now(count)
        case .refused(let refusal): throw refusal
        case .needs(let need):
            let copy = unsafe Array(bytes)
            return .later(
                Deferred { [self] completion in
                    retry(after: need, completion) { [self] state throws(Interruption) in
                        var outcome = Result<Int, Interruption>.success(0)
                        unsafe copy.withUnsafeBytes { bytes in
                            do throws(Interruption) {
                                outcome = .success(
                                    try unsafe write(bytes, handle, number, offset, isCacheWriteOut, &state))
                            } catch {
                                outcome = .failure(error)
                            }
                        }
                        return try outcome.get()
                    }
                })
        }
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer, _ handle: HandleID, _ number: NodeID, _ offset: UInt64,
        _ isCacheWriteOut: Bool,
        _ state: inout SessionState
    ) throws(Interruption) -> Int {
        guard let mode = state.handles[handle]?.mode, mode.contains(.write) || isCacheWriteOut else {
            throw .code(.badHandle)
        }
        // Not the node: whoever holds that while its runs grow has them copied.
        let size = try node(number, in: state).record.size
        let count = UInt64(bytes.count)
        if state.nodes[number]?.isForgotten == true || count == 0 { return bytes.count }
        let start = mode.contains(.append) && !isCacheWriteOut ? size : offset
        guard start <= Limits.Session.fileBytes - count else { throw .code(.tooLarge) }
        try makeRoom(&state)
        let now = time.wallClock
        let added = unsafe state.nodes[number]?.writes.write(bytes, at: start, now: time.now) ?? 0
        state.dirtyBytes += added
        state.dirty.insert(number)
        state.nodes[number]?.record.size = max(size, start + count)
        state.nodes[number]?.record.attributes.modified = now
        state.nodes[number]?.record.attributes.changed = now
        launchFullRuns(number, &state)
        return Int(count)
    }

    /// Refuses to hold more while too much is held: by this session, or by the volume.
    private func makeRoom(_ state: inout SessionState) throws(Interruption) {
        if let need = volume.pressure() { throw .needs(need) }
        guard state.dirtyBytes > Limits.Session.dirtyBytes else { return }
        // When most of it is on its way, waiting is enough: who writes faster than the processors seal would else have its
        // stream cut wherever it happens to be, at every write.
        if state.dirtyBytes - state.flyingBytes > Limits.Session.dirtyBytes / 2 {
            for number in state.dirty { try handOver(number, &state) }
        }
        guard state.dirtyBytes > Limits.Session.dirtyBytes else { return }
        throw .needs(
            Need { [self] completion in
                let mustWait = self.state.withLock { state -> Bool in
                    guard state.dirtyBytes > Limits.Session.dirtyBytes else { return false }
                    state.waitingForRoom.append(completion)
                    return true
                }
                if !mustWait { completion(nil) }
            })
    }

    // MARK: Flush and fsync

    package func flush(_ handle: HandleID, of number: NodeID) throws(FileError) -> Answer<Void> {
        switch run({ state throws(Interruption) in try handOver(number, &state) }) {
        case .done: break
        case .needs: inBackground { [self] state throws(Interruption) in try handOver(number, &state) }
        // What waits for a thread goes with the next tick; all else the one who closes has to know.
        case .refused(let error): if error.code != .busy { throw error }
        }
        let failure = state.withLock { $0.nodes[number]?.failure.take() }
        if let failure { throw FileError(failure) }
        return .now(())
    }

    package func synchronize(_ number: NodeID, dataOnly: Bool) throws(FileError) -> Answer<Void> {
        let settled = try attempt { [self] state throws(Interruption) in
            if state.nodes[number]?.isForgotten == false { try settle(number, &state) }
            return volume.position
        }
        return .later(
            Deferred { [volume] completion in
                @Sendable func sync(_ position: ChangePosition) {
                    volume.sync(through: position) { failure in
                        completion(failure.map { .failure(FileError($0)) } ?? .success(()))
                    }
                }
                switch settled {
                case .now(let position): sync(position)
                case .later(let deferred):
                    deferred.start { result in
                        switch result {
                        case .success(let position): sync(position)
                        case .failure(let error): completion(.failure(error))
                        }
                    }
                }
            })
    }
}

extension Optional {
    /// The value, which is gone from here afterwards.
    mutating func take() -> Wrapped? {
        defer { self = nil }
        return self
    }
}
