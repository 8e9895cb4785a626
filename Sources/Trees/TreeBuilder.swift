package import Volumes

/// Builds a map from entries that come in the order of their keys, without ever holding more than a node of each level.
///
/// The same entries give the same root as any series of edits that ends in them.
package struct TreeBuilder {
    private struct Level {
        var cutter: NodeCutter
        var madeCount = 0
        var lastMade: NodeLink?
    }

    private let rule: CutRule
    private let lowestLevel: Int
    /// From the lowest up, as far as there are entries.
    private var levels: [Level] = []

    package init(rule: CutRule) { self.init(rule: rule, lowestLevel: 0) }

    /// A builder whose entries stand on some level above the records.
    init(rule: CutRule, lowestLevel: Int) {
        self.rule = rule
        self.lowestLevel = lowestLevel
    }

    /// Takes the next entry, whose key is above all before.
    package mutating func append(_ entry: TreeEntry, in store: some NodeStore) throws(VolumeError) {
        try append(entry, at: 0, in: store)
    }

    private mutating func append(
        _ entry: TreeEntry, at index: Int, in store: some NodeStore
    ) throws(VolumeError) {
        if index == levels.count {
            levels.append(Level(cutter: NodeCutter(level: lowestLevel + index, rule: rule)))
        }
        try levels[index].cutter.append(entry, to: store)
        try raise(from: index, in: store)
    }

    /// Hands the nodes of a level to the one above it.
    private mutating func raise(from index: Int, in store: some NodeStore) throws(VolumeError) {
        for node in levels[index].cutter.takeNodes() {
            levels[index].madeCount += 1
            levels[index].lastMade = node.link
            try append(node, at: index + 1, in: store)
        }
    }

    /// The root of all that was appended, nil when nothing was; the builder is used up.
    package mutating func finish(in store: some NodeStore) throws(VolumeError) -> NodeLink? {
        var index = 0
        while index < levels.count {
            try levels[index].cutter.finish(in: store)
            try raise(from: index, in: store)
            // The only node of its level is the root: the level above has nothing but the entry for it.
            if levels[index].madeCount == 1 { return levels[index].lastMade }
            index += 1
        }
        return nil
    }
}
