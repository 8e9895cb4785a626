internal import Core

/// The first 64 bytes of every segment file.
struct FileHeader: Equatable {
    enum Kind: String {
        case objects = "cbs-objs"
        case journal = "cbs-jrnl"
    }

    static let length = 64

    let kind: Kind
    /// The number in the file's name: a file that was renamed since its header was written holds nothing of its own.
    let number: UInt64
    /// Of a journal segment; zeros for objects.
    let salt: [UInt8]

    init(kind: Kind, number: UInt64, salt: [UInt8]) {
        self.kind = kind
        self.number = number
        self.salt = salt
    }

    /// Of a segment of objects.
    init(objects number: UInt64) {
        self.init(kind: .objects, number: number, salt: [UInt8](repeating: 0, count: StoreKeys.saltLength))
    }

    func encoded(seed: UInt64) -> [UInt8] {
        var writer = ByteWriter(reserving: Self.length)
        writer.append(kind.rawValue.utf8)
        writer.append(FormatVersion.current)
        writer.append(repeatElement(0, count: 7))
        writer.append(integer: number)
        writer.append(salt)
        writer.append(integer: Checksum.of(writer.bytes, seed: seed))
        return writer.bytes
    }

    /// The header in `bytes`, nil when they are not one; throws when a newer program wrote it.
    static func parse(_ bytes: [UInt8], kind: Kind, seed: UInt64, file: String) throws(Failure) -> FileHeader? {
        guard bytes.count >= length, bytes.prefix(8).elementsEqual(kind.rawValue.utf8) else { return nil }
        return try FormatVersion.reading(bytes, at: 8, of: file) { read($0, kind: kind, seed: seed) }
    }

    private static func read(_ bytes: [UInt8], kind: Kind, seed: UInt64) -> FileHeader? {
        var reader = ByteReader(bytes[16..<length])
        guard let number = try? reader.integer(UInt64.self), let salt = try? reader.array(StoreKeys.saltLength),
            let sum = try? reader.integer(UInt64.self),
            sum == Checksum.of(Array(bytes[..<(length - 8)]), seed: seed)
        else { return nil }
        return FileHeader(kind: kind, number: number, salt: salt)
    }
}

/// The names of numbered segment files.
enum SegmentName {
    static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func objects(_ number: UInt64, in folder: String) -> String { "\(folder)/\(text(number)).seg" }
    static func journal(_ number: UInt64) -> String { "journal/\(text(number)).seg" }
    static func spare(_ number: UInt64) -> String { "journal/\(text(number)).free" }

    /// The number in `name`, if it is 16 lower-case hexadecimal digits and `suffix`.
    static func number(_ name: String, suffix: String) -> UInt64? {
        guard name.hasSuffix(suffix) else { return nil }
        let digits = name.dropLast(suffix.count)
        guard digits.count == 16, let number = UInt64(digits, radix: 16), text(number) == digits else { return nil }
        return number
    }
}
