internal import Core
internal import Glibc

/// The file behind the tables: one change a line, appended, and written anew as a whole at each start.
///
/// It survives the end of the process at any point; it does not wait for the disk, so a power cut may cost the last
/// changes of what is a test server.
final class Ledger: Sendable {
    private let file: FileDescriptor
    private let lock: FileLock

    /// Reads what the folder holds into `tables`, and begins a new file with it; throws `.busy` when somebody else has
    /// the folder.
    init(_ folder: [UInt8], into tables: inout Tables) throws(Failure) {
        let path = Files.join(folder, "state.jsonl")
        do throws(SystemCallFailure) {
            lock = try FileLock(Files.join(folder, "lock"), wait: .zero)
        } catch {
            guard error.errno == .busy else { throw error.failure }
            throw Failure(.busy, "another mock serves from \(folder.shown)", advice: "end it, or choose another folder")
        }
        do throws(SystemCallFailure) {
            if Files.exists(path) {
                let bytes = try Files.readWhole(path, limit: .max - 1)
                for line in bytes.split(separator: 0x0a) {
                    // The last line may be torn; whoever sent that request never got an answer.
                    if let change = try? JSON(parsing: Array(line)) { _ = tables.apply(change) }
                }
            }
            try Files.writeAtomically(path, Self.lines(tables.asChanges))
            file = try FileDescriptor(opening: path, flags: O_WRONLY | O_APPEND)
        } catch {
            throw error.failure
        }
    }

    func append(_ changes: [JSON]) throws(Failure) {
        guard !changes.isEmpty else { return }
        do throws(SystemCallFailure) { try file.write(Self.lines(changes)) } catch { throw error.failure }
    }

    private static func lines(_ changes: [JSON]) -> [UInt8] { changes.flatMap { $0.bytes() + [0x0a] } }
}
