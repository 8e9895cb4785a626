internal import Core
internal import HTTPServing

extension Service {
    /// Every address the mock has; `listener` is what its control endpoints open and close.
    func endpoints(_ listener: Listener) -> [Endpoint] {
        AuthEndpoints(service: self).all + ContentEndpoints(service: self).all + NameEndpoints(service: self).all
            + VaultEndpoints(service: self).all + RoutingEndpoints(service: self).all
            + PublicEndpoints(service: self).all + ControlEndpoints(service: self, listener: listener).all
    }

    func dropRefreshTokens() throws(Failure) {
        do throws(Refusal) {
            try memory.change { (tables) throws(Refusal) in tables.removeRefreshTokens { _ in true } }
        } catch {
            throw Failure(.io, "the mock cannot write its state")
        }
    }

    func makeIDToken(subject: String, email: String?) -> String {
        var claims: [JSON.Member] = [
            .init("iss", "cipherbox"), .init("aud", "web3auth"), .init("sub", .string(subject)),
        ]
        if let email { claims.append(.init("email", .string(email))) }
        return tokens.sign(claims, issued: time.wallClock, lifetime: MockLimits.idTokenLifetime)
    }
}

extension Shelf.Stored {
    /// All of it, for looking inside.
    func bytes() throws(Failure) -> [UInt8] {
        switch self {
        case .memory(let pieces, _): return pieces.flatMap { $0 }
        case .file(let path, let length):
            do throws(SystemCallFailure) {
                return try Files.readWhole(path, limit: Int(clamping: length))
            } catch {
                throw error.failure
            }
        }
    }
}
