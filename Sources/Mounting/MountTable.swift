package import Core
internal import Glibc

/// The mounts this process sees, from `/proc/self/mountinfo`: asking it touches no mount.
package struct MountTable: Sendable {
    package struct Row: Sendable, Equatable {
        /// `major:minor`; the minor is the number of a FUSE connection.
        package let device: String
        package let mountpoint: [UInt8]
        package let type: String
        package let source: [UInt8]
    }

    package let rows: [Row]

    package init() throws(Failure) {
        do throws(SystemCallFailure) { rows = Self.parse(try SmallFile.read("/proc/self/mountinfo")) } catch {
            throw error.failure
        }
    }

    /// The topmost mount exactly at this path.
    package func row(at path: [UInt8]) -> Row? { rows.last { $0.mountpoint == path } }

    static func parse(_ bytes: [UInt8]) -> [Row] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            // id parent device root mountpoint options optional… - type source super-options
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count >= 9,
                let dash = words.dropFirst(6).firstIndex(where: { $0.elementsEqual([UInt8(ascii: "-")]) }),
                dash + 2 < words.count
            else { return nil }
            return Row(
                device: String(decoding: words[2], as: UTF8.self), mountpoint: unescaped(words[4]),
                type: String(decoding: words[dash + 1], as: UTF8.self), source: unescaped(words[dash + 2]))
        }
    }

    /// Space, tab, newline and backslash stand as a backslash and three octal digits.
    private static func unescaped(_ word: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var rest = word
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
                plain.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 0x30) })
                rest = rest.dropFirst(3)
            } else {
                plain.append(byte)
            }
        }
        return plain
    }
}

/// Whole small files of the kernel's, read and written with one call after the other.
enum SmallFile {
    static func read(_ path: String) throws(SystemCallFailure) -> [UInt8] {
        let descriptor = try systemCall("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = try systemCall("read", path) { unsafe Glibc.read(descriptor, &piece, piece.count) }
            if count == 0 { return content }
            content += piece.prefix(count)
        }
    }

    static func write(_ text: String, to path: String) throws(SystemCallFailure) {
        let descriptor = try systemCall("open", path) { unsafe open(path, O_WRONLY | O_CLOEXEC) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = try systemCall("write", path) { unsafe Glibc.write(descriptor, bytes, bytes.count) }
    }
}
