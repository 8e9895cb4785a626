internal import CLinux
package import Core
internal import Glibc
internal import Synchronization

/// The serving process's end of the pipe on which its parent waits: it says once that it is ready, or why it never will be.
package final class ReadinessPipe: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Takes over the descriptor the parent gave; the helpers this process starts do not get it.
    package init(inherited descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
        _ = cl_fcntl_int(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { send([]) }

    /// Nil says ready. Only the first word counts, and the pipe is closed behind it.
    package func say(_ failure: Failure?) { send(failure.map(ReadinessMessage.encode) ?? [ReadinessMessage.ready]) }

    /// One write below the size of a pipe's buffer, so it never waits; a parent that has gone misses nothing.
    private func send(_ bytes: [UInt8]) {
        guard let descriptor = descriptor.withLock({ $0.take() }) else { return }
        if !bytes.isEmpty { unsafe _ = write(descriptor, bytes, bytes.count) }
        close(descriptor)
    }
}

/// What goes through the pipe: one byte, or a zero and the failure as fields (1 code, 2 message, 3 advice).
enum ReadinessMessage {
    static let ready: UInt8 = 1

    static func encode(_ failure: Failure) -> [UInt8] {
        var message = failure.message
        if let cause = failure.cause { message += ": \(cause)" }
        var writer = FieldWriter()
        writer.bytes(1, failure.code.rawValue.utf8)
        writer.bytes(2, message.utf8.prefix(2000))
        if let advice = failure.advice { writer.bytes(3, advice.utf8.prefix(1000)) }
        return [0] + writer.bytes
    }

    /// Nil for ready; a failure of its own for bytes that are neither.
    static func decode(_ bytes: [UInt8]) -> Failure? {
        if bytes == [ready] { return nil }
        let broken = Failure(.other, "the serving process sent something else than its state")
        guard bytes.first == 0 else { return broken }
        var (code, message, advice) = (FailureCode.other, "", String?.none)
        var reader = FieldReader(bytes.dropFirst())
        do throws(MalformedBytes) {
            while let (field, value) = try reader.next() {
                let text = String(decoding: try value.bytes("field \(field)"), as: UTF8.self)
                switch field {
                case 1: code = FailureCode(rawValue: text) ?? .other
                case 2: message = text
                case 3: advice = text
                default: break
                }
            }
        } catch { return broken }
        return Failure(code, message, advice: advice)
    }
}
