internal import Core
internal import Primitives

/// The folder of one account: its session, the lock of whoever changes it, and what a test login needs to log in again.
///
/// Everything here is mode 0600 in a folder of mode 0700. Every method blocks: for threads of our own.
package struct AccountFiles: Sendable {
    private let folder: [UInt8]
    private let base: String

    private var sessionPath: [UInt8] { Files.join(folder, "session") }
    private var testLoginPath: [UInt8] { Files.join(folder, "test-login") }
    private var lockPath: [UInt8] { Files.join(folder, "lock") }

    /// `accounts` holds the folders of all accounts; `base` is the API's address.
    package init(accounts: [UInt8], base: String) {
        folder = Files.join(accounts, Self.folderName(of: base))
        self.base = base
    }

    /// Readable as far as it goes, and never the same for two addresses.
    package static func folderName(of base: String) -> String {
        let address = base.split(separator: "://", maxSplits: 1).last ?? ""
        let host = address.utf8.prefix { $0 != 0x2f }.prefix(80).map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e: byte
            default: 0x5f
            }
        }
        let hash = Hex.encode(SHA256.digest(of: Array(base.utf8)).bytes).prefix(8)
        return String(decoding: host, as: UTF8.self) + "-" + hash
    }

    /// The right to change the session, against every other process; `.busy` when somebody keeps it too long.
    func lock(time: any TimeSource) throws(Failure) -> FileLock {
        do throws(SystemCallFailure) {
            try Files.makeDirectory(folder, mode: 0o700, withParents: true)
            return try FileLock(lockPath, wait: RemoteLimits.sessionLock, time: time)
        } catch {
            guard error.errno == .busy else {
                throw Failure(error.errno.code, "the account's folder cannot be used", cause: error)
            }
            throw Failure(
                .busy, "another process is renewing the session at \(base) and does not end",
                advice: "end it, or try again later")
        }
    }

    /// The session, or nil when nobody is logged in.
    func session(time: any TimeSource) throws(Failure) -> AccountSession? {
        guard let bytes = try read(sessionPath) else { return nil }
        guard let json = try? JSON(parsing: bytes) else { throw AccountSession.damaged }
        return try AccountSession(json: json, base: base, time: time)
    }

    /// Replaces the session; on the disk when this returns.
    func write(_ session: AccountSession) throws(Failure) { try write(sessionPath, session.json(base: base)) }

    /// What logs in again without anybody's help.
    struct TestLogin: Sendable, Equatable {
        let email: String
        let secret: Token
    }

    func testLogin() throws(Failure) -> TestLogin? {
        guard let bytes = try read(testLoginPath), let json = try? JSON(parsing: bytes),
            let email = json["email"]?.text, let secret = json["secret"]?.text.flatMap({ Token(secret: $0) })
        else { return nil }
        return TestLogin(email: email, secret: secret)
    }

    /// Keeps or, with nil, forgets it.
    func write(_ login: TestLogin?) throws(Failure) {
        guard let login else { return try remove(testLoginPath) }
        try write(testLoginPath, ["email": JSON(login.email), "secret": JSON(login.secret.text)])
    }

    /// Forgets session and test login.
    func removeAll() throws(Failure) {
        try remove(sessionPath)
        try remove(testLoginPath)
    }

    private func read(_ path: [UInt8]) throws(Failure) -> [UInt8]? {
        do throws(SystemCallFailure) {
            return try Files.readWhole(path, limit: RemoteLimits.sessionBytes)
        } catch {
            if error.errno == .noEntry || error.errno == .notDirectory { return nil }
            throw Failure(error.errno.code, "the account's file cannot be read", cause: error)
        }
    }

    private func write(_ path: [UInt8], _ json: JSON) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.writeAtomically(path, json.bytes() + [0x0a], mode: 0o600)
        } catch {
            throw Failure(error.errno.code, "the session cannot be stored", cause: error)
        }
    }

    private func remove(_ path: [UInt8]) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.remove(path)
            try Files.synchronizeFolder(folder)
        } catch {
            guard error.errno != .noEntry else { return }
            throw Failure(error.errno.code, "the account's file cannot be removed", cause: error)
        }
    }
}
