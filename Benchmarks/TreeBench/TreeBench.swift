import Core
import VaultSupport

/// Measures a vault of many files: `bench-tree [FILES] [--json]`, and the cuts of its tree: `bench-tree cuts [FILES]`.
@main struct TreeBench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let asJSON = arguments.contains("--json")
        let words = arguments.filter { $0 != "--json" }
        let files = words.compactMap { Int($0) }.last ?? 1_000_000
        if words.first == "cuts" { return try CutTable(files: files).run(asJSON: asJSON) }
        if let phase = words.first.flatMap(Phase.init), words.count == 3 {
            let path = Array(words)[1]
            return try phase.run(in: path, Shape(files: files), asJSON: asJSON)
        }
        let folder = try TemporaryFolder()
        let path = String(decoding: folder.path, as: UTF8.self)
        try MeasuredVault.create(in: path)
        for phase in Phase.allCases {
            try OwnProcess.run([phase.rawValue, path, "\(files)"] + (asJSON ? ["--json"] : []))
        }
    }
}
