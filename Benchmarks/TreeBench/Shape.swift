import Core
import StorageSupport
import Volumes

/// Which files the measured vault has: a hundred in a directory, a hundred directories in one above them.
struct Shape {
    static let width = 100
    /// One in so many files is small enough to stand in its record; the others are one chunk.
    static let inlineShare = 5
    static let chunkBytes = 16 << 10
    /// Different chunks: what is measured is the tree, and not the disk.
    static let chunks = 256

    let files: Int
    var directories: Int { (files + Self.width - 1) / Self.width }

    /// The names on the way to a file.
    func path(of file: Int) -> [Name] {
        let directory = file / Self.width
        return [Self.groupName(directory / Self.width), Self.directoryName(directory), Self.fileName(file)]
    }

    static func groupName(_ number: Int) -> Name { Name("group \(number)") }
    static func directoryName(_ number: Int) -> Name { Name("directory \(number)") }
    /// Names as cameras and builds make them, some 20 bytes.
    static func fileName(_ number: Int) -> Name { Name("IMG_2024_\(number &* 7919 % 10_000)_\(number).jpeg") }

    static func isInline(_ file: Int) -> Bool { file % inlineShare == 0 }

    /// A file of one chunk.
    func anyChunked(_ random: inout SeededRandom) -> Int {
        while true {
            let file = Int.random(in: 0..<files, using: &random)
            if !Self.isInline(file) || files < 2 { return file }
        }
    }
}
