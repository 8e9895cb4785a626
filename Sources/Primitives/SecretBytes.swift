internal import CSodium

/// A secret of fixed length in memory that is locked, fenced by guard pages, and wiped when the last reference goes.
///
/// It never prints its content. Each instance costs a few pages, so it is for keys that live, not for one per object.
@safe package final class SecretBytes: @unchecked Sendable {  // Written in `init` only.
    package let count: Int
    private let storage: UnsafeMutableRawPointer

    /// A secret whose bytes `fill` writes; they are zero before.
    package init<Problem: Error>(
        count: Int, filledBy fill: (UnsafeMutableRawBufferPointer) throws(Problem) -> Void
    ) throws(Problem) {
        Sodium.prepare()
        // Memory that cannot be locked (a low limit) is still fenced and wiped; only exhaustion gives nil.
        guard let memory = unsafe sodium_malloc(max(count, 1)) else {
            preconditionFailure("out of memory for a secret")
        }
        unsafe sodium_memzero(memory, max(count, 1))
        unsafe storage = memory
        self.count = count
        unsafe try fill(UnsafeMutableRawBufferPointer(start: memory, count: count))
    }

    /// A secret of zero bytes.
    package convenience init(count: Int) { unsafe self.init(count: count) { _ in } }

    package convenience init(copying bytes: [UInt8]) {
        unsafe self.init(count: bytes.count) { unsafe $0.copyBytes(from: bytes) }
    }

    package convenience init(copying bytes: ArraySlice<UInt8>) {
        unsafe self.init(count: bytes.count) { unsafe $0.copyBytes(from: bytes) }
    }

    package convenience init(copying bytes: UnsafeRawBufferPointer) {
        unsafe self.init(count: bytes.count) { unsafe $0.copyMemory(from: bytes) }
    }

    /// A secret of `count` random bytes.
    package convenience init(random count: Int) {
        unsafe self.init(count: count) { unsafe Random.fill($0) }
    }

    /// Wipes and unlocks.
    deinit { unsafe sodium_free(storage) }

    /// Lends the bytes; the buffer must not outlive the call.
    package func withBytes<Result, Problem: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        defer { withExtendedLifetime(self) {} }
        return unsafe try body(UnsafeRawBufferPointer(start: storage, count: count))
    }

    /// A copy in ordinary memory, for what is about to be encrypted; the caller wipes it.
    package func copy() -> [UInt8] { unsafe withBytes { unsafe [UInt8]($0) } }

    /// The part of the secret that `range` names, as a secret of its own.
    package func part(_ range: Range<Int>) -> SecretBytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a part lies inside its secret")
        return unsafe withBytes { unsafe SecretBytes(copying: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}

extension SecretBytes: Equatable {
    package static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        unsafe left.withBytes { first in
            unsafe right.withBytes { second in unsafe constantTimeEquals(first, second) }
        }
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(\(count) secret bytes)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
