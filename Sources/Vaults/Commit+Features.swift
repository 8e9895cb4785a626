package import Core

extension Commit {
    /// What a vault uses that a program must know, or may know, by its name; what one commit lists, all after it list.
    ///
    /// Names are ASCII, so their order as strings is that of their bytes.
    package struct Features: Sendable, Equatable {
        /// Without these nothing of the vault can be told: who does not know one refuses it.
        package private(set) var neededToRead: [String] = []
        /// Without these a writer would spoil something: who does not know one changes nothing.
        package private(set) var neededToWrite: [String] = []
        /// Harmless not to know.
        package private(set) var optional: [String] = []

        /// Those that this version knows: none yet.
        private static let known: Set<String> = []
        private static let greatestCount = 256
        private static let greatestLength = 64

        package init() {}

        /// Features in any order; throws for a name that is none, for one that comes twice, and for too many of a class.
        package init(
            neededToRead: [String], neededToWrite: [String] = [], optional: [String] = []
        ) throws(MalformedBytes) {
            for name in neededToRead.sorted() { try Self.append(name, to: &self.neededToRead) }
            for name in neededToWrite.sorted() { try Self.append(name, to: &self.neededToWrite) }
            for name in optional.sorted() { try Self.append(name, to: &self.optional) }
        }

        /// Throws `.unknownFormat` when nobody here can tell what the vault holds.
        func checkReading() throws(Failure) {
            guard let name = neededToRead.first(where: { !Self.known.contains($0) }) else { return }
            throw Failure(
                .unknownFormat, "the vault uses '\(name)', which this cbstore does not know",
                advice: "update cbstore on this machine; nothing was changed")
        }

        /// Why nothing may be changed, if that is so.
        package var refusalOfChanges: Failure? {
            guard let name = neededToWrite.first(where: { !Self.known.contains($0) }) else { return nil }
            return Failure(
                .readOnly, "the vault uses '\(name)', which this cbstore can read and not write",
                advice: "update cbstore on this machine to change anything")
        }
    }
}

// Fields 12, 13 and 14 of a commit: a name in each, in ascending order of a class.
extension Commit.Features {
    func encode(to fields: inout FieldWriter) {
        for name in neededToRead { fields.bytes(12, name.utf8) }
        for name in neededToWrite { fields.bytes(13, name.utf8) }
        for name in optional { fields.bytes(14, name.utf8) }
    }

    /// Takes in one of these fields.
    mutating func add(_ value: FieldValue, field: UInt64) throws(MalformedBytes) {
        guard let name = String(validating: try value.bytes("a feature"), as: UTF8.self) else {
            throw MalformedBytes("a feature's name is not text")
        }
        switch field {
        case 12: try Self.append(name, to: &neededToRead)
        case 13: try Self.append(name, to: &neededToWrite)
        default: try Self.append(name, to: &optional)
        }
    }

    private static func append(_ name: String, to list: inout [String]) throws(MalformedBytes) {
        let isName = name.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d
        }
        guard isName, (1...greatestLength).contains(name.utf8.count) else {
            throw MalformedBytes("a feature's name is none")
        }
        guard list.last.map({ $0 < name }) ?? true else { throw MalformedBytes("features are out of order") }
        guard list.count < greatestCount else { throw MalformedBytes("a commit has too many features") }
        list.append(name)
    }
}
