internal import StorageSupport

/// One decoder of bytes that others write, with valid inputs for it and what must hold of every input.
///
/// A decoder is held to more than not to trap: what it accepts must encode to the same bytes where a value has one
/// encoding, and elsewhere to bytes that decode to the same value.
public struct FuzzTarget: Sendable, CustomStringConvertible {
    /// What became of an input.
    public enum Outcome: Sendable, Equatable {
        case refused
        case accepted
        /// Something that must hold does not.
        case broken(String)
    }

    /// As `Scripts/fuzz` takes it.
    public let name: String
    /// Longer inputs reach no code that shorter ones do not.
    public let longestInput: Int
    private let make: @Sendable (inout SeededRandom) throws -> [UInt8]
    private let check: @Sendable ([UInt8]) throws -> Void

    /// `make` gives valid inputs; `check` throws `Broken` for what must not be, and anything else for a refusal.
    init(
        _ name: String, longestInput: Int = 4096,
        make: @escaping @Sendable (inout SeededRandom) throws -> [UInt8],
        check: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.longestInput = longestInput
        self.make = make
        self.check = check
    }

    /// Decodes an input and checks what must hold of it.
    public func run(_ input: [UInt8]) -> Outcome {
        do {
            try check(input)
            return .accepted
        } catch let broken as Broken {
            return .broken(broken.what)
        } catch {
            return .refused
        }
    }

    /// The name.
    public var description: String { name }

    /// A valid input, another one for each seed.
    public func sample(seed: UInt64) throws -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return try make(&random)
    }
}

extension FuzzTarget {
    /// Every target there is.
    public static let all: [FuzzTarget] = [
        json, text, cid, dagCBOR, dagPB, unixFSMessage, unixFSFile, name, nameRecord, signedRecord, privateKey,
        sealedObject, sealedBody, reference, keyring, keyFile, phrase, share, cipherBox, treeNode, content, changes,
        checkpoint, commit, bundle, locationTable, remoteState, inventory, store, control, settings,
    ]
}

/// Something that must hold of a decoder does not.
struct Broken: Error {
    let what: String
    init(_ what: String) { self.what = what }
}

/// An input that a decoder refused by giving nothing.
struct Refused: Error {}

func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    if !holds { throw Broken(what()) }
}

/// The value, or a refusal when there is none.
func accepted<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Refused() }
    return value
}

/// Runs what must not be refused.
func certainly<Value>(_ what: String, _ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let broken as Broken {
        throw broken
    } catch {
        throw Broken("\(what): \(error)")
    }
}

/// Takes an input apart, for targets that build a decoder's bytes from several parts; what is missing is zero or empty.
struct InputParts {
    private var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) { rest = input[...] }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func number(_ bytes: Int) -> UInt64 { (0..<bytes).reduce(0) { number, _ in number << 8 | UInt64(byte()) } }

    /// A byte string behind one byte that says its length.
    mutating func piece() -> [UInt8] {
        let count = min(Int(byte()), rest.count)
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}

/// A decoder that shares its target with others: the input's first byte chooses among them.
struct Part {
    let make: @Sendable (inout SeededRandom) throws -> [UInt8]
    let check: @Sendable ([UInt8]) throws -> Void

    init(
        make: @escaping @Sendable (inout SeededRandom) throws -> [UInt8],
        check: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.make = make
        self.check = check
    }
}

extension FuzzTarget {
    /// Several small decoders of one kind.
    init(_ name: String, longestInput: Int = 4096, _ parts: [@Sendable () -> Part]) {
        let parts = parts.map { $0() }
        let makers = parts.map(\.make)
        let checks = parts.map(\.check)
        self.init(name, longestInput: longestInput) { random in
            let index = Int(random.next() % UInt64(makers.count))
            return [UInt8(index)] + (try makers[index](&random))
        } check: { input in
            let index = Int(try accepted(input.first))
            guard index < checks.count else { throw Refused() }
            try checks[index](Array(input.dropFirst()))
        }
    }
}
