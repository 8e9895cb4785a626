internal import CMicroHTTPD
internal import Core

/// Turns one reply into libmicrohttpd's response and feeds its body.
///
/// Confined to the thread of its connection; freed by the response's own hook.
@safe final class ReplyPump {  // The pointers are those of the callback that runs, which outlive it.
    private let reply: ServerReply
    private let idleSeconds: UInt32
    private let takesTrailers: Bool
    private var connection: OpaquePointer?
    private var response: OpaquePointer?
    private var pending: ArraySlice<UInt8> = []
    private var left: UInt64?

    init(_ reply: ServerReply, idleSeconds: UInt32, takesTrailers: Bool) {
        self.reply = reply
        self.idleSeconds = idleSeconds
        self.takesTrailers = takesTrailers
    }

    deinit {
        if case .stream(let stream) = reply.body { stream.abandon() }
    }

    /// Hands the reply to the connection; false when there is no memory for it.
    func queue(on connection: OpaquePointer, closing: Bool) -> Bool {
        unsafe self.connection = connection
        guard let response = unsafe makeResponse() else { return false }
        unsafe self.response = response
        defer { unsafe MHD_destroy_response(response) }
        for (name, value) in reply.headers.fields {
            // Refused when a value would begin a line of its own: then no reply is better than a forged one.
            guard unsafe MHD_add_response_header(response, name, value) == .YES else { return false }
        }
        if closing { unsafe _ = MHD_add_response_header(response, "Connection", "close") }
        return unsafe MHD_queue_response(connection, UInt32(clamping: reply.status), response) == .YES
    }

    private func makeResponse() -> OpaquePointer? {
        switch reply.body {
        case .bytes(let bytes):
            return unsafe bytes.withUnsafeBytes { raw in
                // MUST_COPY: libmicrohttpd only reads what it is given, though the parameter is mutable.
                unsafe MHD_create_response_from_buffer(
                    raw.count, UnsafeMutableRawPointer(mutating: raw.baseAddress), .RESPMEM_MUST_COPY)
            }
        case .stream(let stream):
            left = stream.length
            let context = unsafe Unmanaged.passRetained(self).toOpaque()
            let response = unsafe MHD_create_response_from_callback(
                stream.length ?? cmhd_unknown_size(), ServerLimits.replyBlockBytes, pullReply, context, freeReply)
            if unsafe response == nil { unsafe Unmanaged<ReplyPump>.fromOpaque(context).release() }
            return unsafe response
        }
    }

    /// Fills `buffer`: the count, or one of libmicrohttpd's marks for the end and for a failure.
    fileprivate func pull(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard case .stream(let stream) = reply.body, let connection = unsafe connection else {
            return cmhd_end_with_error()
        }
        if pending.isEmpty {
            do throws(Failure) {
                let result = unsafe connection.untimed(idleSeconds) { Self.next(stream) }
                pending = try result.get()
            } catch {
                return end(with: error)
            }
            // A body shorter than announced must not look whole.
            if pending.isEmpty { return left == nil ? finish(stream) : cmhd_end_with_error() }
        }
        var count = min(buffer.count, pending.count)
        if let left {
            count = Int(min(UInt64(count), left))
            if count == 0 { return cmhd_end_with_error() }
            self.left = left - UInt64(count)
        }
        unsafe buffer.copyBytes(from: pending.prefix(count))
        pending.removeFirst(count)
        return count
    }

    private static func next(_ stream: ReplyStream) -> Result<ArraySlice<UInt8>, Failure> {
        do throws(Failure) { return .success(try stream.next()) } catch { return .failure(error) }
    }

    private func finish(_ stream: ReplyStream) -> Int {
        for (name, value) in stream.trailers().fields { addTrailer(name, value) }
        return cmhd_end_of_stream()
    }

    private func end(with failure: Failure) -> Int {
        guard takesTrailers, left == nil else { return cmhd_end_with_error() }
        addTrailer(ReplyStream.failureTrailer, PercentCoding.encode(failure.json.bytes()))
        return cmhd_end_of_stream()
    }

    private func addTrailer(_ name: String, _ value: String) {
        if let response = unsafe response { unsafe _ = MHD_add_response_footer(response, name, value) }
    }
}

private func pullReply(
    _ context: UnsafeMutableRawPointer?, _: UInt64, _ bytes: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int {
    guard let context = unsafe context else { return cmhd_end_with_error() }
    let pump = unsafe Unmanaged<ReplyPump>.fromOpaque(context).takeUnretainedValue()
    return unsafe pump.pull(UnsafeMutableRawBufferPointer(start: bytes, count: capacity))
}

private func freeReply(_ context: UnsafeMutableRawPointer?) {
    if let context = unsafe context { unsafe Unmanaged<ReplyPump>.fromOpaque(context).release() }
}
