package import Core
package import Transport

/// Adds the account's token to each call; one that the server refuses as unauthorized is renewed once, and the call sent
/// again, which does no harm: it was not carried out.
///
/// Only calls to the account's own API are sent: a token never goes anywhere else.
package struct AuthorizedService: HTTPService {
    private let next: any HTTPService
    private let account: Account
    private let time: any TimeSource

    package init(_ next: any HTTPService, account: Account, time: any TimeSource) {
        self.next = next
        self.account = account
        self.time = time
    }

    package func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        guard call.request.url.utf8.starts(with: (account.base + "/").utf8) else {
            throw Failure(.invalid, "a request that needs a session goes to another address than the account's")
        }
        let deadline = time.now + call.deadline
        let token = try await account.token(until: deadline)
        let response = try await send(call, with: token, until: deadline)
        guard response.status == 401 else { return response }
        let renewed = try await account.token(after: token, until: deadline)
        return try await send(call, with: renewed, until: deadline)
    }

    private func send(
        _ call: HTTPCall, with access: AccessToken, until deadline: Moment
    ) async throws(Failure) -> HTTPResponse {
        var call = call
        call.request.headers["Authorization"] = "Bearer " + access.token.text
        call.deadline = deadline - time.now
        guard call.deadline > .zero else {
            throw Failure(.timedOut, "renewing the session took the call's time", advice: "try again")
        }
        return try await next.send(call)
    }
}
