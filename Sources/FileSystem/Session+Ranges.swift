internal import Core
internal import Volumes

/// Ranges of files that are reserved, emptied, looked through or copied as they are.
extension Session {
    // MARK: fallocate

    package func allocate(
        _ handle: HandleID, of number: NodeID, at offset: UInt64, count: UInt64, mode: AllocationMode
    ) throws(FileError) -> Answer<Void> {
        try attempt { [self] state throws(Interruption) in
            try require(.write, of: handle, in: state)
            guard count > 0 else { throw .code(.invalid) }
            guard offset <= Limits.Session.fileBytes, count <= Limits.Session.fileBytes - offset else {
                throw .code(.tooLarge)
            }
            let range = offset..<offset + count
            switch mode {
            case .reserve(let keepsSize):
                // Promised is what the disk has now; a disk that nobody can ask has no size.
                let space = volume.space()
                guard space.totalBytes == 0 || space.freeBytes >= count else { throw .code(.noSpace) }
                try extend(number, to: keepsSize ? 0 : range.upperBound, emptying: nil, &state)
            case .punch: try extend(number, to: 0, emptying: range, &state)
            case .zero(let keepsSize):
                try extend(number, to: keepsSize ? 0 : range.upperBound, emptying: range, &state)
            }
        }
    }

    /// Makes a file at least `size` long and a hole of what it has in `range`.
    private func extend(
        _ number: NodeID, to size: UInt64, emptying range: Range<UInt64>?, _ state: inout SessionState
    ) throws(Interruption) {
        try settle(number, &state)
        let before = try node(number, in: state)
        let now = time.wallClock
        let hole = range?.clamped(to: 0..<before.record.size) ?? 0..<0
        var changes: [Change] = []
        if !hole.isEmpty {
            changes.append(
                .write(before.file, offset: hole.lowerBound, .hole(hole.upperBound - hole.lowerBound), time: now))
        }
        if size > before.record.size { changes.append(.setSize(before.file, size, time: now)) }
        try changeContent(of: number, size: max(size, before.record.size), changes, now, &state)
    }

    /// Applies changes of a file's content, after which it has this size.
    private func changeContent(
        of number: NodeID, size: UInt64, _ changes: [Change], _ now: Timestamp, _ state: inout SessionState
    ) throws(Interruption) {
        let node = try node(number, in: state)
        var attributes = node.record.attributes
        attributes.modified = now
        attributes.changed = now
        if !node.isForgotten { try apply(changes + [.setAttributes(node.file, attributes)]) }
        state.nodes[number]?.record.attributes = attributes
        state.nodes[number]?.record.size = size
        refreshAllocated(number, &state)
    }

    // MARK: lseek

    package func seek(
        _ handle: HandleID, of number: NodeID, from offset: UInt64, to stretch: StretchKind
    ) throws(FileError) -> Answer<UInt64> {
        try attempt { [self] state throws(Interruption) in
            guard state.handles[handle] != nil else { throw .code(.badHandle) }
            let node = try node(number, in: state)
            guard offset < node.record.size else { throw .code(.noDevice) }
            // What shared mappings have written may still be with the kernel: while anybody can write, all of it is data.
            let inOneStretch = stretch == .data ? offset : node.record.size
            let mayGrow = state.handles.values.contains { $0.node == number && $0.mode.contains(.write) }
            if mayGrow || node.isForgotten { return inOneStretch }
            do throws(Interruption) {
                try settle(number, &state)
            } catch .refused {
                // What cannot be stored now is for its writers to hear of.
                return inOneStretch
            }
            return try search(node, from: offset, for: stretch)
        }
    }

    private func search(
        _ node: Node, from offset: UInt64, for stretch: StretchKind
    ) throws(Interruption) -> UInt64 {
        let size = node.record.size
        var (position, width) = (offset, Limits.Session.seekBytes)
        while position < size {
            let range = position..<position + min(width, size - position)
            let pieces = try asking { () throws(VolumeError) in try volume.content(of: node.file, range: range) }
            for piece in pieces {
                if piece.isZeros == (stretch == .hole) { return position }
                position += UInt64(piece.count)
            }
            // Great holes are few pieces, and a file full of chunks is looked through bit by bit.
            if pieces.count < Limits.Session.seekPieces { width = min(width * 2, .max / 4) }
        }
        if stretch == .data { throw .code(.noDevice) }
        return size
    }

    // MARK: copy_file_range

    package func copy(
        from source: FilePlace, to target: FilePlace, count: UInt64
    ) throws(FileError) -> Answer<Int> {
        try attempt { [self] state throws(Interruption) in
            try require(.read, of: source.handle, in: state)
            try require(.write, of: target.handle, in: state)
            let from = try node(source.node, in: state)
            guard target.offset <= Limits.Session.fileBytes else { throw .code(.tooLarge) }
            let wanted = min(count, Limits.Session.copyBytes, Limits.Session.fileBytes - target.offset)
            let range = source.offset..<max(source.offset, min(from.record.size, source.offset &+ wanted))
            let length = UInt64(range.count)
            if length == 0 { return 0 }
            let place = target.offset..<target.offset + length
            if source.node == target.node, range.overlaps(place) { throw .code(.invalid) }
            // The volume knows nothing of files that it has forgotten; the kernel then copies what it reads.
            if from.isForgotten || state.nodes[target.node]?.isForgotten == true { throw .code(.unsupported) }
            // What is shared may be bytes that no commit has sealed yet: they count once more.
            if let need = volume.pressure() { throw .needs(need) }
            try settle(source.node, &state)
            try settle(target.node, &state)
            let now = time.wallClock
            let to = try node(target.node, in: state)
            let change = Change.copyRange(from: from.file, range, to: to.file, offset: place.lowerBound, time: now)
            try changeContent(
                of: target.node, size: max(to.record.size, place.upperBound), [change], now, &state)
            return Int(length)
        }
    }
}

extension ContentPiece {
    fileprivate var isZeros: Bool {
        if case .zeros = self { return true }
        return false
    }
}
