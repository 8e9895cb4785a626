package import Core

/// Why a volume could not answer from memory.
package enum VolumeError: Error, Sendable {
    /// Something must be brought in first; try again when it is there.
    case needs(Need)
    case failed(Failure)
}

/// Something that must be brought into memory before an operation can be answered.
package struct Need: Sendable {
    /// Begins to bring it in and returns; the completion is called once, on another thread, with nil on success.
    package let start: @Sendable (_ completion: @escaping @Sendable (Failure?) -> Void) -> Void

    package init(_ start: @escaping @Sendable (_ completion: @escaping @Sendable (Failure?) -> Void) -> Void) {
        self.start = start
    }
}
