package import Core
package import Transport

/// What the user may keep at a CipherBox server.
package struct CipherBoxQuota: Sendable, Equatable {
    /// Bytes of everything that was ever uploaded, each object counted once: the server never counts down.
    package let usedBytes: UInt64
    package let limitBytes: UInt64
    package let remainingBytes: UInt64

    package init(usedBytes: UInt64, limitBytes: UInt64, remainingBytes: UInt64) {
        self.usedBytes = usedBytes
        self.limitBytes = limitBytes
        self.remainingBytes = remainingBytes
    }
}

/// The calls of a CipherBox API that are about the account and not about one object or name.
package struct CipherBoxAPI: Sendable {
    /// Without a slash at its end.
    let base: String
    let service: any HTTPService

    /// `service` adds the session; `CipherBox` puts one together.
    package init(base: String, service: any HTTPService) {
        self.base = base
        self.service = service
    }

    package func quota() async throws(Failure) -> CipherBoxQuota {
        let what = "asking \(base) for the quota"
        let call = CipherBoxCalls.call("GET", base, "/vault/quota", route: "/vault/quota")
        let response = try await service.send(call)
        if let failure = response.failure(doing: what) { throw failure }
        let json = try CipherBoxCalls.document(response, doing: what)
        guard let used = json["usedBytes"]?.wholeNumber, let limit = json["limitBytes"]?.wholeNumber else {
            throw CipherBoxCalls.unexpected(what)
        }
        let remaining = json["remainingBytes"]?.wholeNumber ?? (limit > used ? limit - used : 0)
        return CipherBoxQuota(usedBytes: used, limitBytes: limit, remainingBytes: remaining)
    }

    /// Whether the account has a vault of CipherBox's own apps; ours is none, and never becomes one.
    package func hasVault() async throws(Failure) -> Bool {
        let call = CipherBoxCalls.call("GET", base, "/vault", route: "/vault")
        let response = try await service.send(call)
        if response.status == 404 { return false }
        if let failure = response.failure(doing: "asking \(base) for the account's vault") { throw failure }
        return true
    }
}
