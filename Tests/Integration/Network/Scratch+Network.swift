import Core
import Glibc
import MockServer
import Testing

/// A machine with a vault that has a remote.
extension Scratch {
    static let account = "alice@test.local"

    /// Runs `body` with a mock server in this process.
    static func withMock(_ options: MockOptions = .unthrottled, _ body: (CipherBoxMock) throws -> Void) throws {
        let mock = try CipherBoxMock.start(options)
        defer { mock.stop() }
        try body(mock)
    }

    /// What devices of this machine are called; never longer than a few letters where it could be anything else.
    static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        unsafe _ = gethostname(&buffer, 255)
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.utf8.count >= 5 ? name : "no such name anywhere"
    }

    /// Makes later children use this server, as somebody who is logged in there.
    func connect(to url: String, account: String = Scratch.account) throws {
        set("CIPHERBOX_API_URL", url)
        set("CIPHERBOX_TEST_SECRET", "e2e-test-secret")
        try expect(0, "login", "--test", account)
    }

    /// Makes a vault; its recovery phrase.
    func makeVault() throws -> String {
        try #require(try expect(0, "init", "--no-passphrase", "--json").json()["recovery_phrase"]?.text)
    }

    /// Makes this machine another device of a vault, with nothing but its phrase and an account.
    func recover(_ phrase: String, from url: String) throws {
        try expect(0, "recover", "--no-passphrase", input: .text(phrase + "\n"))
        try connect(to: url)
    }

    /// What `status` says of the remote.
    func remoteStatus() throws -> JSON {
        try #require(try expect(0, "status", "--json").json()["remote"])
    }

    /// Asks `status` until `isReached`; an issue when that takes too long.
    @discardableResult
    func waitForRemote(
        _ what: String, limit: Duration = .seconds(40), sourceLocation: SourceLocation = #_sourceLocation,
        until isReached: (JSON) -> Bool
    ) throws -> JSON {
        let deadline = SystemTime.monotonic() + limit
        while true {
            let status = try remoteStatus()
            if isReached(status) { return status }
            guard SystemTime.monotonic() < deadline else {
                Issue.record("not \(what) within \(limit): \(status)", sourceLocation: sourceLocation)
                return status
            }
        }
    }

    func waitUntilPublished(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try waitForRemote("published", sourceLocation: sourceLocation) { $0["state"]?.text == "published" }
    }

    /// Paths and SHA-256 digests of all files below `place`, one a line; read by a child.
    func digests(of place: String) throws -> String {
        try python(
            """
            import hashlib, os
            for folder, folders, files in sorted(os.walk(".")):
                for name in sorted(files):
                    path = os.path.join(folder, name)
                    with open(path, "rb") as file: print(path, hashlib.file_digest(file, "sha256").hexdigest())
            """, in: place, limit: .seconds(120)
        ).output
    }
}
