package import Core
package import Storage
package import Transport

/// One account at one CipherBox API: its session, and what can be asked with it.
package struct CipherBox: Sendable {
    package let account: Account
    package let api: CipherBoxAPI
    private let time: any TimeSource

    /// Puts the layers together; `client` carries a call out as it is. From the caller down:
    ///
    /// - retrying: each try takes its turn and its token anew;
    /// - holding back: a call may wait a minute for its turn, so that is before it gets a token;
    /// - authorised: the token is added at the last moment, and a refused one is renewed and the call sent again at once;
    /// - `client`: the connections, shared by everybody in the process, with counting and tracing before them where
    ///   somebody looks, so that every single try is seen.
    ///
    /// What needs no token, the session's own calls, goes to `client` at once: it must get through when everything else
    /// waits for its turn, and the call that waits for it is tried again as a whole.
    package init(base: String, accounts: [UInt8], client: any HTTPService, time: any TimeSource) {
        let account = Account(accounts: accounts, base: base, service: client, time: time)
        let authorized = AuthorizedService(client, account: account, time: time)
        let limited = RateLimitedService(authorized, time: time)
        self.account = account
        self.time = time
        api = CipherBoxAPI(base: base, service: RetryingService(limited, time: time))
    }

    package var base: String { api.base }

    /// Objects and names of the account, under what the user calls it.
    package func remote(named name: String) -> Remote {
        Remote(
            name: name, address: RemoteURL.cipherBox(base: base).description,
            objects: CipherBoxObjectStore(api, place: name), names: CipherBoxNameStore(api, place: name, time: time),
            traits: RemoteTraits(
                greatestObjectBytes: RemoteLimits.cipherBoxObjectBytes,
                parallelTransfers: RemoteLimits.parallelTransfers, prefersBundles: true, spaceComesBack: false))
    }
}
