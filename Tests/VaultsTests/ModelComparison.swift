import Core
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Compares a volume with a model, through every question a volume answers.
struct ModelComparison {
    let volume: any Volume
    var random: SeededRandom

    /// Everything: each file, each listing, each byte; and that nothing was invented.
    mutating func compareAll(_ model: VolumeModel, _ vault: Vault) throws {
        let names = model.names
        for file in model.files.keys.sorted() { try compare(file, model, names) }
        let standing = vault.standing()
        // The root counts as a file of the volume, and not among what a vault holds.
        #expect(standing.files + 1 == UInt64(model.files.count))
        #expect(standing.contentBytes == model.contentBytes)
    }

    /// A few files, each wholly.
    mutating func compareSome(_ model: VolumeModel, count: Int) throws {
        let names = model.names
        let files = model.files.keys.sorted()
        for _ in 0..<count {
            if let file = files.randomElement(using: &random) { try compare(file, model, names) }
        }
    }

    func isGone(_ file: FileID) throws(Failure) -> Bool {
        let record = try satisfying { () throws(VolumeError) in try volume.record(of: file) }
        let names = try satisfying { () throws(VolumeError) in try volume.extendedAttributeNames(of: file) }
        let children = try satisfying { () throws(VolumeError) in try volume.children(of: file, after: nil, limit: 10) }
        let bytes = try volume.bytes(of: file, in: 0..<100)
        return record == nil && names.isEmpty && children.isEmpty && bytes.isEmpty
    }

    private mutating func compare(_ file: FileID, _ model: VolumeModel, _ names: [FileID: UInt32]) throws {
        guard let expected = model.files[file] else { return }
        let record = try #require(
            try satisfying { () throws(VolumeError) in try volume.record(of: file) }, "\(file) is missing")
        #expect(record.attributes == expected.attributes)
        #expect(record.size == UInt64(expected.target?.count ?? expected.content.count))
        #expect(record.allocated <= UInt64(expected.content.count))
        #expect(record.names == names[file] ?? 0, "names of \(file)")
        #expect(record.target == expected.target)
        #expect(record.subdirectories == UInt32(expected.children.values.count { $0.kind == .directory }))
        try compareExtended(file, expected)
        try compareChildren(file, expected)
        try compareContent(file, expected)
    }

    private func compareExtended(_ file: FileID, _ expected: VolumeModel.File) throws {
        let listed = try satisfying { () throws(VolumeError) in try volume.extendedAttributeNames(of: file) }
        #expect(listed == expected.extended.keys.sorted())
        for number in 0..<5 {
            let name = Name("user.\(number)")
            let value = try satisfying { () throws(VolumeError) in try volume.extendedAttribute(name, of: file) }
            #expect(value == expected.extended[name])
        }
    }

    private mutating func compareChildren(_ file: FileID, _ expected: VolumeModel.File) throws {
        let sorted = expected.children.sorted { $0.key < $1.key }.map { ChildEntry(name: $0.key, child: $0.value) }
        let limit = Int.random(in: 1...6, using: &random)
        var listed: [ChildEntry] = []
        while true {
            let after = listed.last?.name
            let page = try satisfying { () throws(VolumeError) in
                try volume.children(of: file, after: after, limit: limit)
            }
            listed += page
            #expect(page.count <= limit)
            if page.count < limit { break }
        }
        #expect(listed == sorted, "children of \(file) in pages of \(limit)")
        // Behind a name that need not be there.
        let after = Name("n\(Int.random(in: 0..<20, using: &random))")
        let rest = try satisfying { () throws(VolumeError) in try volume.children(of: file, after: after, limit: .max) }
        #expect(rest == sorted.filter { $0.name > after })
        for number in [0, 3, 17] {
            let name = Name("n\(number)")
            let child = try satisfying { () throws(VolumeError) in try volume.child(name, of: file) }
            #expect(child == expected.children[name])
        }
    }

    private mutating func compareContent(_ file: FileID, _ expected: VolumeModel.File) throws {
        let size = expected.content.count
        let whole = try volume.bytes(of: file, in: 0..<UInt64(size + 10))
        #expect(whole == expected.content, "content of \(file), \(size) bytes")
        for _ in 0..<2 where size > 0 {
            let start = Int.random(in: 0..<size, using: &random)
            let end = Int.random(in: start...size, using: &random)
            let part = try volume.bytes(of: file, in: UInt64(start)..<UInt64(end))
            #expect(part == Array(expected.content[start..<end]))
        }
    }
}
