import Core
import Testing

@Suite struct FailureTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let code: FailureCode
        let errno: Int32
        let http: Int
        let exit: Int32
        let retry: RetryClass

        init(_ code: FailureCode, _ errno: Int32, _ http: Int, _ exit: Int32, _ retry: RetryClass) {
            (self.code, self.errno, self.http, self.exit, self.retry) = (code, errno, http, exit, retry)
        }

        var testDescription: String { code.rawValue }
    }

    /// Written out by hand, with Linux's own numbers, so that neither table can follow the other's mistake.
    static let table: [Row] = [
        Row(.other, 5, 500, 1, .never),
        Row(.partly, 5, 500, 2, .later),
        Row(.interrupted, 4, 503, 130, .later),
        Row(.usage, 22, 400, 64, .never),
        Row(.invalid, 22, 400, 1, .never),
        Row(.notFound, 2, 404, 3, .never),
        Row(.alreadyExists, 17, 409, 7, .never),
        Row(.notDirectory, 20, 400, 1, .never),
        Row(.isDirectory, 21, 400, 1, .never),
        Row(.notEmpty, 39, 409, 1, .never),
        Row(.nameTooLong, 36, 400, 1, .never),
        Row(.tooLarge, 27, 413, 8, .never),
        Row(.denied, 13, 403, 4, .never),
        Row(.notPermitted, 1, 403, 4, .never),
        Row(.readOnly, 30, 403, 4, .never),
        Row(.wrongPassphrase, 13, 403, 4, .never),
        Row(.notLoggedIn, 13, 401, 4, .afterLogin),
        Row(.crossesVaults, 18, 400, 1, .never),
        Row(.tooManyLinks, 31, 400, 1, .never),
        Row(.tooManySymlinks, 40, 400, 1, .never),
        Row(.noAttribute, 61, 404, 3, .never),
        Row(.bufferTooSmall, 34, 400, 1, .never),
        Row(.badHandle, 9, 400, 1, .never),
        Row(.stale, 116, 404, 1, .never),
        Row(.noDevice, 6, 400, 1, .never),
        Row(.tooManyOpen, 23, 503, 9, .later),
        Row(.textBusy, 26, 409, 9, .later),
        Row(.busy, 16, 503, 9, .later),
        Row(.conflict, 16, 409, 7, .never),
        Row(.noSpace, 28, 413, 8, .later),
        Row(.overLimit, 122, 413, 8, .later),
        Row(.outOfMemory, 12, 503, 8, .later),
        Row(.network, 5, 503, 5, .later),
        Row(.timedOut, 110, 503, 5, .later),
        Row(.unsupported, 95, 400, 1, .never),
        Row(.unknownFormat, 5, 500, 1, .never),
        Row(.integrity, 5, 500, 6, .never),
        Row(.damaged, 5, 500, 6, .never),
        Row(.io, 5, 500, 1, .later),
    ]

    @Test("every code has one row")
    func isComplete() {
        #expect(Self.table.map(\.code.rawValue).sorted() == FailureCode.allCases.map(\.rawValue).sorted())
    }

    @Test("each cell of the table is what its edge documents", arguments: table)
    func cell(_ expected: Row) {
        let row = expected.code.row
        #expect(row.errno.rawValue == expected.errno)
        #expect(row.httpStatus == expected.http)
        #expect(row.exitCode == expected.exit)
        #expect(row.retry == expected.retry)
    }

    @Test("only the documented exit codes and HTTP statuses appear")
    func vocabulary() {
        #expect(Set(Self.table.map(\.exit)).isSubset(of: [1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 130]))
        #expect(Set(Self.table.map(\.http)).isSubset(of: [400, 401, 403, 404, 409, 413, 429, 500, 503]))
    }

    @Test("a damaged byte is never tried again silently", arguments: [FailureCode.integrity, .damaged])
    func integrityIsFinal(_ code: FailureCode) {
        #expect(code.row.retry == .never)
    }

    @Test(
        "an error number keeps its meaning as a code",
        arguments: [
            (1, FailureCode.notPermitted), (2, .notFound), (4, .interrupted), (5, .io), (12, .outOfMemory),
            (13, .denied), (16, .busy), (17, .alreadyExists), (18, .crossesVaults), (20, .notDirectory),
            (21, .isDirectory), (22, .invalid), (23, .tooManyOpen), (26, .textBusy), (27, .tooLarge), (28, .noSpace),
            (30, .readOnly), (31, .tooManyLinks), (34, .bufferTooSmall), (36, .nameTooLong), (38, .unsupported),
            (39, .notEmpty), (40, .tooManySymlinks), (61, .noAttribute), (95, .unsupported), (110, .timedOut),
            (116, .stale), (122, .overLimit), (9999, .io),
        ] as [(Int32, FailureCode)])
    func errnoToCode(_ number: Int32, _ code: FailureCode) {
        #expect(Errno(rawValue: number).code == code)
    }

    @Test("a failure tells what happened, why, and what to do")
    func description() {
        let below = SystemCallFailure(.noEntry, "open", "/tmp/x")
        #expect(below.description == "open /tmp/x: No such file or directory")
        let failure = Failure(.notFound, "no vault here", advice: "run 'cbstore init'", cause: below)
        #expect(
            failure.description
                == "no vault here: open /tmp/x: No such file or directory; run 'cbstore init'")
        #expect(Failure.wrapping(failure).code == .notFound)
        #expect(Failure.wrapping(below).message == "/tmp/x: No such file or directory")
        #expect(Failure.wrapping(MalformedBytes("x"), "reading").code == .other)
    }
}
