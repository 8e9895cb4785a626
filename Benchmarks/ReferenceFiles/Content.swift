internal import Core

/// The bytes of a file in memory, in blocks of one MiB; a block that is missing, or the part missing at its end, is zeros.
struct Content {
    private static let blockBytes = 1 << 20
    /// From here on a block gets its full room at once, so that a sequential writer never moves what it wrote.
    private static let eagerBytes = 1 << 16

    private(set) var size: UInt64 = 0
    private(set) var allocated: UInt64 = 0
    private var blocks: [UInt64: [UInt8]] = [:]

    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
        var done = 0
        while done < bytes.count {
            let position = offset + UInt64(done)
            let start = Int(position % UInt64(Self.blockBytes))
            let count = min(bytes.count - done, Self.blockBytes - start)
            let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[done..<done + count])
            unsafe Self.put(
                piece, at: start, into: &blocks[position / UInt64(Self.blockBytes), default: []], &allocated)
            done += count
        }
        size = max(size, offset + UInt64(bytes.count))
    }

    private static func put(
        _ bytes: UnsafeRawBufferPointer, at start: Int, into block: inout [UInt8], _ allocated: inout UInt64
    ) {
        let before = block.count
        if start + bytes.count >= eagerBytes { block.reserveCapacity(blockBytes) }
        if start > block.count { block.append(contentsOf: repeatElement(0, count: start - block.count)) }
        let overlap = min(block.count - start, bytes.count)
        if overlap > 0 {
            unsafe block.withUnsafeMutableBytes { target in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[start..<start + overlap])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<overlap]))
            }
        }
        unsafe block.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[max(0, overlap)...]))
        allocated += UInt64(block.count - before)
    }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
        guard offset < size else { return [] }
        let total = Int(min(UInt64(count), size - offset))
        return unsafe [UInt8](unsafeUninitializedCapacity: total) { buffer, filled in
            while filled < total {
                let position = offset + UInt64(filled)
                let start = Int(position % UInt64(Self.blockBytes))
                let wanted = min(total - filled, Self.blockBytes - start)
                let block = blocks[position / UInt64(Self.blockBytes)] ?? []
                let present = max(0, min(wanted, block.count - start))
                let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled..<filled + wanted])
                if present > 0 { unsafe _ = target.update(fromContentsOf: block[start..<start + present]) }
                unsafe target[present...].update(repeating: 0)
                filled += wanted
            }
        }
    }

    mutating func truncate(to newSize: UInt64) {
        if newSize < size {
            let last = newSize / UInt64(Self.blockBytes)
            let rest = Int(newSize % UInt64(Self.blockBytes))
            for index in blocks.keys where index > last || (index == last && rest == 0) { cut(index, to: 0) }
            if rest > 0 { cut(last, to: rest) }
        }
        size = newSize
    }

    private mutating func cut(_ index: UInt64, to count: Int) {
        guard let before = blocks[index]?.count, before > count else { return }
        if count == 0 { blocks[index] = nil } else { blocks[index]?.removeLast(before - count) }
        allocated -= UInt64(before - count)
    }
}
