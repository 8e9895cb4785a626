internal import Core

/// One exchange in flight: what libcurl's callbacks read and write.
///
/// Confined to the thread that performs the exchange: libcurl calls back on that one.
final class Transfer {
    private let upload: (() throws(Failure) -> ArraySlice<UInt8>)?
    private let download: ((ArraySlice<UInt8>) throws(Failure) -> Void)?
    private let answerLimit: Int
    private let stallLimit: Duration?
    private let cancellation: CancellationFlag?
    /// Where the bodies go instead when a task at the other end keeps its own pace.
    private let relay: BodyRelay?
    private var unsent: ArraySlice<UInt8> = []
    private var movedBytes: Int64 = 0
    private var lastMove = SystemTime.monotonic()
    /// libcurl takes a head that was cut short for a whole one.
    private(set) var isHeadComplete = false
    private(set) var response = HTTPResponse(status: 0)
    /// What ended the exchange from this side.
    private(set) var failure: Failure?

    init(
        _ request: HTTPRequest, cancellation: CancellationFlag?, upload: (() throws(Failure) -> ArraySlice<UInt8>)?,
        download: ((ArraySlice<UInt8>) throws(Failure) -> Void)?
    ) {
        self.upload = upload
        self.download = download
        self.cancellation = cancellation
        relay = nil
        answerLimit = request.answerLimit
        stallLimit = request.limits.stall
    }

    /// An exchange whose bodies, if they are streamed, go through `relay`, which never blocks.
    init(_ request: HTTPRequest, relay: BodyRelay?) {
        self.relay = relay
        upload = nil
        download = nil
        cancellation = nil
        answerLimit = request.answerLimit
        stallLimit = request.limits.stall
    }

    private var isCancelled: Bool {
        guard let cancellation, cancellation.isRaised else { return false }
        failure = failure ?? Failure(.interrupted, "the request was cancelled")
        return true
    }

    /// One line of the head or of the trailers; a status line begins a new head (after `100 Continue`).
    func takeHeaderLine(_ line: UnsafeRawBufferPointer) {
        let bytes = unsafe [UInt8](line)
        if bytes.starts(with: "HTTP/".utf8) {
            let parts = bytes.split(separator: 0x20, maxSplits: 2)
            let status = parts.count > 1 ? Int(String(decoding: parts[1].prefix(3), as: UTF8.self)) ?? 0 : 0
            response = HTTPResponse(status: status)
            isHeadComplete = false
            return
        }
        if bytes.first == 0x0d || bytes.first == 0x0a {
            isHeadComplete = true
            return
        }
        guard let colon = bytes.firstIndex(of: 0x3a) else { return }
        let name = String(decoding: bytes[..<colon], as: UTF8.self)
        let value = String(decoding: Self.trimmed(bytes[(colon + 1)...]), as: UTF8.self)
        if isHeadComplete { response.trailers.append(name, value) } else { response.headers.append(name, value) }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a }
        let front = bytes.drop(while: isSpace)
        guard let last = front.lastIndex(where: { !isSpace($0) }) else { return [] }
        return front[...last]
    }

    /// A piece of the answer's body.
    func takeBody(_ piece: UnsafeRawBufferPointer) -> BodyMove {
        if isCancelled { return .abort }
        if let relay, relay.takesDownload, response.isSuccess {
            guard unsafe relay.take(piece) else { return .pause }
            lastMove = SystemTime.monotonic()
            return .bytes(piece.count)
        }
        do throws(Failure) {
            if let download, response.isSuccess {
                try download(ArraySlice(unsafe [UInt8](piece)))
            } else {
                guard response.body.count + piece.count <= answerLimit else {
                    throw Failure(.tooLarge, "the server's answer exceeds \(answerLimit) bytes")
                }
                unsafe response.body.append(contentsOf: piece)
            }
        } catch {
            failure = error
            return .abort
        }
        lastMove = SystemTime.monotonic()
        return .bytes(piece.count)
    }

    /// Fills `buffer` with what is to be sent.
    func giveBody(_ buffer: UnsafeMutableRawBufferPointer) -> BodyMove {
        if isCancelled { return .abort }
        if let relay { return unsafe relay.give(buffer) }
        guard let upload else { return .bytes(0) }
        if unsent.isEmpty {
            do throws(Failure) {
                unsent = try upload()
            } catch {
                failure = error
                return .abort
            }
            lastMove = SystemTime.monotonic()
        }
        let count = min(buffer.count, unsent.count)
        unsafe buffer.copyBytes(from: unsent.prefix(count))
        unsent.removeFirst(count)
        return .bytes(count)
    }

    /// Called at least once a second with the bytes moved so far; false ends the exchange.
    func mayGoOn(movedBytes: Int64) -> Bool {
        if isCancelled { return false }
        let now = SystemTime.monotonic()
        if movedBytes != self.movedBytes {
            self.movedBytes = movedBytes
            lastMove = now
        } else if let stallLimit, let stallsAt, now > stallsAt {
            failure = Failure(.timedOut, "no byte moved for \(DurationText.text(stallLimit))")
            return false
        }
        return true
    }

    /// When a peer that stays silent is given up; nil without such a limit, or while this side holds the transfer.
    var stallsAt: Moment? {
        guard let stallLimit, relay?.isHolding != true else { return nil }
        return lastMove + stallLimit
    }

    /// This side held the transfer and lets it go on: the peer's time begins anew.
    func resume() { lastMove = SystemTime.monotonic() }
}
