package import HTTPServing

/// A CipherBox API that runs anywhere, behaves like the real one, and fails on demand.
package final class CipherBoxMock: Sendable {
    /// Where it listens.
    package let address: ListenAddress

    init(address: ListenAddress) { self.address = address }
}
