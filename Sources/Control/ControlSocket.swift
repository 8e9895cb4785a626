package import Core
internal import Glibc

/// Where the socket of a held vault is.
package struct ControlSocket: Sendable {
    /// What of the surroundings decides.
    package struct Surroundings: Sendable, Equatable {
        /// `XDG_RUNTIME_DIR`.
        package var runtimeFolder: String?
        package var home: String?
        package var user: UInt32

        package init(runtimeFolder: String?, home: String?, user: UInt32) {
            self.runtimeFolder = runtimeFolder
            self.home = home
            self.user = user
        }

        /// Those of this process.
        package static var current: Surroundings {
            Surroundings(runtimeFolder: variable("XDG_RUNTIME_DIR"), home: variable("HOME"), user: geteuid())
        }

        private static func variable(_ name: String) -> String? {
            guard let value = unsafe getenv(name) else { return nil }
            return unsafe String(validatingCString: value)
        }
    }

    /// Digits of the vault id's hash in the file's name: 64 bits, so that no two vaults of a user meet.
    package static let hashDigits = 16

    /// Where the socket may be, best first; `hash` is the first 16 hex digits of the SHA-256 of the vault's id.
    ///
    /// A command may have another environment than the holder (cron, sudo), so it looks at each.
    package static func candidates(hash: String, _ surroundings: Surroundings = .current) -> [String] {
        var folders: [String] = []
        if let folder = surroundings.runtimeFolder, folder.hasPrefix("/") { folders.append(folder + "/cbstore") }
        folders.append("/run/user/\(surroundings.user)/cbstore")
        if let home = surroundings.home, home.hasPrefix("/") { folders.append(home + "/.cbstore-run") }
        var paths: [String] = []
        for folder in folders {
            let path = "\(folder)/\(hash).sock"
            if path.utf8.count <= Limits.Control.socketPathBytes, !paths.contains(path) { paths.append(path) }
        }
        return paths
    }

    /// The path to listen at: the first whose folder is there or can be made, with mode 0700 and ours alone.
    package static func path(hash: String, _ surroundings: Surroundings = .current) throws(Failure) -> String {
        var refusals: [Failure] = []
        for path in candidates(hash: hash, surroundings) {
            do throws(Failure) {
                try prepare(folder(of: path), user: surroundings.user)
                return path
            } catch {
                refusals.append(error)
            }
        }
        throw Failure(
            .unsupported, "there is no folder for the vault's socket",
            advice: "set XDG_RUNTIME_DIR to a folder of your own with a short path", cause: refusals.first)
    }

    /// The sockets to try as a client: those of the candidates that exist, in folders nobody else can write to.
    package static func existing(hash: String, _ surroundings: Surroundings = .current) -> [String] {
        candidates(hash: hash, surroundings).filter { path in
            Files.exists(path) && (try? check(folder(of: path), user: surroundings.user)) != nil
        }
    }

    private static func folder(of path: String) -> String {
        String(decoding: Files.split(Array(path.utf8)).folder, as: UTF8.self)
    }

    private static func prepare(_ folder: String, user: UInt32) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.makeDirectory(folder)
        } catch {
            throw error.failure
        }
        try check(folder, user: user)
    }

    private static func check(_ folder: String, user: UInt32) throws(Failure) {
        var status = stat()
        do throws(SystemCallFailure) {
            _ = unsafe try folder.withCPath("lstat") { unsafe lstat($0, &status) }
        } catch {
            throw error.failure
        }
        // A link, or a folder that others may write to, would let them put their socket in our place.
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == user, status.st_mode & 0o077 == 0 else {
            throw Failure(
                .denied, "\(folder.shown) is not a folder of yours alone", advice: "chmod 700 \(folder.shown)")
        }
    }
}
