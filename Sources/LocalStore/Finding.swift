package import Core

/// Something that is not as it should be, or was put right, in a store's files.
package struct Finding: Sendable, Equatable {
    package enum Problem: String, Sendable, CaseIterable {
        /// A crash or a power cut left it; nothing that was promised is concerned.
        case torn
        /// Bytes that were on the disk are not those that were written.
        case damaged
        /// What was there is gone.
        case missing
        /// The file bears another one's name.
        case misplaced
        /// A list or header that can be, or was, made again from the rest.
        case rebuilt
        /// The second copy serves, and was put in its place if the store may be written.
        case mended
    }

    package let problem: Problem
    /// In the store's folder.
    package let file: String
    package let offset: UInt64?
    package let digest: Digest?
    /// The object's kind, where something says which.
    package let kind: UInt8?
    private let words: String

    init(
        _ problem: Problem, _ file: String, at offset: UInt64? = nil, digest: Digest? = nil, kind: UInt8? = nil,
        _ words: String
    ) {
        self.problem = problem
        self.file = file
        self.offset = offset
        self.digest = digest
        self.kind = kind
        self.words = words
    }

    /// Whether data is concerned that is not there in another place.
    package var isLoss: Bool { problem == .damaged || problem == .missing || problem == .misplaced }

    /// A sentence for people, which names the file.
    package var sentence: String { "\(file)\(offset.map { " at byte \($0)" } ?? ""): \(words)" }
}
