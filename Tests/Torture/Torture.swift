internal import Core
internal import Glibc

/// `torture`: breaks things for as long as it is told, and says what did not survive.
enum Torture {
    private static let usage = """
        Usage: torture store|cuts [--share PERCENT] [--seed N]
        """

    static func run(_ arguments: [String]) -> Int32 {
        do {
            switch arguments.first {
            case "store", "cuts": return try trial(arguments)
            case "database": return try database(Array(arguments.dropFirst()))
            case "writer": return try writer(Array(arguments.dropFirst()))
            default: return refuse()
            }
        } catch {
            complain("torture: \(error)")
            return 1
        }
    }

    private static func trial(_ arguments: [String]) throws -> Int32 {
        var share = 100
        var seed = UInt64.random(in: 0..<1_000_000)
        var rest = arguments.dropFirst()
        while let option = rest.popFirst() {
            guard let value = rest.popFirst().flatMap({ UInt64($0) }) else { return refuse() }
            switch option {
            case "--share" where (1...100).contains(value): share = Int(value)
            case "--seed": seed = value
            default: return refuse()
            }
        }
        let isWell =
            arguments.first == "cuts"
            ? try CutTorture(share: share, seed: seed).run() : try StoreTorture(share: share, seed: seed).run()
        return isWell ? 0 : 1
    }

    private static func database(_ arguments: [String]) throws -> Int32 {
        guard arguments.count == 4, let mode = Int(arguments[1]), DatabaseScripts.Mode.all.indices.contains(mode),
            let cuts = Int(arguments[2]), cuts > 0, let seed = UInt64(arguments[3])
        else { return refuse() }
        try DatabaseLife.run(arguments[0], DatabaseScripts.Mode.all[mode], cuts: cuts, seed: seed)
        return 0
    }

    private static func writer(_ arguments: [String]) throws -> Int32 {
        guard arguments.count == 2, let seed = UInt64(arguments[1]) else { return refuse() }
        do throws(Failure) {
            var writer = try StoreWriter(folder: Array(arguments[0].utf8), seed: seed)
            try writer.run(count: .max)
        } catch {
            complain("writer: \(error)")
            return 1
        }
        return 0
    }

    private static func refuse() -> Int32 {
        complain(usage)
        return 64
    }

    private static func complain(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }
}
