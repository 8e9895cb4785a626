import Core
import StorageSupport
import Vaults
import Volumes

/// What is measured, each in a process of its own.
enum Phase: String, CaseIterable {
    case fill, open, change, difference, find

    func run(in path: String, _ shape: Shape, asJSON: Bool) throws(Failure) {
        var figures = Figures(rawValue)
        let start = SystemTime.monotonic()
        let target = try MeasuredVault(in: path)
        switch self {
        case .fill: try Self.fill(target, shape, &figures)
        case .open: try Self.open(target, start, &figures)
        case .change: try Self.change(target, shape, &figures)
        case .difference: try Self.difference(target, shape, &figures)
        case .find: try Self.find(target, shape, &figures)
        }
        figures.note("peak_memory", OwnProcess.peakMemory, "MiB", goal: self == .open ? 150 : nil)
        figures.report(asJSON: asJSON)
        try target.vault.close()
    }

    private static func seconds(_ work: () throws(Failure) -> Void) throws(Failure) -> Double {
        let start = SystemTime.monotonic()
        try work()
        return (SystemTime.monotonic() - start).inSeconds
    }

    private static func fill(_ target: MeasuredVault, _ shape: Shape, _ figures: inout Figures) throws(Failure) {
        let time = try seconds { () throws(Failure) in
            var filling = try Filling(target, shape)
            try filling.run()
        }
        let standing = target.vault.standing()
        figures.note("files", Double(standing.files), "with directories")
        figures.note("seconds", time, "s")
        figures.note("objects", Double(standing.objects), "")
        figures.note("store", Double(standing.storeBytes) / 1_048_576, "MiB")
    }

    private static func open(
        _ target: MeasuredVault, _ start: Moment, _ figures: inout Figures
    ) throws(Failure) {
        var records = 0
        let children = try satisfying { () throws(VolumeError) in
            try target.volume.children(of: .root, after: nil, limit: .max)
        }
        for child in children where try target.record(of: child.child.file) != nil { records += 1 }
        let time = SystemTime.monotonic() - start
        figures.note("entries_of_root", Double(records), "")
        figures.note("opened_and_listed", time.milliseconds, "ms", goal: 1000)
    }

    /// The goals are those for one small file changed among a million.
    private static func change(_ target: MeasuredVault, _ shape: Shape, _ figures: inout Figures) throws(Failure) {
        var random = SeededRandom(seed: 2)
        let now = SystemTime().wallClock
        let rounds = 50
        try note("overwrite", &figures, rounds) { () throws(Failure) in
            let file = try target.find(shape.path(of: shape.anyChunked(&random))).file
            return try target.measure { () throws(Failure) in
                try target.make([.write(file, offset: 0, try target.chunk(&random), time: now)])
            }
        }
        var added = 0
        try note("add", &figures, rounds) { () throws(Failure) in
            let directory = try target.find(shape.path(of: shape.anyChunked(&random))).parent
            let file = target.volume.makeFileID()
            added += 1
            return try target.measure { () throws(Failure) in
                try target.make([
                    .setAttributes(
                        file, Attributes(kind: .regular, permissions: 0o644, owner: 1000, group: 1000, now: now)),
                    .setChild(
                        directory: directory, name: Name("new file \(added)"), child: Child(file: file, kind: .regular),
                        time: now),
                    .write(file, offset: 0, try target.chunk(&random), time: now),
                ])
            }
        }
        try note("rename", &figures, rounds) { () throws(Failure) in
            let path = shape.path(of: shape.anyChunked(&random))
            let to = try target.find(shape.path(of: shape.anyChunked(&random))).parent
            let found = try? target.find(path)
            guard let (file, from) = found else { return nil }
            return try target.measure { () throws(Failure) in
                try target.make([
                    .removeChild(directory: from, name: path[2], time: now),
                    .setChild(directory: to, name: path[2], child: Child(file: file, kind: .regular), time: now),
                ])
            }
        }
    }

    private static func note(
        _ key: String, _ figures: inout Figures, _ rounds: Int,
        _ work: () throws(Failure) -> (bytes: Double, objects: Double)?
    ) throws(Failure) {
        var (kibibytes, requests, times): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<rounds {
            let start = SystemTime.monotonic()
            guard let cost = try work() else { continue }
            times.append((SystemTime.monotonic() - start).milliseconds)
            kibibytes.append(cost.bytes / 1024)
            // Each object by itself, the commit among them, and the head's record.
            requests.append(cost.objects + 1)
        }
        figures.note("\(key)_new_objects", kibibytes, "KiB", goal: 256)
        figures.note("\(key)_requests", requests, "without bundles", goal: 12)
        figures.note("\(key)_time", times, "ms with its commit")
    }

    private static func difference(_ target: MeasuredVault, _ shape: Shape, _ figures: inout Figures) throws(Failure) {
        var random = SeededRandom(seed: 3)
        let now = SystemTime().wallClock
        let before = target.vault.root
        for _ in 0..<10 {
            let file = try target.find(shape.path(of: shape.anyChunked(&random))).file
            try target.make([.write(file, offset: 0, try target.chunk(&random), time: now)])
        }
        try target.vault.commit()
        let after = target.vault.root
        for key in ["first", "warm"] {
            var changes = 0
            let time = try seconds { () throws(Failure) in
                try target.vault.difference(from: before, to: after) { _ in
                    changes += 1
                    return true
                }
            }
            figures.note("\(key)_of_10_files", time * 1000, "ms, \(changes) records", goal: key == "warm" ? 100 : nil)
        }
    }

    private static func find(_ target: MeasuredVault, _ shape: Shape, _ figures: inout Figures) throws(Failure) {
        var random = SeededRandom(seed: 4)
        let paths = (0..<200).map { _ in shape.path(of: shape.anyChunked(&random)) }
        for (key, rounds) in [("cold", 1), ("warm", 20)] {
            let time = try seconds { () throws(Failure) in
                for _ in 0..<rounds {
                    for path in paths { _ = try? target.record(of: try target.find(path).file) }
                }
            }
            let each = time / Double(rounds * paths.count) * 1e6
            figures.note("\(key)_path_with_record", each, "µs", goal: key == "warm" ? 100 : nil)
        }
    }
}
