extension UnsafeRawBufferPointer {
    /// The address of the first byte; the buffer must have one, even when it is empty.
    var byteAddress: UnsafePointer<UInt8> {
        guard let address = baseAddress else { preconditionFailure("a buffer without memory") }
        return unsafe address.assumingMemoryBound(to: UInt8.self)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// The address of the first byte; the buffer must have one, even when it is empty.
    var byteAddress: UnsafeMutablePointer<UInt8> {
        guard let address = baseAddress else { preconditionFailure("a buffer without memory") }
        return unsafe address.assumingMemoryBound(to: UInt8.self)
    }
}
