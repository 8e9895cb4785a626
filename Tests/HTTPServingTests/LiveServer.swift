import Core
import Glibc
import HTTPServing
import Transport

/// Which kind of connection a test runs over.
enum Link: String, CaseIterable, Sendable {
    case unix, tcp
}

/// A server with the given routes, and clients of it; both end with the fixture.
final class LiveServer: Sendable {
    let server: HTTPServer
    let folder: String
    let peer: HTTPPeer
    let base: String

    init(_ link: Link, _ routes: [Route], options: ServerOptions = ServerOptions()) throws {
        folder = try Self.makeFolder()
        switch link {
        case .unix:
            let path = folder + "/s"
            server = try HTTPServer(.unixSocket(path: path), routes: routes, options: options)
            peer = .unixSocket(path: path)
            base = "http://test"
        case .tcp:
            server = try HTTPServer(.loopback(), routes: routes, options: options)
            peer = .network
            guard case .tcp(let host, let port) = server.address else { throw Failure(.other, "no port") }
            base = "http://\(host):\(port)"
        }
    }

    deinit {
        server.stop(within: .zero)
        try? Files.remove(folder + "/s")
        try? Files.removeDirectory(folder)
    }

    static func makeFolder() throws -> String {
        var template = Array("/tmp/http-test-XXXXXX".utf8CString)
        guard unsafe template.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) }) != nil else {
            throw Failure(.io, "mkdtemp")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func connection() throws -> HTTPConnection { try HTTPConnection(peer) }

    func request(
        _ method: String, _ path: String, headers: HeaderFields = [:], body: [UInt8]? = nil
    ) -> HTTPRequest {
        HTTPRequest(method, base + path, headers: headers, body: body, limits: TransferLimits(total: .seconds(60)))
    }

    func send(
        _ method: String, _ path: String, headers: HeaderFields = [:], body: [UInt8]? = nil
    ) throws -> HTTPResponse {
        try connection().send(request(method, path, headers: headers, body: body))
    }
}

/// Bytes that differ at every place where a stream could be cut or joined wrongly.
enum Pattern {
    static func bytes(_ range: Range<Int>) -> [UInt8] {
        range.map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 8) &* 17 &+ ($0 >> 16)) }
    }

    /// Checks pieces as they come.
    struct Checker {
        private(set) var count = 0
        private(set) var isRight = true

        mutating func take(_ piece: ArraySlice<UInt8>) {
            if !piece.elementsEqual(Pattern.bytes(count..<count + piece.count)) { isRight = false }
            count += piece.count
        }
    }

    /// Gives `size` bytes in pieces of `step`.
    struct Source {
        var position = 0
        let size: Int
        let step: Int

        init(_ size: Int, step: Int = 100_000) {
            self.size = size
            self.step = step
        }

        mutating func next() -> ArraySlice<UInt8> {
            let end = min(size, position + step)
            defer { position = end }
            return Pattern.bytes(position..<end)[...]
        }
    }
}
