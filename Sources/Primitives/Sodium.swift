internal import CSodium

/// The one-time start of libsodium, which every use of it goes through first.
enum Sodium {
    /// Runs `sodium_init` once, on whichever thread comes first; it picks the fastest code for this processor.
    static let isReady: Bool = sodium_init() >= 0

    /// Stops the program when the library cannot start: without it there is neither randomness nor locked memory.
    static func prepare() {
        precondition(isReady, "libsodium did not start")
    }
}
