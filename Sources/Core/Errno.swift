internal import CLinux
internal import Glibc

/// A POSIX error number.
package struct Errno: RawRepresentable, Error, Sendable, Hashable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// The calling thread's last error number.
    package static var last: Errno { Errno(rawValue: cl_errno()) }

    package static let notPermitted = Errno(rawValue: EPERM)
    package static let noEntry = Errno(rawValue: ENOENT)
    package static let interrupted = Errno(rawValue: EINTR)
    package static let io = Errno(rawValue: EIO)
    package static let noDeviceOrAddress = Errno(rawValue: ENXIO)
    package static let badDescriptor = Errno(rawValue: EBADF)
    package static let again = Errno(rawValue: EAGAIN)
    package static let noMemory = Errno(rawValue: ENOMEM)
    package static let denied = Errno(rawValue: EACCES)
    package static let busy = Errno(rawValue: EBUSY)
    package static let exists = Errno(rawValue: EEXIST)
    package static let crossDevice = Errno(rawValue: EXDEV)
    package static let noDevice = Errno(rawValue: ENODEV)
    package static let notDirectory = Errno(rawValue: ENOTDIR)
    package static let isDirectory = Errno(rawValue: EISDIR)
    package static let invalid = Errno(rawValue: EINVAL)
    package static let tooManyFiles = Errno(rawValue: ENFILE)
    package static let textBusy = Errno(rawValue: ETXTBSY)
    package static let tooLarge = Errno(rawValue: EFBIG)
    package static let noSpace = Errno(rawValue: ENOSPC)
    package static let readOnly = Errno(rawValue: EROFS)
    package static let tooManyLinks = Errno(rawValue: EMLINK)
    package static let brokenPipe = Errno(rawValue: EPIPE)
    package static let range = Errno(rawValue: ERANGE)
    package static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
    package static let notSupportedCall = Errno(rawValue: ENOSYS)
    package static let notEmpty = Errno(rawValue: ENOTEMPTY)
    package static let loop = Errno(rawValue: ELOOP)
    package static let noData = Errno(rawValue: ENODATA)
    package static let timedOut = Errno(rawValue: ETIMEDOUT)
    package static let stale = Errno(rawValue: ESTALE)
    package static let quota = Errno(rawValue: EDQUOT)
    package static let notSupported = Errno(rawValue: EOPNOTSUPP)
    package static let connectionAborted = Errno(rawValue: ECONNABORTED)
    package static let notConnected = Errno(rawValue: ENOTCONN)

    /// The C library's text for this number.
    package var text: String {
        var buffer = [UInt8](repeating: 0, count: 128)
        unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe cl_error_text(rawValue, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The failure code nearest to this number.
    package var code: FailureCode {
        switch self {
        case .notPermitted: .notPermitted
        case .noEntry: .notFound
        case .interrupted: .interrupted
        case .denied: .denied
        case .busy: .busy
        case .exists: .alreadyExists
        case .crossDevice: .crossesVaults
        case .notDirectory: .notDirectory
        case .isDirectory: .isDirectory
        case .invalid: .invalid
        case .tooManyFiles: .tooManyOpen
        case .textBusy: .textBusy
        case .tooLarge: .tooLarge
        case .noSpace: .noSpace
        case .quota: .overLimit
        case .readOnly: .readOnly
        case .tooManyLinks: .tooManyLinks
        case .range: .bufferTooSmall
        case .nameTooLong: .nameTooLong
        case .notEmpty: .notEmpty
        case .loop: .tooManySymlinks
        case .noData: .noAttribute
        case .timedOut: .timedOut
        case .stale: .stale
        case .noMemory: .outOfMemory
        case .notSupported, .notSupportedCall: .unsupported
        default: .io
        }
    }
}

/// A system call that failed: which one, on what, with which number.
package struct SystemCallFailure: Error, Sendable, CustomStringConvertible {
    package let errno: Errno
    package let call: String
    package let subject: String

    package init(_ errno: Errno, _ call: String, _ subject: String) {
        self.errno = errno
        self.call = call
        self.subject = subject
    }

    package var description: String { "\(call) \(subject): \(errno.text)" }
    package var failure: Failure { Failure(errno.code, "\(subject): \(errno.text)") }
}

/// Runs one system call, again when a signal interrupted it, and turns -1 into a typed error.
@discardableResult
package func systemCall<Result: FixedWidthInteger & SignedInteger>(
    _ call: String, _ subject: @autoclosure () -> String, _ body: () -> Result
) throws(SystemCallFailure) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let number = Errno.last
        if number == .interrupted { continue }
        throw SystemCallFailure(number, call, subject())
    }
}
