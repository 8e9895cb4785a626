/// What went wrong, in the words every layer shares; its row in the table says how each edge reports it.
package enum FailureCode: String, Sendable, CaseIterable {
    case other, partly, interrupted, usage
    case invalid, notFound, alreadyExists, notDirectory, isDirectory, notEmpty, nameTooLong, tooLarge
    case denied, notPermitted, readOnly, wrongPassphrase, notLoggedIn
    case crossesVaults, tooManyLinks, tooManySymlinks, noAttribute, bufferTooSmall, badHandle, stale, noDevice
    case tooManyOpen, textBusy, busy, conflict
    case noSpace, overLimit, outOfMemory
    case network, timedOut, unsupported, unknownFormat
    case integrity, damaged, io
}

/// Whether trying again can help.
package enum RetryClass: String, Sendable {
    /// The same call fails in the same way.
    case never
    /// The cause may pass by itself.
    case later
    /// A fresh login is needed first.
    case afterLogin
}

/// How one failure code looks at each edge.
package struct FailureRow: Sendable, Equatable {
    package let errno: Errno
    package let httpStatus: Int
    package let exitCode: Int32
    package let retry: RetryClass

    init(_ errno: Errno, _ httpStatus: Int, _ exitCode: Int32, _ retry: RetryClass) {
        self.errno = errno
        self.httpStatus = httpStatus
        self.exitCode = exitCode
        self.retry = retry
    }
}

extension FailureCode {
    /// The one table from code to errno, HTTP status, exit code and retry class.
    package var row: FailureRow {
        switch self {
        case .other: FailureRow(.io, 500, 1, .never)
        case .partly: FailureRow(.io, 500, 2, .later)
        case .interrupted: FailureRow(.interrupted, 503, 130, .later)
        case .usage: FailureRow(.invalid, 400, 64, .never)
        case .invalid: FailureRow(.invalid, 400, 1, .never)
        case .notFound: FailureRow(.noEntry, 404, 3, .never)
        case .alreadyExists: FailureRow(.exists, 409, 7, .never)
        case .notDirectory: FailureRow(.notDirectory, 400, 1, .never)
        case .isDirectory: FailureRow(.isDirectory, 400, 1, .never)
        case .notEmpty: FailureRow(.notEmpty, 409, 1, .never)
        case .nameTooLong: FailureRow(.nameTooLong, 400, 1, .never)
        case .tooLarge: FailureRow(.tooLarge, 413, 8, .never)
        case .denied: FailureRow(.denied, 403, 4, .never)
        case .notPermitted: FailureRow(.notPermitted, 403, 4, .never)
        case .readOnly: FailureRow(.readOnly, 403, 4, .never)
        case .wrongPassphrase: FailureRow(.denied, 403, 4, .never)
        case .notLoggedIn: FailureRow(.denied, 401, 4, .afterLogin)
        case .crossesVaults: FailureRow(.crossDevice, 400, 1, .never)
        case .tooManyLinks: FailureRow(.tooManyLinks, 400, 1, .never)
        case .tooManySymlinks: FailureRow(.loop, 400, 1, .never)
        case .noAttribute: FailureRow(.noData, 404, 3, .never)
        case .bufferTooSmall: FailureRow(.range, 400, 1, .never)
        case .badHandle: FailureRow(.badDescriptor, 400, 1, .never)
        case .stale: FailureRow(.stale, 404, 1, .never)
        case .noDevice: FailureRow(.noDeviceOrAddress, 400, 1, .never)
        case .tooManyOpen: FailureRow(.tooManyFiles, 503, 9, .later)
        case .textBusy: FailureRow(.textBusy, 409, 9, .later)
        case .busy: FailureRow(.busy, 503, 9, .later)
        case .conflict: FailureRow(.busy, 409, 7, .never)
        case .noSpace: FailureRow(.noSpace, 413, 8, .later)
        case .overLimit: FailureRow(.quota, 413, 8, .later)
        case .outOfMemory: FailureRow(.noMemory, 503, 8, .later)
        case .network: FailureRow(.io, 503, 5, .later)
        case .timedOut: FailureRow(.timedOut, 503, 5, .later)
        case .unsupported: FailureRow(.notSupported, 400, 1, .never)
        case .unknownFormat: FailureRow(.io, 500, 1, .never)
        case .integrity: FailureRow(.io, 500, 6, .never)
        case .damaged: FailureRow(.io, 500, 6, .never)
        case .io: FailureRow(.io, 500, 1, .later)
        }
    }
}
