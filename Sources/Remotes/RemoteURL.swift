/// Where a remote is, as people write it: `cipherbox+https://HOST` or `dir:/PATH`.
package enum RemoteURL: Sendable, Equatable {
    /// The address of a CipherBox API, without a slash at its end.
    case cipherBox(base: String)
    case directory(path: [UInt8])
}
