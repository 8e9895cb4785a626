package import Core
internal import Glibc

/// What client and server of a vault's socket agree on.
package enum ControlProtocol {
    /// Raised when an older peer would misunderstand; additions that an older peer ignores do not count.
    package static let version = 1

    static let prefix = "/api/v0"
    /// Trailer of a read: size of the whole file.
    static let sizeTrailer = "Cbstore-Size"
    /// Entries of a directory in one answer; about 400 bytes each in JSON.
    static let pageEntries = 1000
}

/// Who serves a vault's socket.
package struct ControlHello: Sendable, Equatable {
    package var program: String
    package var version: Int
    package var process: Int32
    package var vault: String
    package var mountpoint: String?

    package init(
        program: String, vault: String, mountpoint: String? = nil, version: Int = ControlProtocol.version,
        process: Int32 = getpid()
    ) {
        self.program = program
        self.version = version
        self.process = process
        self.vault = vault
        self.mountpoint = mountpoint
    }

    package var json: JSON {
        [
            "program": JSON(program), "protocol": JSON(version), "pid": JSON(process), "vault": JSON(vault),
            "mountpoint": JSON(mountpoint),
        ]
    }

    package init?(json: JSON) {
        guard let program = json["program"]?.text, let version = json["protocol"]?.int,
            let process = json.number("pid", Int32.self), let vault = json["vault"]?.text
        else { return nil }
        self.init(
            program: program, vault: vault, mountpoint: json["mountpoint"]?.text, version: version, process: process)
    }
}
