extension DagCBOR {
    /// Values under keys, each key once, always in the order in which they are written: shorter keys first.
    package struct Map: Sendable, Equatable {
        package struct Entry: Sendable, Equatable {
            package let key: String
            package let value: DagCBOR

            package static func == (left: Entry, right: Entry) -> Bool {
                left.key.utf8.elementsEqual(right.key.utf8) && left.value == right.value
            }
        }

        package private(set) var entries: [Entry] = []

        package init() {}

        /// The value under a key; setting nil removes the key. Finding a place takes time with the logarithm of the
        /// size, making room with the size.
        package subscript(key: String) -> DagCBOR? {
            get {
                let place = place(of: key)
                return place.isTaken ? entries[place.index].value : nil
            }
            set {
                let place = place(of: key)
                switch (newValue, place.isTaken) {
                case (let value?, true): entries[place.index] = Entry(key: key, value: value)
                case (let value?, false): entries.insert(Entry(key: key, value: value), at: place.index)
                case (nil, true): entries.remove(at: place.index)
                case (nil, false): break
                }
            }
        }

        /// Adds what belongs behind all that is there; false, and nothing added, when it does not.
        mutating func append(_ key: String, _ value: DagCBOR) -> Bool {
            if let last = entries.last, !Self.precedes(last.key, key) { return false }
            entries.append(Entry(key: key, value: value))
            return true
        }

        static func precedes(_ left: String, _ right: String) -> Bool {
            let (first, second) = (left.utf8, right.utf8)
            if first.count != second.count { return first.count < second.count }
            return first.lexicographicallyPrecedes(second)
        }

        private func place(of key: String) -> (index: Int, isTaken: Bool) {
            var range = entries.startIndex..<entries.endIndex
            while !range.isEmpty {
                let middle = range.lowerBound + range.count / 2
                if Self.precedes(entries[middle].key, key) {
                    range = (middle + 1)..<range.upperBound
                } else {
                    range = range.lowerBound..<middle
                }
            }
            let index = range.lowerBound
            return (index, index < entries.endIndex && entries[index].key.utf8.elementsEqual(key.utf8))
        }
    }
}

extension DagCBOR.Map: ExpressibleByDictionaryLiteral {
    /// Of a key that stands there twice, the later value counts.
    package init(dictionaryLiteral elements: (String, DagCBOR)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}
