internal import Glibc

/// A fixed number of slots, all free at first, in pages of their own.
///
/// Not an array: the allocator would keep the space of tables that were outgrown, and touch every page of a new one.
/// The system gives zeroed pages, in large units where it can, and takes them back.
@safe struct SlotMemory: ~Copyable {
    private let slots: UnsafeMutablePointer<IndexSlot>?
    let count: Int

    init(_ count: Int) {
        self.count = count
        guard count > 0 else {
            unsafe slots = nil
            return
        }
        let length = Self.length(count)
        let pages = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages = unsafe pages, UInt(bitPattern: pages) != .max else {
            preconditionFailure("no memory for the index of objects")
        }
        // Random look-ups in small pages miss the processor's page table as often as its cache.
        if length >= StoreLimits.largePageBytes { unsafe _ = madvise(pages, length, Int32(MADV_HUGEPAGE)) }
        unsafe slots = pages.bindMemory(to: IndexSlot.self, capacity: count)
    }

    deinit { if count > 0 { unsafe _ = munmap(slots, Self.length(count)) } }

    private static func length(_ count: Int) -> Int { count * MemoryLayout<IndexSlot>.stride }

    subscript(_ index: Int) -> IndexSlot {
        get {
            precondition(index >= 0 && index < count)
            return unsafe slots.unsafelyUnwrapped[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            unsafe slots.unsafelyUnwrapped[index] = newValue
        }
    }
}
