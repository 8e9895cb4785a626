internal import ContentAddressing
package import Core
internal import Primitives

/// Opens sealed objects by reference; every failure has the code `.integrity` and names the object by its CID.
///
/// What comes out is content: padding is taken off, and what was compressed is as it was. Any number of threads may
/// call it at once.
package enum Opener {
    /// The whole content of a sealed object.
    package static func open(
        _ sealed: [UInt8], _ reference: ObjectReference, kind: ObjectKind
    ) throws(Failure) -> [UInt8] {
        try check(reference, kind)
        let body = try openBody(sealed, reference, kind: kind)
        if reference.flags.isEmpty { return body }
        let content: [UInt8]
        do throws(MalformedBytes) {
            content = try Unpacking.content(of: body, reference.flags)
        } catch {
            throw refusal(reference, error.what)
        }
        guard UInt64(content.count) == reference.contentLength else {
            throw refusal(reference, "it holds \(content.count) bytes of content, not \(reference.contentLength)")
        }
        return content
    }

    /// Exactly `range` of the content; `read` is asked for the sealed bytes that this takes, and may fail.
    ///
    /// One read, of the frames that the range touches. Two where the object was compressed and is longer than a frame:
    /// the first frame tells where the groups are. `read` is not called for an empty range.
    package static func openRange(
        _ range: Range<Int>, of reference: ObjectReference, kind: ObjectKind,
        read: (Range<Int>) throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        try check(reference, kind)
        guard range.lowerBound >= 0, range.upperBound <= Int(reference.contentLength) else {
            throw Failure(.invalid, "\(reference.cid): bytes \(range) lie outside its content")
        }
        if range.isEmpty { return [] }
        guard reference.flags.contains(.compressed) else {
            return try openBodyRange(range, of: reference, kind: kind, read: read)
        }
        let layout = try layout(of: reference)
        let first = try openBodyRange(layout.bodyRange(ofFrame: 0), of: reference, kind: kind, read: read)
        do {
            let table = try Unpacking.table(first[...], reference)
            let wanted = table.storedRange(ofGroups: table.groups(for: range))
            if wanted.upperBound <= first.count { return try table.content(range, from: first[wanted]) }
            // Of groups that begin in the first frame, which is here, only the rest.
            let rest = try openBodyRange(
                max(wanted.lowerBound, first.count)..<wanted.upperBound, of: reference, kind: kind, read: read)
            let stored = wanted.lowerBound < first.count ? first[wanted.lowerBound...] + rest : rest[...]
            return try table.content(range, from: stored)
        } catch let error as MalformedBytes {
            throw refusal(reference, error.what)
        } catch {
            throw Failure.wrapping(error)
        }
    }

    /// The whole body of a sealed object, of whose content nothing is known yet.
    static func openBody(
        _ sealed: [UInt8], _ reference: ObjectReference, kind: ObjectKind
    ) throws(Failure) -> [UInt8] {
        let layout = try layout(of: reference)
        guard sealed.count == layout.sealedLength else {
            throw refusal(reference, "has \(sealed.count) bytes instead of \(layout.sealedLength)")
        }
        return try openFrames(sealed[...], firstFrame: 0, reference, kind: kind)
    }

    /// The bodies of whole frames, from the bytes that `SealedLayout.sealedRange(ofFrames:)` names.
    package static func openFrames(
        _ bytes: ArraySlice<UInt8>, firstFrame: Int, _ reference: ObjectReference, kind: ObjectKind
    ) throws(Failure) -> [UInt8] {
        let layout = try layout(of: reference)
        let headerLength = firstFrame == 0 ? SealedLayout.headerLength : 0
        let frames = try frames(in: bytes.count - headerLength, from: firstFrame, layout, reference)
        let bodyStart = layout.bodyRange(ofFrame: frames.lowerBound).lowerBound
        let count = layout.bodyRange(ofFrame: frames.upperBound - 1).upperBound - bodyStart
        var problem: Failure?
        let body = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            let output = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
            unsafe bytes.withUnsafeBytes { bytes in
                problem = unsafe open(bytes, frames: frames, layout: layout, reference, kind: kind, into: output)
            }
            written = problem == nil ? count : 0
        }
        if let problem { throw problem }
        return body
    }

    /// Exactly `range` of the body, which is not empty.
    private static func openBodyRange(
        _ range: Range<Int>, of reference: ObjectReference, kind: ObjectKind,
        read: (Range<Int>) throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        let layout = try layout(of: reference)
        let frames = layout.frames(forBody: range)
        let wanted = layout.sealedRange(ofFrames: frames)
        let bytes = try read(wanted)
        guard bytes.count == wanted.count else {
            throw refusal(reference, "has \(bytes.count) bytes where \(frames.count) frames should be")
        }
        let body = try openFrames(bytes[...], firstFrame: frames.lowerBound, reference, kind: kind)
        let origin = frames.lowerBound * SealedLayout.frameLength
        if range.lowerBound == origin, range.count == body.count { return body }
        return Array(body[range.lowerBound - origin..<range.upperBound - origin])
    }

    /// Refuses sealed bytes that are not the object that `digest` names: computes its DAG again.
    package static func checkDigest(_ sealed: [UInt8], _ digest: Digest) throws(Failure) {
        guard ObjectCID.compute(over: sealed) == digest else {
            throw refusal(ObjectCID.cid(digest, sealedLength: sealed.count), "its bytes have another digest")
        }
    }

    static func refusal(_ cid: CID, _ what: String) -> Failure {
        Failure(
            .integrity, "object \(cid) is damaged: \(what)",
            advice: "it was not used; another copy of it can replace it")
    }

    private static func refusal(_ reference: ObjectReference, _ what: String) -> Failure {
        refusal(reference.cid, what)
    }

    /// Refuses what no object can be, whatever its bytes are.
    private static func check(_ reference: ObjectReference, _ kind: ObjectKind) throws(Failure) {
        guard reference.flags.fit(kind), reference.hasPossibleLengths else {
            throw refusal(reference, "no \(kind) has its flags and lengths")
        }
    }

    private static func layout(of reference: ObjectReference) throws(Failure) -> SealedLayout {
        guard let layout = reference.layout else { throw refusal(reference, "no object is that long") }
        return layout
    }

    /// The frames that `count` bytes make up, exactly.
    private static func frames(
        in count: Int, from first: Int, _ layout: SealedLayout, _ reference: ObjectReference
    ) throws(Failure) -> Range<Int> {
        let number = count > 0 ? (count + SealedLayout.sealedFrameLength - 1) / SealedLayout.sealedFrameLength : 0
        guard first >= 0, number > 0, number <= layout.frameCount, first <= layout.frameCount - number else {
            throw refusal(reference, "its bytes are not whole frames")
        }
        let frames = first..<first + number
        let headerLength = first == 0 ? SealedLayout.headerLength : 0
        guard layout.sealedRange(ofFrames: frames).count == count + headerLength else {
            throw refusal(reference, "its bytes are not whole frames")
        }
        return frames
    }

    private static func open(
        _ bytes: UnsafeRawBufferPointer, frames: Range<Int>, layout: SealedLayout, _ reference: ObjectReference,
        kind: ObjectKind, into output: UnsafeMutableRawBufferPointer
    ) -> Failure? {
        unsafe withUnsafeTemporaryAllocation(byteCount: SealedLayout.headerLength, alignment: 8) { bound in
            // What the reference says, not what the bytes say: only the id is theirs, and the first frame proves it.
            var start = 0
            if frames.lowerBound == 0 {
                start = SealedLayout.headerLength
                unsafe bound.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<start]))
            }
            unsafe SealedHeader.writePrefix(
                kind, reference.flags, epoch: reference.epoch, bodyLength: reference.bodyLength, into: bound)
            if frames.lowerBound == 0, unsafe !bytes.starts(with: bound[..<SealedLayout.prefixLength]) {
                return refusal(reference, "its header is another object's")
            }
            do throws(PrimitiveError) {
                unsafe try FrameCipher.open(
                    UnsafeRawBufferPointer(rebasing: bytes[start...]), frames: frames, layout: layout,
                    header: UnsafeRawBufferPointer(bound), key: reference.key, into: output)
                return nil
            } catch {
                return refusal(reference, "a frame of it is not authentic")
            }
        }
    }
}
