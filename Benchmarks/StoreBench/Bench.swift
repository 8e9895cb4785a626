import Core
import Glibc
import LocalStore
import Primitives

/// Measures the local store: `bench-store index [COUNT] [--folder FOLDER] [--cold] [--json]`.
@main struct Bench {
    static func main() {
        var arguments = CommandLine.arguments.dropFirst()
        let asJSON = take("--json", from: &arguments)
        let isCold = take("--cold", from: &arguments)
        var folder = "/tmp/bench-store-\(getpid())"
        if let index = arguments.firstIndex(of: "--folder"), index + 1 < arguments.endIndex {
            folder = arguments[index + 1]
            arguments.removeSubrange(index...index + 1)
        }
        let count = arguments.dropFirst().first.flatMap { UInt64($0) } ?? 10_000_000
        do throws(Failure) {
            switch arguments.first {
            case "index": try IndexBench(folder: folder, count: count).run(asJSON: asJSON, isCold: isCold)
            case "fill": try IndexBench(folder: folder, count: count).fill()
            default:
                print("usage: bench-store index [COUNT] [--folder FOLDER] [--cold] [--json]")
                exit(64)
            }
        } catch {
            print("bench-store: \(error)")
            exit(1)
        }
    }

    private static func take(_ flag: String, from arguments: inout ArraySlice<String>) -> Bool {
        guard let index = arguments.firstIndex(of: flag) else { return false }
        arguments.remove(at: index)
        return true
    }
}
