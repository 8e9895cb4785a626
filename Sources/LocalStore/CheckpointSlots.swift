internal import Core

/// What a checkpoint says.
struct Checkpoint: Equatable {
    /// Counts checkpoints.
    var sequence: UInt64
    /// Records up to this position are in the state.
    var through: UInt64
    /// How far the object segments were on the disk.
    var watermark: Watermark
    /// The caller's, nil before its first.
    var state: [UInt8]?

    static let first = Checkpoint(sequence: 1, through: 0, watermark: .start, state: nil)
}

/// The two files that hold the newest checkpoint, each a whole copy.
///
/// One is written and synced while the other keeps the checkpoint before; then the other follows, and only then is
/// anything forgotten. So either file alone always leads to the present state.
struct CheckpointSlots {
    static let names = ["checkpoint.a", "checkpoint.b"]
    private static let magic: [UInt8] = Array("cbs-chkp".utf8)
    private static let headerLength = 88

    private let disk: any Disk
    private let keys: StoreKeys
    private(set) var newest: Checkpoint
    /// The slot that surely holds `newest`.
    private var good: Int

    /// Seals a checkpoint under a salt of its own.
    static func sealed(_ checkpoint: Checkpoint, _ keys: StoreKeys) -> [UInt8] {
        let salt = StoreKeys.freshSalt()
        let state = checkpoint.state ?? []
        var writer = ByteWriter(reserving: headerLength + state.count + BlockCipher.tagLength)
        writer.append(magic)
        writer.append(FormatVersion.current)
        writer.append(checkpoint.state == nil ? 0 : 1)
        writer.append(repeatElement(0, count: 6))
        writer.append(integer: checkpoint.sequence)
        writer.append(integer: checkpoint.through)
        writer.append(integer: checkpoint.watermark.segment)
        writer.append(integer: checkpoint.watermark.offset)
        writer.append(salt)
        writer.append(integer: UInt32(state.count + BlockCipher.tagLength))
        writer.append(integer: UInt32(0))
        writer.append(state)
        var block = writer.bytes
        keys.checkpointCipher(salt: salt).seal(&block, headerCount: headerLength, number: 0)
        return block
    }

    static func parse(_ bytes: [UInt8], _ keys: StoreKeys, file: String) throws(Failure) -> Checkpoint? {
        guard bytes.count >= headerLength, bytes.starts(with: magic) else { return nil }
        return try FormatVersion.reading(bytes, at: 8, of: file) { opened($0, keys) }
    }

    private static func opened(_ bytes: [UInt8], _ keys: StoreKeys) -> Checkpoint? {
        var reader = ByteReader(bytes[16...])
        guard let sequence = try? reader.integer(UInt64.self), let through = try? reader.integer(UInt64.self),
            let segment = try? reader.integer(UInt64.self), let offset = try? reader.integer(UInt64.self),
            let salt = try? reader.array(StoreKeys.saltLength), let length = try? reader.integer(UInt32.self),
            (try? reader.slice(4)) != nil, let sealed = try? reader.array(Int(length)),
            let state = keys.checkpointCipher(salt: salt).open(
                sealed, header: Array(bytes[..<headerLength]), number: 0)
        else { return nil }
        return Checkpoint(
            sequence: sequence, through: through, watermark: Watermark(segment: segment, offset: offset),
            state: bytes[9] & 1 == 1 ? state : nil)
    }

    /// Reads both files, and names the one that is not whole; throws when neither holds a checkpoint that opens with the
    /// key.
    static func load(_ disk: any Disk, _ keys: StoreKeys) throws(Failure) -> (slots: CheckpointSlots, broken: String?) {
        var found: [Checkpoint?] = []
        for name in names {
            let bytes = try content(of: name, disk)
            found.append(try bytes.map { (bytes) throws(Failure) in try parse(bytes, keys, file: name) } ?? nil)
        }
        switch (found[0], found[1]) {
        case (let a?, let b?):
            let good = a.sequence >= b.sequence ? 0 : 1
            return (CheckpointSlots(disk, keys, good == 0 ? a : b, good), nil)
        case (let a?, nil): return (CheckpointSlots(disk, keys, a, 0), names[1])
        case (nil, let b?): return (CheckpointSlots(disk, keys, b, 1), names[0])
        case (nil, nil):
            throw Failure(
                .damaged, "the local store in \(disk.shown) does not open with this key",
                advice: "it belongs to another vault, or both its checkpoint files are damaged; nothing was changed")
        }
    }

    private static func content(of name: String, _ disk: any Disk) throws(Failure) -> [UInt8]? {
        do throws(SystemCallFailure) {
            let file = try disk.open(name, for: .read)
            return try file.read(headerLength + StoreLimits.stateBytes + BlockCipher.tagLength, at: 0)
        } catch {
            if error.errno == .noEntry { return nil }
            throw error.storeFailure("reading \(name) in \(disk.shown)")
        }
    }

    private init(_ disk: any Disk, _ keys: StoreKeys, _ newest: Checkpoint, _ good: Int) {
        self.disk = disk
        self.keys = keys
        self.newest = newest
        self.good = good
    }

    /// Makes a checkpoint durable in both files. When it throws, the one before or this one will be found, and records
    /// since the one before must be kept.
    mutating func write(_ checkpoint: Checkpoint) throws(Failure) {
        let bytes = Self.sealed(checkpoint, keys)
        try write(bytes, to: 1 - good)
        newest = checkpoint
        good = 1 - good
        try write(bytes, to: 1 - good)
    }

    private func write(_ bytes: [UInt8], to slot: Int) throws(Failure) {
        let name = Self.names[slot]
        try onDisk("writing \(name)") { () throws(SystemCallFailure) in
            let file: any DiskFile
            do throws(SystemCallFailure) {
                file = try disk.open(name, for: .write)
            } catch {
                guard error.errno == .noEntry else { throw error }
                file = try disk.open(name, for: .create)
                try disk.synchronizeFolder("")
            }
            try file.write(bytes, at: 0)
            try file.synchronizeData()
        }
    }

    /// Writes the first checkpoint of a new store; the store exists when this returns.
    static func create(_ disk: any Disk, _ keys: StoreKeys) throws(SystemCallFailure) {
        let bytes = sealed(.first, keys)
        for name in names {
            let scratch = name + ".new"
            do throws(SystemCallFailure) {
                try disk.remove(scratch)
            } catch {
                if error.errno != .noEntry { throw error }
            }
            let file = try disk.open(scratch, for: .create)
            try file.write(bytes, at: 0)
            try file.synchronizeData()
        }
        for name in names { try disk.rename(name + ".new", to: name) }
        try disk.synchronizeFolder("")
    }
}
