package import Core
package import Primitives

/// A secret as a file keeps it: under a passphrase, or plain when the user said so, which its header admits.
///
/// Bytes in and bytes out; who writes them sees to the file's mode.
package struct KeyFile: Sendable {
    private static let magic = Array("CBKF".utf8)
    /// Magic, version, form, memory, passes, salt, nonce.
    private static let headerLength = 4 + 1 + 1 + 4 + 4 + Argon2id.saltLength + AES256GCM.nonceLength
    private static let maximumLength = 1 << 20

    private enum Form: UInt8 {
        case plain = 0
        case sealed = 1
    }

    private let form: Form
    private let cost: Argon2id.Cost
    private let header: [UInt8]
    /// The payload itself, or its sealed form.
    private let content: SecretBytes

    /// Whether opening takes a passphrase.
    package var isSealed: Bool { form == .sealed }

    /// A key file around `payload`; without a passphrase the payload stands in it as it is.
    ///
    /// With one, it takes a tenth of a second and 64 MiB on the calling thread.
    package init(
        _ payload: SecretBytes, passphrase: SecretBytes?, cost: Argon2id.Cost = .standard
    ) throws(Failure) {
        form = passphrase == nil ? .plain : .sealed
        self.cost = passphrase == nil ? Argon2id.Cost(memoryKiB: 0, passes: 0) : cost
        var header = ByteWriter(reserving: Self.headerLength)
        header.append(Self.magic)
        header.append(FormatVersion.current)
        header.append(form.rawValue)
        header.append(integer: self.cost.memoryKiB)
        header.append(integer: self.cost.passes)
        let random = Argon2id.saltLength + AES256GCM.nonceLength
        header.append(passphrase == nil ? [UInt8](repeating: 0, count: random) : Random.bytes(random))
        self.header = header.bytes
        guard let passphrase else {
            content = payload
            return
        }
        let cipher = AES256GCM(key: try Self.key(passphrase, header: header.bytes, cost: cost))
        let bound = header.bytes
        content = unsafe SecretBytes(count: payload.count + AES256GCM.tagLength) { output in
            unsafe payload.withBytes { payload in
                unsafe bound.withUnsafeBytes { bound in
                    unsafe cipher.seal(nonce: Self.nonce(bound), aad: bound, plaintext: payload, into: output)
                }
            }
        }
    }

    /// The file's bytes: header, content, and a checksum of both, by which damage is told from a wrong passphrase.
    package var bytes: [UInt8] {
        var bytes = header + content.copy()
        bytes += SHA256.digest(of: bytes).bytes
        return bytes
    }

    /// Reads a file; throws `.damaged`, or `.unknownFormat` for one that a later version wrote.
    package init(bytes: [UInt8]) throws(Failure) {
        guard bytes.count <= Self.maximumLength, bytes.starts(with: Self.magic), bytes.count > 4 else {
            throw Self.damage("it is not a key file")
        }
        try FormatVersion.check(bytes[4], of: "the key file")
        let end = bytes.count - SHA256.length
        guard end >= Self.headerLength else { throw Self.damage("it ends early") }
        guard SHA256.digest(of: bytes[..<end]).bytes == Array(bytes[end...]) else {
            throw Self.damage("its checksum does not fit")
        }
        guard let form = Form(rawValue: bytes[5]) else { throw Self.damage("its form is not known") }
        self.form = form
        header = Array(bytes[..<Self.headerLength])
        content = SecretBytes(copying: Array(bytes[Self.headerLength..<end]))
        var reader = ByteReader(header[6...])
        do throws(MalformedBytes) {
            cost = Argon2id.Cost(memoryKiB: try reader.integer(), passes: try reader.integer())
        } catch {
            throw Self.damage(error.what)
        }
        guard form == .plain || content.count >= AES256GCM.tagLength else { throw Self.damage("it ends early") }
    }

    /// The payload; throws `.wrongPassphrase` when the passphrase is wrong or missing. A plain file needs none.
    package func open(passphrase: SecretBytes?) throws(Failure) -> SecretBytes {
        guard form == .sealed else { return content }
        guard let passphrase else {
            throw Failure(
                .wrongPassphrase, "the vault's key file needs a passphrase",
                advice: "give it with --passphrase-file, CBSTORE_PASSPHRASE or at the prompt")
        }
        let cipher = AES256GCM(key: try Self.key(passphrase, header: header, cost: cost))
        do throws(PrimitiveError) {
            return unsafe try SecretBytes(count: content.count - AES256GCM.tagLength) {
                (output) throws(PrimitiveError) in
                unsafe try content.withBytes { (content) throws(PrimitiveError) in
                    let problem = unsafe header.withUnsafeBytes { bound -> PrimitiveError? in
                        do throws(PrimitiveError) {
                            unsafe try cipher.open(nonce: Self.nonce(bound), aad: bound, sealed: content, into: output)
                            return nil
                        } catch { return error }
                    }
                    if let problem { throw problem }
                }
            }
        } catch {
            // The checksum was right, so the file is as it was written: only the passphrase can be wrong.
            throw Failure(.wrongPassphrase, "the passphrase does not open the vault's key file")
        }
    }

    /// The same payload under another passphrase, or plain; opens with the old one first.
    package func changingPassphrase(
        from old: SecretBytes?, to new: SecretBytes?, cost: Argon2id.Cost = .standard
    ) throws(Failure) -> KeyFile {
        try KeyFile(try open(passphrase: old), passphrase: new, cost: cost)
    }

    private static func key(
        _ passphrase: SecretBytes, header: [UInt8], cost: Argon2id.Cost
    ) throws(Failure) -> SecretBytes {
        do throws(PrimitiveError) {
            return try Argon2id.derive(passphrase, salt: Array(header[14..<14 + Argon2id.saltLength]), cost: cost)
        } catch .outOfMemory {
            throw Failure(.outOfMemory, "opening the key file takes \(cost.memoryKiB / 1024) MiB of memory")
        } catch {
            throw Failure(.damaged, "the key file cannot be read", cause: error)
        }
    }

    /// The last 12 bytes of the header.
    private static func nonce(_ header: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: header.suffix(AES256GCM.nonceLength))
    }

    private static func damage(_ what: String) -> Failure {
        Failure(
            .damaged, "the key file cannot be read: \(what)",
            advice: "restore it from a backup, or run `cbstore recover` with the recovery phrase")
    }
}
