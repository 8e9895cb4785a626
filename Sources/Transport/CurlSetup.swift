internal import CCurl
internal import Core

/// Sets one handle up for one request; the first option libcurl refuses is remembered.
@safe struct CurlSetup {  // Used inside one call of the connection that owns the handle.
    private let handle: UnsafeMutableRawPointer
    private var list: UnsafeMutablePointer<curl_slist>?
    private(set) var refused: CURLcode?

    /// A piece this large amortises a wake-up of the other side and stays in the second-level cache.
    private static let bufferBytes = 256 << 10

    init(_ handle: UnsafeMutableRawPointer) { unsafe self.handle = handle }

    /// Frees what libcurl only borrowed; call when the exchange is over.
    mutating func free() {
        unsafe curl_slist_free_all(list)
        unsafe list = nil
    }

    private mutating func check(_ result: CURLcode) {
        if result != CURLE_OK, refused == nil { refused = result }
    }

    private mutating func long(_ option: CURLoption, _ value: Int) {
        unsafe check(ccurl_set_long(handle, option, value))
    }

    private mutating func string(_ option: CURLoption, _ value: String) {
        unsafe check(ccurl_set_string(handle, option, value))
    }

    mutating func common(_ request: HTTPRequest, _ peer: HTTPPeer) {
        long(CURLOPT_NOSIGNAL, 1)
        string(CURLOPT_PROTOCOLS_STR, "http,https")
        long(CURLOPT_FOLLOWLOCATION, 0)
        long(CURLOPT_PATH_AS_IS, 1)
        long(CURLOPT_BUFFERSIZE, Self.bufferBytes)
        long(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.limits.connect))
        if let total = request.limits.total { long(CURLOPT_TIMEOUT_MS, Self.milliseconds(total)) }
        if case .unixSocket(let path) = peer {
            string(CURLOPT_UNIX_SOCKET_PATH, path)
            // A proxy of the environment must never see what goes to this machine's socket.
            string(CURLOPT_PROXY, "")
        }
        unsafe check(ccurl_set_close_on_exec(handle))
        string(CURLOPT_URL, request.url)
        if request.method == "HEAD" {
            long(CURLOPT_NOBODY, 1)
        } else {
            string(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    /// What an exchange needs that shares its thread with others.
    ///
    /// One connection for each exchange, lest a stalled one hold up its neighbours; no waiting for a resolver that
    /// hangs; and a request that must not go out twice gets a new connection, because libcurl repeats one by itself
    /// when a kept connection turns out to be dead.
    mutating func shared(mayRepeat: Bool) {
        long(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        long(CURLOPT_QUICK_EXIT, 1)
        if !mayRepeat { long(CURLOPT_FRESH_CONNECT, 1) }
    }

    mutating func body(_ bytes: [UInt8]) {
        unsafe check(ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        unsafe bytes.withUnsafeBytes { raw in
            unsafe check(
                ccurl_set_string(handle, CURLOPT_COPYPOSTFIELDS, raw.baseAddress?.assumingMemoryBound(to: CChar.self)))
        }
        if bytes.isEmpty { string(CURLOPT_COPYPOSTFIELDS, "") }
    }

    mutating func streamedBody(length: UInt64?) {
        long(CURLOPT_UPLOAD, 1)
        long(CURLOPT_UPLOAD_BUFFERSIZE, Self.bufferBytes)
        let size = length.map { curl_off_t(clamping: $0) } ?? -1
        unsafe check(ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, size))
    }

    mutating func headers(_ headers: HeaderFields, expectContinue: Bool) {
        for (name, value) in headers.fields {
            // A line break inside a value would begin a header of its own.
            let line = "\(name): \(value)"
            if line.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) {
                check(CURLE_BAD_FUNCTION_ARGUMENT)
                continue
            }
            append(value.isEmpty ? "\(name);" : line)
        }
        append(expectContinue ? "Expect: 100-continue" : "Expect:")
        unsafe check(ccurl_set_list(handle, CURLOPT_HTTPHEADER, list))
    }

    private mutating func append(_ line: String) {
        guard let longer = unsafe curl_slist_append(list, line) else { return check(CURLE_OUT_OF_MEMORY) }
        unsafe list = longer
    }

    mutating func callbacks(_ transfer: Transfer) {
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        unsafe check(ccurl_set_data_callback(handle, CURLOPT_HEADERFUNCTION, takeHeader))
        unsafe check(ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context))
        unsafe check(ccurl_set_data_callback(handle, CURLOPT_WRITEFUNCTION, takeBody))
        unsafe check(ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context))
        unsafe check(ccurl_set_data_callback(handle, CURLOPT_READFUNCTION, giveBody))
        unsafe check(ccurl_set_pointer(handle, CURLOPT_READDATA, context))
        unsafe check(ccurl_set_progress_callback(handle, reportProgress))
        unsafe check(ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, context))
        long(CURLOPT_NOPROGRESS, 0)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        max(1, Int(duration.nanoseconds / 1_000_000))
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private func takeHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    unsafe transfer(context)?.takeHeaderLine(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

private func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch unsafe transfer(context)?.takeBody(piece) {
    case .bytes(let count): return count
    case .pause: return Int(CURL_WRITEFUNC_PAUSE)
    // Any count but the piece's own ends the exchange.
    case .abort, nil: return unsafe piece.isEmpty ? 1 : 0
    }
}

private func giveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    switch unsafe transfer(context)?.giveBody(buffer) {
    case .bytes(let count): return count
    case .pause: return Int(CURL_READFUNC_PAUSE)
    case .abort, nil: return Int(CURL_READFUNC_ABORT)
    }
}

private func reportProgress(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _ downloaded: curl_off_t, _: curl_off_t, _ uploaded: curl_off_t
) -> Int32 {
    unsafe transfer(context)?.mayGoOn(movedBytes: Int64(downloaded) + Int64(uploaded)) == true ? 0 : 1
}
