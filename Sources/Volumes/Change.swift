package import Core

/// One step of a batch. Changes say what holds afterwards, not what to check: whoever makes one has looked first.
package enum Change: Sendable {
    /// Makes the file if it is new.
    case setAttributes(FileID, Attributes)
    /// Enters a name; the directory's times become `time`. A name that is there is replaced.
    case setChild(directory: FileID, name: Name, child: Child, time: Timestamp)
    case removeChild(directory: FileID, name: Name, time: Timestamp)
    case write(FileID, offset: UInt64, WrittenBytes, time: Timestamp)
    /// Cuts the content or extends it by a hole.
    case setSize(FileID, UInt64, time: Timestamp)
    case setTarget(FileID, [UInt8])
    /// Gives `target` the content of `source`, which keeps it too.
    case copyContent(from: FileID, to: FileID, time: Timestamp)
    /// Puts what `source` has in a range into `target`, from `offset` on; what lies behind the source's end is a hole.
    case copyRange(from: FileID, Range<UInt64>, to: FileID, offset: UInt64, time: Timestamp)
    case setExtendedAttribute(FileID, Name, [UInt8])
    case removeExtendedAttribute(FileID, Name)
    /// The file has lost its last name, or never had one, and somebody has it open.
    case orphan(FileID)
    /// The file has no name and nobody has it open.
    case forget(FileID)

    /// Whether it changes which names there are, and nothing a file holds or says of itself.
    package var isNameOnly: Bool {
        switch self {
        case .setChild, .removeChild, .orphan, .forget: true
        case .setAttributes, .write, .setSize, .setTarget, .copyContent, .copyRange, .setExtendedAttribute,
            .removeExtendedAttribute:
            false
        }
    }

    /// Whether it brings bytes of a file that are nowhere yet.
    package var hasContent: Bool {
        if case .write(_, _, .inline(let bytes), _) = self { !bytes.isEmpty } else { false }
    }
}

/// What a write brings.
package enum WrittenBytes: Sendable {
    case inline([UInt8])
    case sealed(any SealedContent)
    case hole(UInt64)

    package var count: UInt64 {
        switch self {
        case .inline(let bytes): UInt64(bytes.count)
        case .sealed(let content): UInt64(content.count)
        case .hole(let count): count
        }
    }
}

/// What a directory says of one of its entries.
package struct Child: Hashable, Sendable {
    package let file: FileID
    package let kind: FileKind

    package init(file: FileID, kind: FileKind) {
        self.file = file
        self.kind = kind
    }
}

/// One entry of a directory.
package struct ChildEntry: Sendable, Equatable {
    package let name: Name
    package let child: Child

    package init(name: Name, child: Child) {
        self.name = name
        self.child = child
    }
}

/// Everything a volume knows of a file but its content.
package struct FileRecord: Sendable, Equatable {
    package var attributes: Attributes
    package var size: UInt64
    /// Bytes that are not holes.
    package var allocated: UInt64
    /// Names that lead to the file.
    package var names: UInt32
    /// Directories inside this one.
    package var subdirectories: UInt32
    /// The target, of a symbolic link.
    package var target: [UInt8]?

    package init(
        attributes: Attributes, size: UInt64, allocated: UInt64, names: UInt32, subdirectories: UInt32,
        target: [UInt8]? = nil
    ) {
        self.attributes = attributes
        self.size = size
        self.allocated = allocated
        self.names = names
        self.subdirectories = subdirectories
        self.target = target
    }
}
