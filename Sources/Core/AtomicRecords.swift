internal import Synchronization

/// One operation in the words a trace stores.
struct TraceRecord: Sendable, Equatable {
    var id: UInt64
    var operation: UInt8
    var begin: UInt64
    var duration: UInt64
    var errno: Int32
    var detail: TraceDetail
}

/// A fixed array of records that any thread may write and read at the same time without a lock.
///
/// Each slot is a sequence lock: its first word is 0 (free), `claimed` (being written), or the stamp of what it holds.
/// A reader takes the words and believes them only when the stamp was the same before and after.
@safe final class AtomicRecords: @unchecked Sendable {  // The pointer never changes; what it points to is atomic.
    private static let wordsPerSlot = 9
    private static let claimed = UInt64.max

    private let capacity: Int
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let position = Atomic<UInt64>(0)

    init(capacity: Int) {
        self.capacity = capacity
        unsafe words = .allocate(capacity: capacity * Self.wordsPerSlot)
        for index in 0..<capacity * Self.wordsPerSlot {
            unsafe (words + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        unsafe words.deinitialize(count: capacity * Self.wordsPerSlot)
        unsafe words.deallocate()
    }

    /// Puts a record into a free slot that only `release` frees; its number, or -1 when `tries` slots were taken.
    func claim(_ record: TraceRecord, tries: Int) -> Int32 {
        var slot = Int(record.id % UInt64(capacity))
        for _ in 0..<min(tries, capacity) {
            if seize(slot, from: 0) {
                fill(slot, record, stamp: record.id)
                return Int32(truncatingIfNeeded: slot)
            }
            slot = slot + 1 == capacity ? 0 : slot + 1
        }
        return -1
    }

    /// Frees a claimed slot; false when it does not hold that record (any more).
    func release(_ slot: Int32, id: UInt64) -> Bool {
        unsafe words[Int(slot) * Self.wordsPerSlot].compareExchange(
            expected: id, desired: 0, ordering: .releasing
        ).exchanged
    }

    /// Puts a record over the oldest one; lost when another thread is still writing there, a whole round late.
    func append(_ record: TraceRecord) {
        let place = position.wrappingAdd(1, ordering: .relaxed).oldValue
        let slot = Int(place % UInt64(capacity))
        let stamp = unsafe words[slot * Self.wordsPerSlot].load(ordering: .relaxed)
        guard stamp != Self.claimed, seize(slot, from: stamp) else { return }
        fill(slot, record, stamp: record.id)
    }

    /// Every whole record, in no particular order.
    func records() -> [TraceRecord] { (0..<capacity).compactMap(record) }

    private func seize(_ slot: Int, from stamp: UInt64) -> Bool {
        let isOurs = unsafe words[slot * Self.wordsPerSlot].compareExchange(
            expected: stamp, desired: Self.claimed, ordering: .acquiring
        ).exchanged
        // A reader that sees one of the words written below must also see the slot claimed.
        if isOurs { atomicMemoryFence(ordering: .releasing) }
        return isOurs
    }

    private func fill(_ slot: Int, _ record: TraceRecord, stamp: UInt64) {
        let base = unsafe words + slot * Self.wordsPerSlot
        let flags = UInt64(record.operation) << 32 | UInt64(UInt32(bitPattern: record.errno))
        unsafe base[1].store(record.id, ordering: .relaxed)
        unsafe base[2].store(flags, ordering: .relaxed)
        unsafe base[3].store(record.begin, ordering: .relaxed)
        unsafe base[4].store(record.duration, ordering: .relaxed)
        unsafe base[5].store(record.detail.node, ordering: .relaxed)
        unsafe base[6].store(record.detail.handle, ordering: .relaxed)
        unsafe base[7].store(record.detail.offset, ordering: .relaxed)
        unsafe base[8].store(record.detail.length, ordering: .relaxed)
        unsafe base[0].store(stamp, ordering: .releasing)
    }

    private func record(_ slot: Int) -> TraceRecord? {
        let base = unsafe words + slot * Self.wordsPerSlot
        let stamp = unsafe base[0].load(ordering: .acquiring)
        guard stamp != 0, stamp != Self.claimed else { return nil }
        let flags = unsafe base[2].load(ordering: .relaxed)
        let record = unsafe TraceRecord(
            id: base[1].load(ordering: .relaxed), operation: UInt8(truncatingIfNeeded: flags >> 32),
            begin: base[3].load(ordering: .relaxed), duration: base[4].load(ordering: .relaxed),
            errno: Int32(bitPattern: UInt32(truncatingIfNeeded: flags)),
            detail: TraceDetail(
                node: base[5].load(ordering: .relaxed), handle: base[6].load(ordering: .relaxed),
                offset: base[7].load(ordering: .relaxed), length: base[8].load(ordering: .relaxed)))
        atomicMemoryFence(ordering: .acquiring)
        return unsafe base[0].load(ordering: .relaxed) == stamp ? record : nil
    }
}
