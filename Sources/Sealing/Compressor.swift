/// Makes the form in which one group of content is stored, smaller than the group.
///
/// A value, so that another version of the library, or another library, can be put in its place: which bytes it makes
/// of content decides nothing about keys.
@safe package struct Compressor: Sendable {
    /// Writes one zstd frame for `content` into `output` and returns its length, or nil when that has no room for it.
    package typealias Compress =
        @Sendable (_ content: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Int?

    package let run: Compress

    package init(_ run: @escaping Compress) { unsafe self.run = run }

    /// Level 1: level 3 saves one or two percent of the content more, and sealing takes up to half as long again.
    package static let standard = zstd(level: 1)

    package static func zstd(level: Int32) -> Compressor {
        unsafe Compressor { content, output in unsafe Zstandard.compress(content, into: output, level: level) }
    }
}
