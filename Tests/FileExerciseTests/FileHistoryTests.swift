import Core
import FileExercise
import StorageSupport
import Testing

/// What counts as a loss after a power cut, and what does not.
@Suite struct FileHistoryTests {
    private func operation(_ kind: FileOperation.Kind, _ range: Range<Int>, seed: UInt64 = 5) -> FileOperation {
        var random = SeededRandom(seed: seed)
        var filling = Filling(&random)
        // A filling that is not flat, so that a byte in another place is another byte.
        while Set(filling.bytes(100)).count < 20 { filling = Filling(&random) }
        return FileOperation(kind, range, filling: filling)
    }

    @Test("nothing but the durable content will do after a sync")
    func durable() {
        var history = FileHistory()
        let write = operation(.write, 0..<100)
        history.begin(write)
        #expect(history.problem(in: []) == nil)
        history.synchronized()
        let bytes = Array(write.bytes)
        #expect(history.problem(in: bytes) == nil)
        #expect(history.problem(in: []) != nil)
        #expect(history.problem(in: Array(bytes.dropLast())) != nil)
        #expect(history.problem(in: bytes + [0]) != nil)
        var changed = bytes
        changed[50] ^= 1
        #expect(history.problem(in: changed) != nil)
    }

    @Test("of what was not synced any part may be there, and of a write that grows the file too")
    func parts() {
        let first = operation(.write, 0..<100)
        let second = operation(.write, 50..<200, seed: 6)
        var history = FileHistory()
        history.begin(first)
        history.synchronized()
        history.begin(second)
        let (old, new) = (Array(first.bytes), Array(second.bytes))
        #expect(history.problem(in: old) == nil)
        #expect(history.problem(in: old[..<50] + new) == nil)
        #expect(history.problem(in: old + new[50..<60]) == nil, "a part of the write")
        #expect(history.problem(in: old + [UInt8](repeating: 0, count: 20) + new[70...]) == nil, "only its end")
        #expect(history.problem(in: old[..<50] + new.map { $0 ^ 1 }) != nil)
        #expect(history.problem(in: old[..<50] + new + [0]) != nil)
    }

    @Test("a truncation comes in its order: nothing from before it is found behind it")
    func truncation() {
        let (first, second) = (operation(.write, 0..<100), operation(.write, 90..<100, seed: 6))
        var history = FileHistory()
        history.begin(first)
        history.begin(operation(.truncate, 0..<10))
        history.begin(second)
        let (old, new) = (Array(first.bytes), Array(second.bytes))
        let zeros = [UInt8](repeating: 0, count: 80)
        #expect(history.problem(in: old) == nil)
        #expect(history.problem(in: old[..<10] + zeros + new) == nil)
        #expect(history.problem(in: old[..<90] + new) != nil)
        #expect(history.problem(in: Array(old[..<10]), known: 2) == nil)
        #expect(history.problem(in: old, known: 2) != nil, "the truncation is known to be on the disk")
    }

    @Test("names are those of one moment, and a renamed file has what it had then")
    func names() {
        var history = DirectoryHistory()
        let file = history.create(Name("new"))
        history.identify(file, inode: 7)
        let write = operation(.write, 0..<100)
        history.begin(write, on: file)
        history.synchronized(nil)
        history.rename(Name("new"), to: Name("old"))
        let full = DirectoryHistory.Found(inode: 7, bytes: Array(write.bytes))
        let empty = DirectoryHistory.Found(inode: 7, bytes: [])
        #expect(history.problems(in: [Name("new"): full]).isEmpty)
        #expect(history.problems(in: [Name("new"): empty]).isEmpty)
        #expect(history.problems(in: [Name("old"): full]).isEmpty)
        #expect(!history.problems(in: [Name("old"): empty]).isEmpty, "the content comes before its new name")
        #expect(!history.problems(in: [:]).isEmpty)
        #expect(!history.problems(in: [Name("new"): full, Name("old"): full]).isEmpty)
        #expect(!history.problems(in: [Name("old"): .init(inode: 8, bytes: full.bytes)]).isEmpty)
        history.synchronized(file)
        #expect(!history.problems(in: [Name("new"): full]).isEmpty)
    }

    @Test("what was removed may be there until it is durable, and no longer")
    func removal() {
        var history = DirectoryHistory([Name("a"): .init(inode: 3, bytes: [1, 2])])
        history.remove(Name("a"))
        #expect(history.problems(in: [Name("a"): .init(inode: 3, bytes: [1, 2])]).isEmpty)
        #expect(!history.problems(in: [Name("a"): .init(inode: 3, bytes: [1])]).isEmpty)
        #expect(history.problems(in: [:]).isEmpty)
        history.synchronized(nil)
        #expect(!history.problems(in: [Name("a"): .init(inode: 3, bytes: [1, 2])]).isEmpty)
    }
}
