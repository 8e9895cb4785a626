import Control
import Core
import Glibc
import HTTPServing
import Testing
import Transport
import Volumes

@Suite struct SocketTests {
    /// A connection without a client's manners.
    private func connectRaw(_ path: String) throws -> Int32 {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        return number
    }

    @Test(
        "a client that dies in the middle of a store leaves what was there before",
        arguments: ["Content-Length: 1000\r\n\r\n0123456789", "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n"])
    func killedClient(rest: String) throws {
        let fixture = try VaultFixture(.socket)
        _ = try fixture.store(path("/f"), [7])
        let raw = try connectRaw(fixture.socketPath)
        let vault = PercentCoding.encode("the vault/ä".utf8)
        let text = Array("PUT /api/v0/vaults/\(vault)/content/f HTTP/1.1\r\nHost: x\r\n\(rest)".utf8)
        #expect(unsafe text.withUnsafeBytes { unsafe write(raw, $0.baseAddress!, $0.count) } == text.count)
        fixture.vault.waitForTaken(bytes: 11)
        close(raw)
        fixture.vault.waitForAbortedStore()
        #expect(try fixture.content(.path(path("/f"))).bytes == [7])
        #expect(try fixture.access.list(.root, after: nil, limit: 10).count == 1)
    }

    @Test("the greeting tells who serves, and another vault's name is refused")
    func hello() throws {
        let fixture = try VaultFixture(.socket)
        let access = try #require(fixture.access as? SocketAccess)
        #expect(access.hello == ControlHello(program: "test 1", vault: "the vault/ä", mountpoint: "/mnt"))
        #expect(access.hello.process == getpid())
        let failure = #expect(throws: Failure.self) {
            _ = try SocketAccess(socketPath: fixture.socketPath, vault: "other")
        }
        #expect(failure?.code == .notFound)
    }

    @Test("a holder of another protocol version is named, and what to do about it")
    func otherVersion() throws {
        let folder = try VaultFixture.makeFolder()
        let hello = ControlHello(program: "cbstore 0.0.1", vault: "v", version: ControlProtocol.version + 1)
        let server = try ControlServer(MemoryVault(), hello: hello, socketPath: folder + "/s")
        let failure = try #require(
            #expect(throws: Failure.self) { _ = try SocketAccess(socketPath: folder + "/s", vault: "v") })
        #expect(failure.code == .unsupported)
        #expect(failure.message.contains("cbstore 0.0.1"))
        #expect(failure.message.contains("process \(getpid())"))
        #expect(failure.advice != nil)
        server.stop(within: .seconds(5))
        try Files.removeDirectory(folder)
    }

    @Test("another user is refused by the socket itself")
    func stranger() throws {
        let folder = try VaultFixture.makeFolder()
        var options = ServerOptions.control
        options.admitsPeer = { !$0.isOwnerOrRoot() }
        let server = try ControlServer(
            MemoryVault(), hello: ControlHello(program: "p", vault: "v"), socketPath: folder + "/s", options: options)
        let failure = #expect(throws: Failure.self) { _ = try SocketAccess(socketPath: folder + "/s", vault: "v") }
        #expect(failure?.code == .denied)
        server.stop(within: .seconds(5))
        try Files.removeDirectory(folder)
    }

    @Test("components that are no names are refused", arguments: [".", "..", "a%2Fb", "%00"])
    func components(text: String) throws {
        let fixture = try VaultFixture(.socket)
        let connection = try HTTPConnection(.unixSocket(path: fixture.socketPath))
        let vault = PercentCoding.encode("the vault/ä".utf8)
        let response = try connection.send(HTTPRequest("GET", "http://x/api/v0/vaults/\(vault)/entries/\(text)"))
        #expect(response.status == 400)
        #expect(try JSON(parsing: response.body)["code"]?.text == "invalid")
    }

    @Test("the socket is found in whichever folder it lies, and nobody behind it is nil")
    func reach() throws {
        let home = try VaultFixture.makeFolder()
        let runtime = try VaultFixture.makeFolder()
        let hash = "0123456789abcdef"
        let serving = ControlSocket.Surroundings(runtimeFolder: nil, home: home, user: geteuid())
        let asking = ControlSocket.Surroundings(runtimeFolder: runtime, home: home, user: geteuid())
        #expect(try SocketAccess.reach(hash: hash, vault: "v", asking) == nil)
        try Files.makeDirectory(home + "/.cbstore-run")
        let path = home + "/.cbstore-run/\(hash).sock"
        let server = try ControlServer(MemoryVault(), hello: ControlHello(program: "p", vault: "v"), socketPath: path)
        #expect(ControlSocket.candidates(hash: hash, serving).contains(path))
        #expect(try SocketAccess.reach(hash: hash, vault: "v", asking)?.hello.program == "p")
        server.stop(within: .seconds(5))
        #expect(try SocketAccess.reach(hash: hash, vault: "v", asking) == nil)
        for folder in [home + "/.cbstore-run", home, runtime] { try Files.removeDirectory(folder) }
    }

    @Test("the path has the hash in a folder of the user's alone")
    func socketPath() throws {
        let runtime = try VaultFixture.makeFolder()
        let around = ControlSocket.Surroundings(runtimeFolder: runtime, home: nil, user: geteuid())
        let path = try ControlSocket.path(hash: "0123456789abcdef", around)
        #expect(path == runtime + "/cbstore/0123456789abcdef.sock")
        var status = stat()
        _ = unsafe try (runtime + "/cbstore").withCPath("lstat") { unsafe lstat($0, &status) }
        #expect(status.st_mode & 0o7777 == 0o700)
        let mode = unsafe try (runtime + "/cbstore").withCPath("chmod") { unsafe chmod($0, 0o777) }
        #expect(mode == 0)
        let open = try? ControlSocket.path(hash: "0123456789abcdef", around)
        #expect(open != path)
        let foreign = ControlSocket.Surroundings(runtimeFolder: runtime, home: runtime, user: geteuid() &+ 1)
        #expect(throws: Failure.self) { _ = try ControlSocket.path(hash: "0123456789abcdef", foreign) }
        try? Files.removeDirectory(runtime + "/.cbstore-run")
        try Files.removeDirectory(runtime + "/cbstore")
        try Files.removeDirectory(runtime)
    }

    @Test("a folder with too long a name is passed over")
    func longFolders() {
        let long = "/" + String(repeating: "d", count: 100)
        let around = ControlSocket.Surroundings(runtimeFolder: long, home: "/home/u", user: 7)
        #expect(
            ControlSocket.candidates(hash: "0123456789abcdef", around) == [
                "/run/user/7/cbstore/0123456789abcdef.sock", "/home/u/.cbstore-run/0123456789abcdef.sock",
            ])
        let relative = ControlSocket.Surroundings(runtimeFolder: "run", home: "", user: 7)
        #expect(ControlSocket.candidates(hash: "0123456789abcdef", relative).count == 1)
    }
}
