internal import Core
internal import Volumes

/// What has changed since a tree was made: for each file touched, what differs from the layer below.
struct Overlay: Sendable {
    var files: [FileID: FileChanges] = [:]
    /// Changes applied, for deciding when to commit.
    var changeCount = 0
    /// Bytes of content that wait to be sealed.
    var inlineBytes = 0
    /// What there is more than below.
    var totals = TotalsChange()

    var isEmpty: Bool { files.isEmpty }
}

/// How one file differs from the layer below.
struct FileChanges: Sendable {
    /// There is nothing below.
    var isNew = false
    /// The file is gone; what stands below does not count.
    var isForgotten = false
    var attributes: Attributes?
    /// The whole content, once touched.
    var content: ExtentMap?
    var target: [UInt8]?
    var extendedAttributes: [Name: [UInt8]?] = [:]
    var backPointers: [BackPointer: Bool] = [:]
    var children = DirectoryChanges()
    /// Names gained less names lost.
    var namesDelta = 0
    var subdirectoriesDelta = 0
}

/// One name that leads to a file.
struct BackPointer: Hashable, Sendable {
    let parent: FileID
    let name: Name
}

/// Entries set and removed in one directory.
struct DirectoryChanges: Sendable {
    private var entries: [Name: Child?] = [:]
    /// The names in order, kept between listings until a new one comes.
    private var order: [Name]?

    var isEmpty: Bool { entries.isEmpty }
    var all: [Name: Child?] { entries }

    /// nil: nothing is known here; `.some(nil)`: removed.
    subscript(name: Name) -> Child?? { entries[name] }

    mutating func set(_ name: Name, _ child: Child?) {
        if entries.updateValue(child, forKey: name) == nil { order = nil }
    }

    /// The changed names behind `after`, in order, at most `limit`.
    mutating func names(after: Name?, limit: Int) -> ArraySlice<Name> {
        let sorted = order ?? entries.keys.sorted()
        order = sorted
        let start = after.map { after in sorted.partitionPoint { $0 > after } } ?? 0
        return sorted[start..<start + min(sorted.count - start, limit)]
    }
}
