import Core
import StorageSupport
import Vaults
import Volumes

/// Makes the files of a shape, as a copy of a folder would come in: batches through the volume, and commits.
struct Filling {
    private let target: MeasuredVault
    private let shape: Shape
    private let now = SystemTime().wallClock
    private var random = SeededRandom(seed: 1)
    private var chunks: [WrittenBytes] = []
    private var batch: [Change] = []

    init(_ target: MeasuredVault, _ shape: Shape) throws(Failure) {
        (self.target, self.shape) = (target, shape)
        for _ in 0..<Shape.chunks { chunks.append(try target.chunk(&random)) }
    }

    mutating func run() throws(Failure) {
        var (group, directory) = (FileID.root, FileID.root)
        for file in 0..<shape.files {
            let number = file / Shape.width
            if file % (Shape.width * Shape.width) == 0 {
                group = try add(Shape.groupName(number / Shape.width), .directory, to: .root)
            }
            if file % Shape.width == 0 {
                directory = try add(Shape.directoryName(number), .directory, to: group)
            }
            let id = try add(Shape.fileName(file), .regular, to: directory)
            let content: WrittenBytes =
                Shape.isInline(file)
                ? .inline(random.bytes(Int.random(in: 0...Limits.Content.inlineContent, using: &random)))
                : chunks[file % chunks.count]
            batch.append(.write(id, offset: 0, content, time: now))
        }
        try target.make(batch)
        try target.vault.commit()
    }

    private mutating func add(_ name: Name, _ kind: FileKind, to directory: FileID) throws(Failure) -> FileID {
        if batch.count > 3000 {
            try target.make(batch)
            batch.removeAll(keepingCapacity: true)
        }
        let file = target.volume.makeFileID()
        batch.append(
            .setAttributes(file, Attributes(kind: kind, permissions: 0o644, owner: 1000, group: 1000, now: now)))
        batch.append(.setChild(directory: directory, name: name, child: Child(file: file, kind: kind), time: now))
        return file
    }
}
