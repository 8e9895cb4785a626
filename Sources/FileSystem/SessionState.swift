internal import Core
internal import Volumes

/// A file that somebody remembers or has open.
struct Node: Sendable {
    let file: FileID
    /// What holds now, written bytes included: the volume follows.
    var record: FileRecord
    var lookups: UInt64 = 0
    var opens: UInt32 = 0
    var writes = WriteBuffer()
    /// The volume knows the file no more, or will not when its last user has gone.
    var isNameless: Bool { record.names == 0 && file != .root }
    /// The volume has forgotten the file; changes stay in memory.
    var isForgotten = false
    /// What new files in this directory begin with; nil until somebody asked.
    var initialList: AccessList??
    /// What went wrong in the background; told at the next flush or fsync.
    var failure: Failure?
    /// Called when nothing is in flight any more.
    var settled: [@Sendable (Failure?) -> Void] = []
}

/// An open file or directory.
struct Handle: Sendable {
    let node: NodeID
    let mode: OpenMode
    /// The names a listing has given out, in the order in which they got their cookies.
    var listed: [Name] = []
    var cookies: [Name: UInt64] = [:]
}

/// Everything a session remembers, under its lock.
struct SessionState: Sendable {
    var nodes: [NodeID: Node] = [:]
    var numbers: [FileID: NodeID] = [:]
    var handles: [HandleID: Handle] = [:]
    var dirty: Set<NodeID> = []
    /// Why bytes of these are not with the volume yet, although they were to be; kept until they are.
    var troubles: [NodeID: Failure] = [:]
    /// Bytes that the volume does not have yet.
    var dirtyBytes = 0
    /// Those of them that are on their way through a sealing thread.
    var flyingBytes = 0
    /// Nodes that the operation under way brought in, or was the last to need; looked at again when it ends.
    var loaded: [NodeID] = []
    /// Called when dirty bytes have become fewer, or cannot.
    var waitingForRoom: [@Sendable (Failure?) -> Void] = []
    /// Another state of the volume is coming in: operations wait.
    var isQuiet = false
    var waitingForQuiet: [@Sendable (Failure?) -> Void] = []
    private var lastNode = NodeID.root.rawValue
    private var lastHandle: UInt64 = 0

    /// The node of a file, made when nobody remembered it.
    mutating func number(of file: FileID, record: @autoclosure () -> FileRecord) -> NodeID {
        if let number = numbers[file] { return number }
        let number: NodeID
        if file == .root {
            number = .root
        } else {
            lastNode += 1
            number = NodeID(lastNode)
        }
        numbers[file] = number
        nodes[number] = Node(file: file, record: record())
        return number
    }

    mutating func makeHandle(_ handle: Handle) -> HandleID {
        lastHandle += 1
        handles[HandleID(lastHandle)] = handle
        nodes[handle.node]?.opens += 1
        return HandleID(lastHandle)
    }

    mutating func dropLoaded() {
        if loaded.isEmpty { return }
        for number in loaded { dropIfUnused(number) }
        loaded.removeAll(keepingCapacity: true)
    }

    /// Drops a node that nobody remembers, has open, has written to, or waits for; but not before the volume has forgotten
    /// a file without a name.
    mutating func dropIfUnused(_ number: NodeID) {
        guard number != .root, let node = nodes[number], node.lookups == 0, node.opens == 0, node.writes.isClean,
            node.settled.isEmpty, node.isForgotten || !node.isNameless
        else { return }
        nodes[number] = nil
        numbers[node.file] = nil
    }
}

/// Why an operation did not finish under the lock.
enum Interruption: Error {
    case needs(Need)
    case refused(FileError)

    static func code(_ code: FailureCode) -> Interruption { .refused(FileError(code)) }
}

/// Runs a call to the volume, whose errors become the session's.
func asking<Value>(_ body: () throws(VolumeError) -> Value) throws(Interruption) -> Value {
    do throws(VolumeError) {
        return try body()
    } catch {
        switch error {
        case .needs(let need): throw .needs(need)
        case .failed(let failure): throw .refused(FileError(failure))
        }
    }
}
