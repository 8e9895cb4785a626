import Control
import Core
import Glibc

/// How a test reaches the vault: the same body runs over both.
enum Way: String, CaseIterable, Sendable {
    case direct, socket
}

/// A vault in memory, with a server and a client of it when the way is the socket.
final class VaultFixture: Sendable {
    let vault = MemoryVault()
    let access: any VaultAccess
    let folder: String
    let server: ControlServer?
    var socketPath: String { folder + "/v.sock" }

    init(_ way: Way) throws {
        folder = try Self.makeFolder()
        switch way {
        case .direct:
            server = nil
            access = vault
        case .socket:
            let hello = ControlHello(program: "test 1", vault: "the vault/ä", mountpoint: "/mnt")
            server = try ControlServer(vault, hello: hello, socketPath: folder + "/v.sock")
            access = try SocketAccess(socketPath: folder + "/v.sock", vault: "the vault/ä")
        }
    }

    deinit {
        server?.stop(within: .zero)
        try? Files.removeDirectory(folder)
    }

    static func makeFolder() throws -> String {
        var template = Array("/tmp/control-test-XXXXXX".utf8CString)
        guard unsafe template.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) }) != nil else {
            throw Failure(.io, "mkdtemp")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func store(_ path: VaultPath, _ content: [UInt8], _ attributes: StoredAttributes = StoredAttributes()) throws
        -> FileInfo
    {
        var rest = content[...]
        return try access.store(at: path, attributes: attributes) { () throws(Failure) in
            let piece = rest.prefix(70_000)
            rest = rest.dropFirst(70_000)
            return piece
        }
    }

    func content(_ source: ContentSource, _ range: Range<UInt64>? = nil) throws -> (bytes: [UInt8], size: UInt64) {
        var bytes: [UInt8] = []
        let size = try access.read(source, range: range) { (piece) throws(Failure) in bytes += piece }
        return (bytes, size)
    }
}

func path(_ text: String) -> VaultPath { VaultPath(Array(text.utf8)) }

/// Bytes that differ at every place where a stream could be cut or joined wrongly.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 8) &* 17 &+ ($0 >> 16)) }
}
