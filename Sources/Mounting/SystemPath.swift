internal import Core

/// A path as the system has it: bytes without NUL, in whatever encoding.
package struct SystemPath: Sendable, Equatable {
    package let bytes: [UInt8]

    /// What follows a NUL is lost to every system call, so it is cut here.
    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes.prefix { $0 != 0 }) }
    package init(_ text: String) { self.init(text.utf8) }

    /// For messages.
    package var text: String { Name(bytes).escaped }

    package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
            for (index, byte) in bytes.enumerated() { unsafe buffer[index] = CChar(bitPattern: byte) }
            unsafe buffer[bytes.count] = 0
            // A temporary allocation of at least one byte has an address.
            return unsafe body(UnsafePointer(buffer.baseAddress!))
        }
    }
}
