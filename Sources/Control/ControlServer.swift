package import Core
package import HTTPServing

/// Serves one vault to the other commands of its user, over a unix socket.
///
/// Requests run on threads of the server's own; the vault's methods may block them.
package final class ControlServer: Sendable {
    private let server: HTTPServer

    /// Serves at once. `access` must be ready; `hello` tells who we are.
    package init(
        _ access: any VaultAccess, hello: ControlHello, socketPath: String, options: ServerOptions = .control
    ) throws(Failure) {
        let routes = ControlRoutes(access: access, hello: hello)
        server = try HTTPServer(.unixSocket(path: socketPath), routes: routes.all, options: options)
    }

    /// Lets requests under way end until the limit has passed, then breaks them; returns whether all ended.
    @discardableResult
    package func stop(within limit: Duration = Limits.Control.answer) -> Bool { server.stop(within: limit) }
}

extension ServerOptions {
    /// For a vault's socket: only the owner and root, and no clock on bodies, for the peer's death is always seen.
    package static var control: ServerOptions { ServerOptions(bodyIdleLimit: nil) }
}
