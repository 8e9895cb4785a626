internal import CZstd
internal import Core
internal import Synchronization

/// zstd frames, one for each call, without checksum, content size and dictionary.
enum Zstandard {
    private static let compression = ContextPool { CompressionContext() }
    private static let decompression = ContextPool { DecompressionContext() }

    /// Compresses `content` and returns the frame's length, or nil when `output` has no room for it.
    static func compress(
        _ content: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, level: Int32
    ) -> Int? {
        compression.withContext { context in
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
        let count = decompression.withContext { context in
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

/// Contexts lent to whichever thread has work for one: making one costs more than a small group, and no lock is held
/// across work.
private final class ContextPool<Context: AnyObject>: Sendable {
    /// At any time in the hands of the pool or of the one thread that took it.
    private struct Lent: @unchecked Sendable {
        let context: Context
    }

    /// The most that are kept when idle, at up to half a MiB each; more threads at once make more, and free them.
    private static var capacity: Int { 16 }

    private let idle = Mutex<[Lent]>([])
    private let make: @Sendable () -> Context

    init(make: @escaping @Sendable () -> Context) { self.make = make }

    /// Lends a context; it must not leave `body`.
    func withContext<Result>(_ body: (Context) -> Result) -> Result {
        let lent = idle.withLock { $0.popLast() } ?? Lent(context: make())
        defer {
            idle.withLock { if $0.count < Self.capacity { $0.append(lent) } }
        }
        return body(lent.context)
    }
}
