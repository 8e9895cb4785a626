/// Why a primitive refused its input.
package enum PrimitiveError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The tag does not fit key, nonce, associated data and ciphertext.
    case notAuthentic
    /// The other side's public key leads to a secret that anybody could compute.
    case weakPublicKey
    /// The parameters lie outside what the function allows.
    case badParameters(String)
    /// The memory that the function asks for is not to be had.
    case outOfMemory

    package var description: String {
        switch self {
        case .notAuthentic: "the bytes are not what was sealed with this key"
        case .weakPublicKey: "the public key is of low order"
        case .badParameters(let what): "parameters out of range: \(what)"
        case .outOfMemory: "not enough memory"
        }
    }
}
