/// The key of one object: 32 bytes that open it and nothing else.
///
/// A value without a heap block, as every tree node holds many; it does not print.
package struct ObjectKey: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible, CustomReflectable {
    package static let length = 32

    // The bytes in memory are the key's bytes: never read as numbers.
    private var w0: UInt64 = 0
    private var w1: UInt64 = 0
    private var w2: UInt64 = 0
    private var w3: UInt64 = 0

    /// The key that `fill` writes.
    init(filledBy fill: (UnsafeMutableRawBufferPointer) -> Void) {
        unsafe withUnsafeMutableBytes(of: &self) { unsafe fill($0) }
    }

    package init(_ bytes: some Collection<UInt8>) {
        precondition(bytes.count == Self.length, "an object key has 32 bytes")
        unsafe self.init { unsafe $0.copyBytes(from: bytes) }
    }

    package func withBytes<Result, Problem: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        unsafe try withUnsafeBytes(of: self, body)
    }

    package var bytes: [UInt8] { unsafe withBytes { unsafe [UInt8]($0) } }
    package var description: String { "(an object key)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
