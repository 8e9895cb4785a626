internal import CLinux
internal import Core
internal import Glibc
internal import Primitives
internal import Vaults

/// Where a passphrase comes from: a file, the environment, or the terminal.
struct PassphraseSource {
    let arguments: ParsedArguments
    let console: Console

    /// The passphrase of a vault's keys, asked for if there is no other way to it; nil when they are not sealed.
    func passphrase(for folder: VaultFolder) throws(Failure) -> SecretBytes? {
        guard try SealedKeys(of: folder).needsPassphrase else { return nil }
        var passphrase = try given()
        if passphrase == nil { passphrase = try ask("Passphrase for vault '\(folder.name.text)': ") }
        guard let passphrase else {
            throw Failure(
                .usage, "the vault '\(folder.name.text)' needs its passphrase, and there is no terminal to ask on",
                advice: "give it with --passphrase-file FILE or in CBSTORE_PASSPHRASE")
        }
        return passphrase
    }

    /// The passphrase of a vault to be made; nil for none.
    func choose() throws(Failure) -> SecretBytes? {
        if arguments.isSet("no-passphrase") { return nil }
        if let given = try given() { return try checked(given) }
        return try askTwice(otherwise: "give --passphrase-file FILE or CBSTORE_PASSPHRASE, or choose --no-passphrase")
    }

    /// The passphrase to come in the place of another, which is what `--passphrase-file` and the environment give.
    func chooseNext() throws(Failure) -> SecretBytes? {
        if arguments.isSet("no-passphrase") { return nil }
        if let path = arguments.bytes("new-passphrase-file") { return try checked(try Self.read(path)) }
        return try askTwice(otherwise: "give --new-passphrase-file FILE, or choose --no-passphrase")
    }

    private func askTwice(otherwise advice: String) throws(Failure) -> SecretBytes {
        guard let first = try ask("New passphrase: "), let again = try ask("The same again: ") else {
            throw Failure(.usage, "a passphrase is needed, and there is no terminal to ask on", advice: advice)
        }
        guard first == again else { throw Failure(.usage, "the two passphrases differ", advice: "try again") }
        return try checked(first)
    }

    private func checked(_ passphrase: SecretBytes) throws(Failure) -> SecretBytes {
        guard passphrase.count > 0 else {
            throw Failure(.usage, "the passphrase is empty", advice: "choose --no-passphrase to have none")
        }
        return passphrase
    }

    /// The passphrase from `--passphrase-file` or `CBSTORE_PASSPHRASE`.
    private func given() throws(Failure) -> SecretBytes? {
        if let path = arguments.bytes("passphrase-file") { return try Self.read(path) }
        return arguments.environment["CBSTORE_PASSPHRASE"].map { SecretBytes(copying: $0) }
    }

    /// The first line of a file.
    private static func read(_ path: [UInt8]) throws(Failure) -> SecretBytes {
        do throws(SystemCallFailure) {
            let (file, limit) = (try FileDescriptor(reading: path), Limits.KeyDerivation.passphraseBytes)
            // In one piece, of which there is one copy to wipe.
            var bytes = try file.read(limit + 1)
            defer { Wipe.array(&bytes) }
            guard bytes.count <= limit else { throw SystemCallFailure(.tooLarge, "read", file.subject) }
            return SecretBytes(copying: firstLine(bytes))
        } catch {
            throw Failure(error.errno.code, "the passphrase file cannot be read", cause: error)
        }
    }

    /// A part of the bytes and no copy, which somebody would have to wipe.
    private static func firstLine(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let line = bytes.prefix { $0 != 0x0a }
        return line.last == 0x0d ? line.dropLast() : line
    }

    /// Asks on the terminal without showing what is typed; nil where there is no terminal.
    private func ask(_ prompt: String) throws(Failure) -> SecretBytes? {
        let terminal = unsafe cl_open("/dev/tty", O_RDWR | O_CLOEXEC, 0)
        guard terminal >= 0 else { return nil }
        defer { Glibc.close(terminal) }
        var before = termios()
        guard unsafe tcgetattr(terminal, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(terminal, TCSAFLUSH, &silent)
        defer { unsafe tcsetattr(terminal, TCSAFLUSH, &before) }
        Self.write(prompt, to: terminal)
        defer { Self.write("\n", to: terminal) }
        // Reserved whole: growing would leave copies behind.
        var line: [UInt8] = []
        line.reserveCapacity(Limits.KeyDerivation.passphraseBytes + 1)
        defer { Wipe.array(&line) }
        var byte: UInt8 = 0
        while unsafe Glibc.read(terminal, &byte, 1) == 1, byte != 0x0a {
            line.append(byte)
            guard line.count <= Limits.KeyDerivation.passphraseBytes else {
                throw Failure(.usage, "the passphrase is too long")
            }
        }
        return SecretBytes(copying: line)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
