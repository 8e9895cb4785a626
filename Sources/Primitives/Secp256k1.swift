internal import CCrypto

/// The curve secp256k1 (SEC 2), as far as key pairs go.
package enum Secp256k1 {
    package static let privateKeyLength = 32
    /// Uncompressed: 04, then both coordinates.
    package static let publicKeyLength = 65

    /// The public key of a private one; throws `.badParameters` unless the number lies in 1 … order − 1.
    package static func publicKey(of privateKey: [UInt8]) throws(PrimitiveError) -> [UInt8] {
        guard privateKey.count == privateKeyLength else { throw .badParameters("a private key has 32 bytes") }
        guard let group = unsafe EC_GROUP_new_by_curve_name(NID_secp256k1) else { throw .outOfMemory }
        defer { unsafe EC_GROUP_free(group) }
        guard let number = unsafe BN_bin2bn(privateKey, Int32(privateKey.count), nil),
            let point = unsafe EC_POINT_new(group)
        else { throw .outOfMemory }
        defer {
            unsafe BN_clear_free(number)
            unsafe EC_POINT_free(point)
        }
        guard unsafe BN_is_zero(number) == 0, unsafe BN_cmp(number, EC_GROUP_get0_order(group)) < 0 else {
            throw .badParameters("a private key lies in 1 … order − 1")
        }
        var publicKey = [UInt8](repeating: 0, count: publicKeyLength)
        guard unsafe EC_POINT_mul(group, point, number, nil, nil, nil) == 1,
            unsafe EC_POINT_point2oct(
                group, point, POINT_CONVERSION_UNCOMPRESSED, &publicKey, publicKeyLength, nil) == publicKeyLength
        else { throw .outOfMemory }
        return publicKey
    }
}
