internal import ContentAddressing
internal import Core
internal import Primitives
internal import Sealing
internal import StorageSupport

extension FuzzTarget {
    private static let secret = EpochSecret(number: 3, secret: SecretBytes(copying: [UInt8](repeating: 9, count: 32)))
    /// One for each packing; any of them opens what the others sealed.
    private static let sealers = [
        Packing.none, .standard, Packing(compresses: false, pads: true), Packing(compresses: true, pads: true),
    ].map { Sealer(secret, packing: $0) }

    /// Objects as a stranger hands them out: opened with the epoch's secret, and by reference after edits.
    static let sealedObject = FuzzTarget("sealed-object", longestInput: 20_000, [{ unknownObject }, { editedObject }])

    private static var unknownObject: Part {
        Part { random in
            let kind = ObjectKind.allCases[random.below(ObjectKind.allCases.count)]
            let content = random.chance() ? random.someBytes() : [UInt8](repeating: 5, count: random.below(12_000))
            return sealers[random.below(sealers.count)].seal(content, as: kind).bytes
        } check: { input in
            let opened = try sealers[0].open(input)
            try checkOpened(opened, input)
            guard opened.reference.flags.isEmpty else { return }
            try require(sealers[0].seal(opened.content, as: opened.kind).bytes == input, "two objects have one body")
        }
    }

    /// What opened with the epoch's secret opens by reference too, whole and in parts.
    private static func checkOpened(_ opened: OpenedObject, _ sealed: [UInt8]) throws {
        let (content, reference) = (opened.content, opened.reference)
        try require((try? ObjectReference(bytes: reference.bytes)) == reference, "an object has no possible reference")
        try require(
            (try? Opener.open(sealed, reference, kind: opened.kind)) == content, "a reference opens another body")
        let middle = content.count / 2
        for range in [0..<middle, middle..<content.count] {
            let part = try? Opener.openRange(range, of: reference, kind: opened.kind) { Array(sealed[$0]) }
            try require(part == Array(content[range]), "a range opens to something else")
        }
    }

    /// An object's content and edits of its bytes; an empty list of edits leaves it whole.
    private static var editedObject: Part {
        Part { random in
            random.bytes(3)
        } check: { input in
            var parts = InputParts(input)
            let sealer = sealers[Int(parts.byte()) % sealers.count]
            let content = (0..<Int(parts.number(2)) % 17_000).map { UInt8(truncatingIfNeeded: $0 / 32 &* 31) }
            let whole = sealer.seal(content, as: .chunk)
            let sealed = Edits(&parts).applied(to: whole.bytes)
            let isWhole = sealed == whole.bytes
            let opened = try? Opener.open(sealed, whole.reference, kind: .chunk)
            try require((opened != nil) == isWhole, isWhole ? "an object does not open" : "a changed object opens")
            for range in [0..<content.count / 3, content.count / 3..<content.count] {
                let part = try? Opener.openRange(range, of: whole.reference, kind: .chunk) {
                    (wanted) throws(Failure) in
                    guard wanted.upperBound <= sealed.count else { throw Failure(.integrity, "cut") }
                    return Array(sealed[wanted])
                }
                try require(part == nil || part == Array(content[range]), "a range opens to something else")
            }
            if !isWhole { throw Refused() }
        }
    }

    /// Bodies that are authentic, whatever they hold: another device of the vault sealed them.
    static let sealedBody = FuzzTarget("sealed-body", longestInput: 8192) { random in
        let content = [UInt8](repeating: 7, count: 5000 + random.below(70_000)) + random.someBytes()
        let sealed = sealers[random.below(sealers.count)].seal(
            random.chance() ? content : random.someBytes(), as: .chunk)
        guard let body = ForgedObject.body(of: sealed, secret) else { return [0] }
        return [sealed.reference.flags.rawValue] + body
    } check: { input in
        var parts = InputParts(input)
        let flags = ObjectFlags(rawValue: parts.byte() & 3)
        let forged = try accepted(ForgedObject(parts.remainder(), .chunk, flags, secret))
        try checkOpened(try sealers[0].open(forged.bytes), forged.bytes)
    }

    static func reference(_ random: inout SeededRandom, length: UInt64? = nil) -> ObjectReference {
        let flags = length == nil ? ObjectFlags(rawValue: UInt8(random.below(3))) : []
        // Compressed content of any length up to 64 KiB has two bytes of table, and two or three that say its length.
        let content = length ?? 1 + UInt64(random.below(flags.contains(.compressed) ? 60_000 : 1 << 29))
        let body = flags.contains(.compressed) ? 6 + content / 2 : flags.contains(.padded) ? content + 1 : content
        return ObjectReference(
            digest: random.digest(), key: ObjectKey(random.bytes(32)), bodyLength: body, contentLength: content,
            flags: flags, epoch: UInt32(truncatingIfNeeded: random.anyNumber()))
    }

    static let reference = FuzzTarget("reference", longestInput: 128) { random in
        reference(&random).bytes
    } check: { input in
        let reference = try ObjectReference(bytes: input)
        try require(reference.bytes == input, "two encodings are one reference")
        let layout = try certainly("a reference has no layout") { try accepted(reference.layout) }
        let whole = layout.sealedRange(ofFrames: 0..<layout.frameCount)
        try require(whole == 0..<layout.sealedLength, "an object's frames are not the object")
        let middle = layout.bodyLength / 2
        for range in [0..<middle, middle..<layout.bodyLength] where !range.isEmpty {
            let frames = layout.frames(forBody: range)
            let (first, last) = (frames.lowerBound, frames.upperBound - 1)
            let covered = layout.bodyRange(ofFrame: first).lowerBound..<layout.bodyRange(ofFrame: last).upperBound
            try require(
                covered.lowerBound <= range.lowerBound && range.upperBound <= covered.upperBound, "frames miss bytes")
        }
        _ = reference.cid
    }
}
