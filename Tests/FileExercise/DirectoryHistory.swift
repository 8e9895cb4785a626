package import Core

/// What a directory of files may be after a power cut: names and content, since each was last made durable.
///
/// Names come in their order: what is found is exactly what was at one moment. A rename comes after the content that it
/// gives a new name to.
package struct DirectoryHistory: Sendable {
    /// A file as it was found.
    package struct Found: Sendable, Equatable {
        package let inode: UInt64
        package let bytes: [UInt8]

        package init(inode: UInt64, bytes: [UInt8]) {
            self.inode = inode
            self.bytes = bytes
        }
    }

    /// The names at one moment.
    private struct State: Sendable {
        var files: [Name: Int] = [:]
        /// How many operations on a file had gone to the disk before it.
        var known: [Int: Int] = [:]
    }

    /// From the last durable moment on; never empty.
    private var states: [State]
    private var histories: [Int: FileHistory] = [:]
    private var inodes: [Int: UInt64] = [:]
    private var lastFile = 0

    package init(_ found: [Name: Found] = [:]) {
        states = [State()]
        for (name, file) in found.sorted(by: { $0.key < $1.key }) {
            let number = makeFile(FileHistory(file.bytes))
            inodes[number] = file.inode
            states[0].files[name] = number
        }
    }

    private mutating func makeFile(_ history: FileHistory) -> Int {
        lastFile += 1
        histories[lastFile] = history
        return lastFile
    }

    // MARK: What is now

    private var newest: State { states[states.count - 1] }
    package var names: [Name] { newest.files.keys.sorted() }
    package func file(_ name: Name) -> Int? { newest.files[name] }
    /// What a file holds now.
    package func content(_ file: Int) -> FileModel { histories[file]?.current ?? FileModel() }

    // MARK: What is done, noted before it begins

    private mutating func change(_ edit: (inout State) -> Void) {
        var state = newest
        edit(&state)
        states.append(state)
    }

    /// A new file, which is told by its inode as soon as it is known.
    package mutating func create(_ name: Name) -> Int {
        let file = makeFile(FileHistory())
        change { $0.files[name] = file }
        return file
    }

    package mutating func identify(_ file: Int, inode: UInt64) { inodes[file] = inode }

    package mutating func rename(_ name: Name, to newName: Name) {
        guard let file = newest.files[name] else { return }
        let known = histories[file]?.count
        change { state in
            state.files[name] = nil
            state.files[newName] = file
            state.known[file] = known
        }
    }

    package mutating func remove(_ name: Name) { change { $0.files[name] = nil } }

    package mutating func begin(_ operation: FileOperation, on file: Int) { histories[file]?.begin(operation) }

    /// A sync of a file, or of the directory when there is none, is over: with it every name is on the disk.
    package mutating func synchronized(_ file: Int?) {
        if let file { histories[file]?.synchronized() }
        states.removeFirst(states.count - 1)
        let kept = Set(newest.files.values)
        histories = histories.filter { kept.contains($0.key) }
    }

    // MARK: What is found

    /// What cannot be about the files that were found; empty when all is well.
    package func problems(in found: [Name: Found]) -> [String] {
        let fitting = states.filter { fits(found, $0) }
        if fitting.isEmpty {
            let shown = found.keys.sorted().map(\.escaped).joined(separator: " ")
            return ["there never was a moment with these files: \(shown)"]
        }
        var least: [String]?
        for state in fitting {
            let problems = contentProblems(in: found, state)
            if problems.isEmpty { return [] }
            if problems.count < least?.count ?? .max { least = problems }
        }
        return least ?? []
    }

    private func fits(_ found: [Name: Found], _ state: State) -> Bool {
        guard found.count == state.files.count else { return false }
        return found.allSatisfy { name, file in
            guard let number = state.files[name] else { return false }
            // A file that was being made has no inode yet, as far as anybody knows.
            return inodes[number] ?? file.inode == file.inode
        }
    }

    private func contentProblems(in found: [Name: Found], _ state: State) -> [String] {
        found.sorted { $0.key < $1.key }.compactMap { name, file in
            guard let number = state.files[name], let history = histories[number] else { return nil }
            return history.problem(in: file.bytes, known: state.known[number] ?? 0).map { "\(name.escaped): \($0)" }
        }
    }
}
