/// HKDF with SHA-256 (RFC 5869): from one secret to many that do not tell of each other.
package enum HKDF {
    /// The most that one expansion gives.
    package static let maximumCount = 255 * HMACSHA256.length

    /// The key in `secret`, concentrated; an empty salt is the standard's 32 zero bytes.
    package static func extract(_ secret: SecretBytes, salt: [UInt8] = []) -> SecretBytes {
        let key = HMACSHA256.Key(salt)
        return unsafe SecretBytes(count: HMACSHA256.length) { output in
            unsafe secret.withBytes { bytes in
                unsafe HMACSHA256.authenticate(
                    bytes, UnsafeRawBufferPointer(start: nil, count: 0), key: key, into: output)
            }
        }
    }

    /// `count` bytes from an extracted key, told apart from others by `info`.
    package static func expand(_ key: HMACSHA256.Key, info: [UInt8], count: Int) -> SecretBytes {
        precondition(count >= 0 && count <= maximumCount, "an expansion gives at most \(maximumCount) bytes")
        return unsafe SecretBytes(count: count) { output in
            var previous = [UInt8]()
            var number: UInt8 = 0
            for start in stride(from: 0, to: count, by: HMACSHA256.length) {
                number += 1
                var tail = info
                tail.append(number)
                var block = [UInt8](repeating: 0, count: HMACSHA256.length)
                unsafe previous.withUnsafeBytes { head in
                    unsafe tail.withUnsafeBytes { body in
                        unsafe block.withUnsafeMutableBytes {
                            unsafe HMACSHA256.authenticate(head, body, key: key, into: $0)
                        }
                    }
                }
                let taken = min(HMACSHA256.length, count - start)
                unsafe UnsafeMutableRawBufferPointer(rebasing: output[start..<start + taken])
                    .copyBytes(from: block[..<taken])
                Wipe.array(&previous)
                previous = block
                Wipe.array(&block)
            }
            Wipe.array(&previous)
        }
    }

    /// Extraction and expansion in one.
    package static func derive(
        _ secret: SecretBytes, salt: [UInt8] = [], info: [UInt8], count: Int = HMACSHA256.length
    ) -> SecretBytes {
        expand(HMACSHA256.Key(extract(secret, salt: salt)), info: info, count: count)
    }
}
