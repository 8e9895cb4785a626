internal import CZstd
internal import Core

/// zstd frames, one for each call, without checksum, content size and dictionary.
enum Zstandard {
    /// Making a context costs more than a small group; an idle one takes up to half a MiB.
    private static let idleContexts = 16
    private static let compression = LendingPool(capacity: idleContexts) { CompressionContext() }
    private static let decompression = LendingPool(capacity: idleContexts) { DecompressionContext() }

    /// Compresses `content` and returns the frame's length, or nil when `output` has no room for it.
    static func compress(
        _ content: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, level: Int32
    ) -> Int? {
        compression.lend { context in
            context.set(level: level)
            let count = unsafe ZSTD_compress2(
                context.handle, output.baseAddress, output.count, content.baseAddress, content.count)
            return ZSTD_isError(count) == 0 ? count : nil
        }
    }

    /// Fills `output` from a frame that is all of `frame`.
    ///
    /// Throws where it is not one frame, needs a dictionary, or holds more or less than `output` does. Takes no memory
    /// for what the frame claims: `output` is all the room there is.
    static func decompress(
        _ frame: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(MalformedBytes) {
        // The library itself goes on to a second frame where one stands behind the first.
        guard unsafe ZSTD_findFrameCompressedSize(frame.baseAddress, frame.count) == frame.count else {
            throw MalformedBytes("a group of it is not one zstd frame")
        }
        let count = decompression.lend { context in
            unsafe ZSTD_decompressDCtx(
                context.handle, output.baseAddress, output.count, frame.baseAddress, frame.count)
        }
        guard count == output.count else { throw MalformedBytes("a group of it does not decompress to its length") }
    }
}

@safe private final class CompressionContext {
    let handle: OpaquePointer

    init() {
        guard let handle = unsafe ZSTD_createCCtx() else { preconditionFailure("out of memory for a compressor") }
        unsafe self.handle = handle
        set(ZSTD_c_contentSizeFlag, 0)
        set(ZSTD_c_checksumFlag, 0)
        set(ZSTD_c_dictIDFlag, 0)
    }

    deinit { unsafe ZSTD_freeCCtx(handle) }

    func set(level: Int32) { set(ZSTD_c_compressionLevel, level) }

    private func set(_ parameter: ZSTD_cParameter, _ value: Int32) {
        let result = unsafe ZSTD_CCtx_setParameter(handle, parameter, value)
        precondition(ZSTD_isError(result) == 0, "zstd refused a parameter")
    }
}

@safe private final class DecompressionContext {
    let handle: OpaquePointer

    init() {
        guard let handle = unsafe ZSTD_createDCtx() else { preconditionFailure("out of memory for a decompressor") }
        unsafe self.handle = handle
    }

    deinit { unsafe ZSTD_freeDCtx(handle) }
}
