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
}
