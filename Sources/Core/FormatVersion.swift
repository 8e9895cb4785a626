/// The version of everything cbstore writes for itself: objects, segments, keys, commits. It is read for ever.
package enum FormatVersion {
    package static let current: UInt8 = 1

    /// Throws `.unknownFormat` when `what` is of another version.
    package static func check(_ version: UInt8, of what: String) throws(Failure) {
        if version == current { return }
        throw Failure(
            .unknownFormat, "\(what) has format version \(version)",
            advice: version > current
                ? "a newer cbstore wrote it; update cbstore on this machine; nothing was changed"
                : "a preview of cbstore wrote it; take the files out with that one; nothing was changed")
    }

    /// What `read` makes of the bytes of `what`, whose version stands at `index`; nil when they are damaged.
    ///
    /// `read` gives nil for bytes that do not prove themselves. Another version in bytes that prove themselves with ours
    /// is a damaged byte, and no other program.
    package static func reading<Value>(
        _ bytes: [UInt8], at index: Int, of what: String, _ read: ([UInt8]) -> Value?
    ) throws(Failure) -> Value? {
        if bytes[index] == current { return read(bytes) }
        var ours = bytes
        ours[index] = current
        if read(ours) == nil { try check(bytes[index], of: what) }
        return nil
    }
}
