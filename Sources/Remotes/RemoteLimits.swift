internal import Core

/// Constants of remotes and accounts, with the reason for each value.
package enum RemoteLimits {
    /// CipherBox refuses a file of 104 857 600 bytes or more, and an empty one.
    package static let cipherBoxObjectBytes = 100 << 20 - 1
    /// Uploads and downloads of one `put` or `getMany` at once: four hide a round trip of 100 ms behind transfers of
    /// 1 MiB at 10 MiB/s each, and four of the longest objects are 400 MiB of memory at the very worst.
    package static let parallelTransfers = 4
    /// A record in base64 may have 10 000 characters.
    package static let recordBytes = 7500
    /// Answers in JSON: a resolved name with its signed data is the longest, below 20 kB.
    package static let answerBytes = 1 << 20

    /// A name, a token, a quota: small both ways, and somebody waits.
    package static let smallCall: Duration = .seconds(30)
    /// The server takes a publish to the network before it answers, three tries with pauses of 1, 2 and 4 s.
    package static let publishCall: Duration = .seconds(60)
    /// An object on its way, either way: a bundle of 4 MiB at 35 kB/s, the slowest line worth supporting.
    package static let transferCall: Duration = .seconds(120)
    /// A CID that nobody has keeps the server silent for as long as it searches; a reader waits no longer.
    package static let fetchSilence: Duration = .seconds(30)

    /// How long a process waits for another one that renews the same session: longer than a renewal may take.
    package static let sessionLock: Duration = .seconds(75)
    /// A session file: three tokens of at most 4 KiB each, and a few names.
    package static let sessionBytes = 64 << 10
    /// One token, in the file somebody gives us or in an answer.
    package static let tokenBytes = 4096
    /// After a renewal that failed while the token still works, the next try waits this long.
    package static let renewalPause: Duration = .seconds(5)
    /// A token is renewed this long before its end: as long as a server may be away without anybody noticing.
    package static let renewedAhead: Duration = .seconds(120)
    /// A token that lives shorter than this is not renewed ahead of its end: there is too little to be ahead of.
    package static let shortLifetime: Duration = .seconds(30)
    /// What is assumed of a token that does not tell: CipherBox gives 15 min, and a refused one is renewed anyway.
    package static let assumedLifetime: Duration = .seconds(600)
    /// A lifetime beyond this is taken for this: longer absence of a renewal than a day helps nobody.
    package static let greatestLifetime: Duration = .seconds(86_400)
}
