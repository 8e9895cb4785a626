internal import Core

/// A file's identity for ever: the random incarnation of the device that made it, and a counter of that incarnation.
package struct FileID: Hashable, Comparable, Sendable {
    package static let length = 16
    /// The root directory of every vault.
    package static let root = FileID(incarnation: 0, counter: 1)

    package let incarnation: UInt64
    package let counter: UInt64

    package init(incarnation: UInt64, counter: UInt64) {
        self.incarnation = incarnation
        self.counter = counter
    }

    package static func < (left: FileID, right: FileID) -> Bool {
        (left.incarnation, left.counter) < (right.incarnation, right.counter)
    }
}
