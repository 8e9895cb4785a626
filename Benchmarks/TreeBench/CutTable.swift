import Core
import StorageSupport
import Trees
import Volumes

/// What a change costs under several rules for cutting nodes: the records of a vault, in a tree in memory.
struct CutTable {
    let files: Int

    /// Least, mean and greatest weight in KiB, of leaves and of inner nodes.
    private static let rules: [(leaves: (Int, Int, Int), inner: (Int, Int, Int))] = [
        ((2, 6, 32), (2, 6, 32)), ((2, 6, 32), (4, 12, 64)), ((2, 6, 32), (8, 24, 96)), ((2, 6, 32), (16, 48, 128)),
        ((4, 12, 48), (4, 12, 64)), ((4, 12, 48), (8, 24, 96)),
    ]

    func run(asJSON: Bool) throws(Failure) {
        for rule in Self.rules {
            func bounds(_ kib: (Int, Int, Int)) -> CutRule.Bounds {
                CutRule.Bounds(minimum: kib.0 << 10, mean: kib.1 << 10, maximum: kib.2 << 10)
            }
            let cuts = CutRule(key: Array(0..<16), leaves: bounds(rule.leaves), inner: bounds(rule.inner))
            var figures = Figures("leaves \(rule.leaves) inner \(rule.inner) KiB")
            try satisfying { () throws(VolumeError) in try measure(cuts, &figures) }
            figures.report(asJSON: asJSON)
        }
    }

    private func measure(_ cuts: CutRule, _ figures: inout Figures) throws(VolumeError) {
        let store = CountedNodes()
        var builder = TreeBuilder(rule: cuts)
        let records = SampleRecords(Shape(files: files))
        try records.forEach { (record) throws(VolumeError) in try builder.append(record, in: store) }
        guard let root = try builder.finish(in: store) else { return }
        let whole = store.take()
        figures.note("levels", Double(try store.load(root).level + 1), "")
        figures.note("nodes", Double(whole.objects), "")
        figures.note("bytes", Double(whole.bytes) / 1_048_576, "MiB")
        var random = SeededRandom(seed: 7)
        for kind in SampleRecords.Edit.allCases {
            var map = TreeMap(root: root, rule: cuts)
            var (objects, kibibytes): ([Double], [Double]) = ([], [])
            for _ in 0..<200 {
                map = try map.applying(records.edits(kind, &random), in: store)
                let cost = store.take()
                objects.append(Double(cost.objects))
                kibibytes.append(Double(cost.bytes) / 1024)
            }
            figures.note("\(kind)_nodes", objects, "")
            figures.note("\(kind)_bytes", kibibytes, "KiB")
        }
    }
}
