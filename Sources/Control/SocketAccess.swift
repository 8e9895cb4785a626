package import Core
internal import Glibc
internal import Synchronization
internal import Transport
package import Vaults
internal import Volumes

/// A vault that another process holds, reached through its socket.
///
/// Each call is one request; failures arrive as the holder threw them. For threads that may block.
package final class SocketAccess: VaultAccess {
    /// Who holds the vault.
    package let hello: ControlHello
    private let client: ControlClient
    private let requests = Atomic<UInt64>(0)
    /// Makes the names of our requests differ from those of an earlier process with our number.
    private let salt = SystemTime.monotonic().nanoseconds

    /// Connects and checks that both sides speak the same version.
    package init(socketPath: String, vault: String) throws(Failure) {
        client = ControlClient(socketPath: socketPath, vault: vault)
        let json = try client.json("GET", .version, limits: TransferLimits(total: Limits.Control.answer))
        guard let hello = ControlHello(json: json) else {
            throw Failure(.unsupported, "the process behind \(socketPath.shown) is no cbstore that this one knows")
        }
        guard hello.version == ControlProtocol.version else {
            throw Failure(
                .unsupported,
                "process \(hello.process), which holds the vault, is \(hello.program.shown) and speaks version "
                    + "\(hello.version) of the control protocol; this program speaks \(ControlProtocol.version)",
                advice: "unmount the vault or stop that process, then try again with one version of cbstore")
        }
        guard hello.vault.utf8.elementsEqual(vault.utf8) else {
            throw Failure(.notFound, "process \(hello.process) holds another vault")
        }
        self.hello = hello
    }

    /// The vault through whichever of its sockets answers; nil when no process serves it.
    package static func reach(
        hash: String, vault: String, _ surroundings: ControlSocket.Surroundings = .current
    ) throws(Failure) -> SocketAccess? {
        for path in ControlSocket.existing(hash: hash, surroundings) {
            do throws(Failure) {
                return try SocketAccess(socketPath: path, vault: vault)
            } catch {
                // A dead socket file; the next candidate may live.
                if error.code != .network { throw error }
            }
        }
        return nil
    }

    package func info(at path: VaultPath) throws(Failure) -> FileInfo {
        try client.fileInfo(try client.json("GET", .entry(path)))
    }

    package func list(_ path: VaultPath, after: Name?, limit: Int) throws(Failure) -> [FileInfo] {
        var entries: [FileInfo] = []
        var last = after
        while entries.count < limit {
            let page = min(limit - entries.count, ControlProtocol.pageEntries)
            let json = try client.json("GET", .listing(path, after: last, limit: page))
            guard let elements = json["entries"]?.elements, let more = json["more"]?.boolean else {
                throw client.malformed()
            }
            for element in elements { entries.append(try client.fileInfo(element)) }
            guard more, let name = entries.last?.name else { break }
            last = name
        }
        return entries
    }

    package func read(
        _ source: ContentSource, range: Range<UInt64>?, into sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> UInt64 {
        try client.read(.content(source, range: range), into: sink)
    }

    package func store(
        at path: VaultPath, attributes: StoredAttributes, from source: () throws(Failure) -> ArraySlice<UInt8>
    ) throws(Failure) -> FileInfo {
        let number = requests.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "\(getpid())-\(salt)-\(number)"
        return try client.fileInfo(
            try client.upload(.store(path, attributes, request: name), failureAt: .failure(of: name), from: source))
    }

    package func makeDirectory(
        at path: VaultPath, attributes: StoredAttributes, withParents: Bool
    ) throws(Failure) -> FileInfo {
        let body: JSON = ["attributes": attributes.json, "parents": JSON(withParents)]
        return try client.fileInfo(try client.json("PUT", .directory(path), body))
    }

    package func makeLink(
        at path: VaultPath, target: [UInt8], attributes: StoredAttributes
    ) throws(Failure) -> FileInfo {
        let body = JSON.object(JSON.members("target", Name(target)) + [JSON.Member("attributes", attributes.json)])
        return try client.fileInfo(try client.json("PUT", .link(path), body))
    }

    package func setAttributes(at path: VaultPath, to attributes: StoredAttributes) throws(Failure) {
        _ = try client.json("PATCH", .entry(path), attributes.json)
    }

    package func remove(at path: VaultPath, recursively: Bool) throws(Failure) {
        _ = try client.json("DELETE", .removal(path, recursively: recursively))
    }

    package func move(from: VaultPath, to: VaultPath) throws(Failure) {
        let members = JSON.members("from", Name(from.bytes)) + JSON.members("to", Name(to.bytes))
        _ = try client.json("POST", .moves, .object(members))
    }

    package func status() throws(Failure) -> VaultStatus {
        guard let status = VaultStatus(json: try client.json("GET", .status)) else { throw client.malformed() }
        return status
    }

    package func flush() throws(Failure) {
        // Everything that waits in memory may have to reach a slow disk first.
        _ = try client.json("POST", .flush, limits: TransferLimits(total: .seconds(600), stall: nil))
    }

    package func publish(within limit: Duration, _: (SendProgress) -> Void) throws(Failure) {
        _ = try client.json("POST", .publish(within: limit), limits: Self.patience(limit))
    }

    package func synchronize(within limit: Duration) throws(Failure) -> SyncReport {
        let json = try client.json("POST", .synchronize(within: limit), limits: Self.patience(limit))
        guard let report = SyncReport(json: json) else { throw client.malformed() }
        return report
    }

    /// The holder gives up by itself; this only ends a wait for one that hangs.
    private static func patience(_ limit: Duration) -> TransferLimits {
        TransferLimits(total: limit + .seconds(600), stall: nil)
    }
}
