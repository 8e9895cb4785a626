internal import CCurl

/// One transfer's handle of libcurl, which keeps what it learnt of TLS sessions for the next.
@safe final class EasyHandle {  // Private to the client's thread, freed once, in `deinit`.
    let pointer: UnsafeMutableRawPointer

    init?() {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe curl_easy_cleanup(pointer) }

    /// Forgets all options, and with them every pointer that they held.
    func reset() { unsafe curl_easy_reset(pointer) }

    /// What libcurl's messages are matched by.
    var key: UInt { unsafe UInt(bitPattern: pointer) }
}
