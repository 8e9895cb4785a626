internal import CCurl
internal import Core

/// libcurl's set of transfers that run side by side on one thread.
///
/// `wake` may be called by any thread; everything else belongs to the client's own.
@safe final class MultiHandle: @unchecked Sendable {  // Only `wake` is called by other threads, and libcurl allows it.
    private let handle: UnsafeMutableRawPointer

    init(keptConnections: Int) throws(Failure) {
        guard CurlLibrary.isReady, let handle = unsafe curl_multi_init() else {
            throw Failure(.outOfMemory, "libcurl cannot start")
        }
        unsafe self.handle = handle
        unsafe ccurl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, keptConnections)
    }

    deinit { unsafe curl_multi_cleanup(handle) }

    /// Ends the poll under way, or the next one.
    func wake() { unsafe curl_multi_wakeup(handle) }

    func add(_ transfer: RunningExchange) -> Bool {
        unsafe curl_multi_add_handle(handle, transfer.easy.pointer) == CURLM_OK
    }
    func remove(_ transfer: RunningExchange) { unsafe curl_multi_remove_handle(handle, transfer.easy.pointer) }

    /// Moves what can be moved without waiting.
    func perform() {
        var running: Int32 = 0
        unsafe curl_multi_perform(handle, &running)
    }

    /// The next transfer that has come to its end, and how.
    func nextEnded() -> (key: UInt, result: CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(handle, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            return unsafe (UInt(bitPattern: easy), message.pointee.data.result)
        }
        return nil
    }

    /// Waits for a socket, for a timer of libcurl's, for `wake`, or so long.
    func poll(atMost duration: Duration) {
        // Rounded up: a wait that ends a fraction too early would be repeated at once until it is due.
        let milliseconds = Int32(clamping: (max(0, duration.nanoseconds) + 999_999) / 1_000_000)
        unsafe curl_multi_poll(handle, nil, 0, milliseconds, nil)
    }
}
