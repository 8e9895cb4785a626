internal import CCrypto

/// A private key of secp256k1 as libcrypto's number, wiped when it goes.
@safe final class CurveScalar {
    private let group: OpaquePointer
    private let number: OpaquePointer

    /// Throws `.badParameters` unless the number lies in 1 … order − 1.
    init(_ privateKey: SecretBytes) throws(PrimitiveError) {
        guard privateKey.count == Secp256k1.privateKeyLength else {
            throw .badParameters("a private key has 32 bytes")
        }
        guard let group = unsafe EC_GROUP_new_by_curve_name(NID_secp256k1) else { throw .outOfMemory }
        guard let number = unsafe privateKey.withBytes({ unsafe BN_bin2bn($0.byteAddress, Int32($0.count), nil) })
        else {
            unsafe EC_GROUP_free(group)
            throw .outOfMemory
        }
        unsafe self.group = group
        unsafe self.number = number
        // From here on `deinit` frees both, also when this throws.
        guard unsafe BN_is_zero(number) == 0, unsafe BN_cmp(number, EC_GROUP_get0_order(group)) < 0 else {
            throw .badParameters("a private key lies in 1 … order − 1")
        }
    }

    deinit {
        unsafe BN_clear_free(number)
        unsafe EC_GROUP_free(group)
    }

    /// This many times a public key, or the generator for nil; in its uncompressed form.
    ///
    /// libcrypto's ladder takes the same time for every number.
    func product(with publicKey: [UInt8]?) throws(PrimitiveError) -> SecretBytes {
        guard let product = unsafe EC_POINT_new(group) else { throw .outOfMemory }
        defer { unsafe EC_POINT_clear_free(product) }
        if let publicKey {
            let point = unsafe try point(publicKey)
            defer { unsafe EC_POINT_free(point) }
            guard unsafe EC_POINT_mul(group, product, nil, point, number, nil) == 1 else { throw .outOfMemory }
        } else {
            guard unsafe EC_POINT_mul(group, product, number, nil, nil, nil) == 1 else { throw .outOfMemory }
        }
        return unsafe try SecretBytes(count: Secp256k1.publicKeyLength) { (output) throws(PrimitiveError) in
            let count = unsafe EC_POINT_point2oct(
                group, product, POINT_CONVERSION_UNCOMPRESSED, output.byteAddress, output.count, nil)
            guard count == output.count else { throw .outOfMemory }
        }
    }

    /// The point that a public key is, which the caller frees.
    private func point(_ publicKey: [UInt8]) throws(PrimitiveError) -> OpaquePointer {
        guard publicKey.count == Secp256k1.publicKeyLength, publicKey[0] == 4 else {
            throw .badParameters("a public key has 65 bytes and begins with 04")
        }
        guard let point = unsafe EC_POINT_new(group) else { throw .outOfMemory }
        // Refuses coordinates beyond the field and points beside the curve.
        guard unsafe EC_POINT_oct2point(group, point, publicKey, publicKey.count, nil) == 1 else {
            unsafe EC_POINT_free(point)
            // A refusal leaves its reasons in a queue of the thread's, which nobody else would empty.
            ERR_clear_error()
            throw .badParameters("a public key is a point of the curve")
        }
        return unsafe point
    }
}
