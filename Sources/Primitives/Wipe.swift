internal import CSodium

/// Overwriting of memory that held a secret, in a way that the optimizer keeps.
package enum Wipe {
    package static func bytes(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress else { return }
        unsafe sodium_memzero(base, buffer.count)
    }

    /// Overwrites the storage of an array; a copy that shares it elsewhere is out of reach.
    package static func array(_ array: inout [UInt8]) {
        unsafe array.withUnsafeMutableBytes { unsafe bytes($0) }
        array = []
    }

    /// Overwrites a value without references, such as the state of a hash.
    package static func value<Value: BitwiseCopyable>(_ value: inout Value) {
        unsafe withUnsafeMutableBytes(of: &value) { unsafe bytes($0) }
    }
}
