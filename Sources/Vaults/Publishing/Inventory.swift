package import Core
internal import Glibc
internal import Primitives
internal import Synchronization

/// What a remote has of this vault, and where: in memory, and in a file that only grows.
///
/// An object is entered here only after everything it refers to was: so what is found here is there with all below it.
/// Losing the file costs nothing but time: the newest commit on the remote says the same.
package final class Inventory: Sendable {
    /// Small enough for millions: 40 bytes with its digest's share of the table.
    private struct Place: Sendable {
        /// The number of the bundle that holds or names the object; -1 while none does.
        var bundle: Int32
        /// Where it begins in the bundle's body; an object by itself has `Place.alone` here.
        let offset: UInt32
        let length: UInt32

        static let alone = UInt32.max
    }

    private struct State: Sendable {
        var places: [Digest: Place] = [:]
        var bundles: [RemoteObject] = []
        var numbers: [RemoteObject: Int32] = [:]
        var tables: Set<RemoteObject> = []
        var unlisted = Unlisted()
    }

    /// What was sent and stands in no published commit yet.
    package struct Unlisted: Sendable, Equatable {
        /// Bundles, in the order in which they were sent.
        package var bundles: [RemoteObject] = []
        /// Objects by themselves that no bundle names.
        package var companions: [RemoteObject] = []

        package var isEmpty: Bool { bundles.isEmpty && companions.isEmpty }
    }

    private let file: FileDescriptor?
    private let state: Mutex<State>

    /// An inventory that lasts as long as this process.
    package init() {
        file = nil
        state = Mutex(State())
    }

    /// The inventory in a file, which is made when it is not there; a torn or rotten end of it is cut off.
    ///
    /// Throws `.unknownFormat`, and leaves the file alone, when it is of another version.
    package init(path: [UInt8]) throws(Failure) {
        let (file, bytes) = try Self.onDisk { () throws(SystemCallFailure) in
            (
                try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600),
                try Files.readWhole(path, limit: Limits.Remote.inventoryBytes)
            )
        }
        try Self.checkVersion(of: bytes, path)
        var state = State()
        let whole = Self.replay(bytes, into: &state)
        try Self.onDisk { () throws(SystemCallFailure) in
            if whole < bytes.count { try file.truncate(to: UInt64(whole)) }
            if whole == 0 { try file.write(Self.header) }
        }
        self.file = file
        self.state = Mutex(state)
    }

    /// What these records tell, in memory only.
    package init(replaying records: [InventoryRecord]) {
        var state = State()
        for record in records { Self.apply(record, to: &state) }
        file = nil
        self.state = Mutex(state)
    }

    package func place(of digest: Digest) -> RemotePlace? {
        state.withLock { state in
            guard let place = state.places[digest] else { return nil }
            return Self.place(place, in: state)
        }
    }

    private static func place(_ place: Place, in state: State) -> RemotePlace {
        if place.offset == Place.alone { return .alone(sealedLength: Int(place.length)) }
        let start = Int(place.offset)
        return .bundled(in: state.bundles[Int(place.bundle)], range: start..<start + Int(place.length))
    }

    /// What the bundles hold and name, for a table; costs a look at everything.
    package func entries(of bundles: [RemoteObject]) -> [LocationTable.Entry] {
        state.withLock { state in
            let numbers = Set(bundles.compactMap { state.numbers[$0] })
            return state.places.compactMap { digest, place in
                guard numbers.contains(place.bundle) else { return nil }
                return LocationTable.Entry(digest: digest, place: Self.place(place, in: state))
            }
        }
    }

    package func knows(bundle: RemoteObject) -> Bool { state.withLock { $0.numbers[bundle] != nil } }
    package func knows(table: RemoteObject) -> Bool { state.withLock { $0.tables.contains(table) } }

    package func contains(_ digest: Digest) -> Bool { state.withLock { $0.places[digest] != nil } }
    /// Those of the objects that a published commit, or what it names, leads to.
    package func published(_ digests: [Digest]) -> Set<Digest> {
        state.withLock { state in
            let unlisted = Set(state.unlisted.bundles.compactMap { state.numbers[$0] })
            let companions = Set(state.unlisted.companions.map(\.digest))
            return Set(
                digests.filter { digest in
                    guard let place = state.places[digest] else { return false }
                    return !unlisted.contains(place.bundle) && !companions.contains(digest)
                })
        }
    }
    package var count: Int { state.withLock { $0.places.count } }
    package var unlisted: Unlisted { state.withLock { $0.unlisted } }

    // MARK: Entering

    /// Objects were sent by themselves.
    package func enter(alone objects: [RemoteObject]) throws(Failure) { try append(.alone(objects)) }

    /// A bundle was sent.
    package func enter(_ bundle: Bundle, as object: RemoteObject) throws(Failure) {
        try append(.bundle(object, bundle, isListed: false))
    }

    /// A bundle was found in a commit.
    package func learn(_ bundle: Bundle, as object: RemoteObject) throws(Failure) {
        try append(.bundle(object, bundle, isListed: true))
    }

    /// A table was found in a commit, or made for one.
    package func learn(_ table: LocationTable, as object: RemoteObject) throws(Failure) {
        try append(.table(object, table))
    }

    /// A commit that names all that was sent so far has been published.
    package func noteListed() throws(Failure) { try append(.listed) }

    /// Everything that was known is wrong: the remote has none of it.
    package func forgetAll() throws(Failure) {
        if let file {
            try Self.onDisk { () throws(SystemCallFailure) in
                try file.truncate(to: UInt64(Self.header.count))
            }
        }
        state.withLock { $0 = State() }
    }

    private func append(_ record: InventoryRecord) throws(Failure) {
        if let file {
            // One write at the end of the file: a crash leaves it whole or cut, and the cut end is found at opening.
            try Self.onDisk { () throws(SystemCallFailure) in try file.write(Self.framed(record.encoded())) }
        }
        state.withLock { Self.apply(record, to: &$0) }
    }

    private static func apply(_ record: InventoryRecord, to state: inout State) {
        switch record {
        case .alone(let objects):
            for object in objects where state.places[object.digest] == nil {
                state.places[object.digest] = alone(object.sealedLength, namedBy: -1)
                state.unlisted.companions.append(object)
            }
        case .bundle(let object, let bundle, let isListed):
            let number = number(of: object, &state)
            for member in bundle.members where state.places[member.digest] == nil {
                state.places[member.digest] = place(number, member.range)
            }
            for companion in bundle.companions {
                let known = state.places[companion.digest]
                guard known == nil || known?.bundle == -1 else { continue }
                state.places[companion.digest] = alone(companion.sealedLength, namedBy: number)
            }
            if isListed { return }
            state.unlisted.bundles.append(object)
            let named = Set(bundle.companions)
            state.unlisted.companions.removeAll { named.contains($0) }
        case .table(let object, let table):
            state.tables.insert(object)
            for entry in table.entries where state.places[entry.digest] == nil {
                switch entry.place {
                case .alone(let length): state.places[entry.digest] = alone(length, namedBy: inTable)
                case .bundled(let object, let range):
                    state.places[entry.digest] = place(number(of: object, &state), range)
                }
            }
        case .listed:
            state.unlisted = Unlisted()
        }
    }

    /// Stands for no bundle: a table names the object.
    private static let inTable: Int32 = -2

    private static func alone(_ length: Int, namedBy bundle: Int32) -> Place {
        Place(bundle: bundle, offset: Place.alone, length: UInt32(clamping: length))
    }

    private static func place(_ number: Int32, _ range: Range<Int>) -> Place {
        Place(bundle: number, offset: UInt32(clamping: range.lowerBound), length: UInt32(clamping: range.count))
    }

    private static func number(of bundle: RemoteObject, _ state: inout State) -> Int32 {
        if let known = state.numbers[bundle] { return known }
        let number = Int32(clamping: state.bundles.count)
        state.bundles.append(bundle)
        state.numbers[bundle] = number
        return number
    }
}

/// The file: a header, then records one behind the other, each as `u32 length ‖ record ‖ first 8 bytes of its SHA-256`.
extension Inventory {
    private static let magic = Array("cbs-invt".utf8)
    private static let header = magic + [FormatVersion.current] + [UInt8](repeating: 0, count: 7)
    private static let checkLength = 8

    private static func onDisk<Value>(_ body: () throws(SystemCallFailure) -> Value) throws(Failure) -> Value {
        do throws(SystemCallFailure) {
            return try body()
        } catch {
            throw error.failure
        }
    }

    /// Refuses a file of another version; what is no such file at all is damage, and begins anew.
    private static func checkVersion(of bytes: [UInt8], _ path: [UInt8]) throws(Failure) {
        guard bytes.starts(with: magic), bytes.count >= header.count else { return }
        try FormatVersion.check(bytes[magic.count], of: "the file \(Name(path).escaped)")
    }

    private static func framed(_ record: [UInt8]) -> [UInt8] {
        [UInt8](bigEndian: UInt32(clamping: record.count)) + record
            + SHA256.digest(of: record).bytes.prefix(checkLength)
    }

    /// Applies the whole records behind the header; how many bytes all that is, 0 without a header.
    private static func replay(_ bytes: [UInt8], into state: inout State) -> Int {
        guard bytes.starts(with: header) else { return 0 }
        var reader = ByteReader(bytes[header.count...])
        var whole = header.count
        while let length = try? reader.integer(UInt32.self), let record = try? Array(reader.slice(Int(length))),
            let check = try? reader.slice(checkLength),
            check.elementsEqual(SHA256.digest(of: record).bytes.prefix(checkLength)),
            let decoded = try? InventoryRecord(decoding: record)
        {
            apply(decoded, to: &state)
            whole = reader.position
        }
        return whole
    }
}
