package import Core

/// HMAC-SHA-256 (RFC 2104), piece by piece; `authenticate` does it in one call.
///
/// For one thread at a time.
package final class HMACSHA256 {
    package static let length = SHA256.length

    private var inner: SHA256
    private var outer: SHA256

    package init(key: Key) {
        (inner, outer) = key.states
    }

    deinit {
        Wipe.value(&inner)
        Wipe.value(&outer)
    }

    package func update(_ bytes: UnsafeRawBufferPointer) { unsafe inner.update(bytes) }
    package func update(_ bytes: [UInt8]) { inner.update(bytes) }
    package func update(_ bytes: ArraySlice<UInt8>) { inner.update(bytes) }

    /// The code of all that came so far.
    package func finish() -> Digest {
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.length, alignment: 8) { output in
            unsafe Self.end(inner, outer, into: output)
            return unsafe Digest(output)
        }
    }

    /// The code of one message, given as a head and a body that need not lie together, written into 32 bytes.
    package static func authenticate(
        _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, key: Key,
        into output: UnsafeMutableRawBufferPointer
    ) {
        var (inner, outer) = key.states
        unsafe inner.update(head)
        unsafe inner.update(body)
        unsafe end(inner, outer, into: output)
        Wipe.value(&inner)
        Wipe.value(&outer)
    }

    package static func authenticate(
        _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, key: Key
    ) -> Digest {
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.length, alignment: 8) { output in
            unsafe authenticate(head, body, key: key, into: output)
            return unsafe Digest(output)
        }
    }

    package static func authenticate(_ message: [UInt8], key: Key) -> Digest {
        unsafe message.withUnsafeBytes { bytes in
            unsafe authenticate(bytes, UnsafeRawBufferPointer(start: nil, count: 0), key: key)
        }
    }

    private static func end(_ inner: SHA256, _ outer: SHA256, into output: UnsafeMutableRawBufferPointer) {
        var (inner, outer) = (inner, outer)
        unsafe inner.end(into: output)
        unsafe outer.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(output)[..<length]))
        unsafe outer.end(into: output)
    }
}

extension HMACSHA256 {
    /// A key made ready: both hash states after their first block, so that each use saves two of them.
    package final class Key: Sendable {
        private static let blockLength = 64

        // The two states hold as much as the key does, so they lie in locked memory too.
        private let memory: SecretBytes

        package init(_ key: UnsafeRawBufferPointer) {
            memory = unsafe SecretBytes(count: 2 * MemoryLayout<SHA256>.stride) { states in
                unsafe withUnsafeTemporaryAllocation(byteCount: Self.blockLength, alignment: 8) { block in
                    unsafe Self.pad(key, into: block)
                    var inner = SHA256()
                    for index in 0..<Self.blockLength { unsafe block[index] ^= 0x36 }
                    unsafe inner.update(UnsafeRawBufferPointer(block))
                    var outer = SHA256()
                    for index in 0..<Self.blockLength { unsafe block[index] ^= 0x36 ^ 0x5c }
                    unsafe outer.update(UnsafeRawBufferPointer(block))
                    unsafe states.storeBytes(of: inner, toByteOffset: 0, as: SHA256.self)
                    unsafe states.storeBytes(of: outer, toByteOffset: MemoryLayout<SHA256>.stride, as: SHA256.self)
                    unsafe Wipe.bytes(block)
                    Wipe.value(&inner)
                    Wipe.value(&outer)
                }
            }
        }

        package convenience init(_ key: [UInt8]) { self.init(SecretBytes(copying: key)) }

        package convenience init(_ key: SecretBytes) {
            // A delegating initializer cannot run inside the closure that lends the bytes.
            unsafe self.init(key.withBytes { unsafe $0 })
            withExtendedLifetime(key) {}
        }

        var states: (inner: SHA256, outer: SHA256) {
            unsafe memory.withBytes { bytes in
                unsafe (
                    bytes.load(as: SHA256.self),
                    bytes.load(fromByteOffset: MemoryLayout<SHA256>.stride, as: SHA256.self)
                )
            }
        }

        private static func pad(_ key: UnsafeRawBufferPointer, into block: UnsafeMutableRawBufferPointer) {
            unsafe Wipe.bytes(block)
            if key.count <= blockLength {
                unsafe block.copyMemory(from: key)
            } else {
                var hash = SHA256()
                unsafe hash.update(key)
                unsafe hash.end(into: block)
            }
        }
    }
}
