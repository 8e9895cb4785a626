package import Core
package import Primitives

/// What a key file holds: a device's keys, or the recovery phrase of a vault that is still to be fetched.
package enum KeyPayload: Sendable {
    case device(DeviceKeys)
    case phrase(RecoveryKeys)

    /// Device keys begin with their version, which never comes near this.
    private static let phraseForm: UInt8 = 0x80

    package func encode() -> SecretBytes {
        switch self {
        case .device(let keys): return keys.encode()
        case .phrase(let recovery):
            return unsafe SecretBytes(count: 1 + RecoveryPhrase.entropyLength) { output in
                unsafe output[0] = Self.phraseForm
                unsafe recovery.entropy.withBytes {
                    unsafe UnsafeMutableRawBufferPointer(rebasing: output[1...]).copyMemory(from: $0)
                }
            }
        }
    }

    package init(decoding payload: SecretBytes) throws(Failure) {
        guard payload.count > 0, payload.part(0..<1).copy() == [Self.phraseForm] else {
            self = .device(try DeviceKeys(decoding: payload))
            return
        }
        guard payload.count == 1 + RecoveryPhrase.entropyLength else {
            throw Failure(.damaged, "the recovery phrase in the key file cannot be read")
        }
        self = .phrase(RecoveryKeys(entropy: payload.part(1..<payload.count)))
    }
}
