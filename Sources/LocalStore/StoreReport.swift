/// What reading a whole store found.
package struct StoreReport: Sendable {
    /// Of objects and of second copies.
    package struct Count: Sendable, Equatable {
        package var segments: UInt64 = 0
        /// Objects that are there and whole, or were damaged: each once.
        package var objects: UInt64 = 0
        /// Bytes of entries that were read, whether they count or not.
        package var bytes: UInt64 = 0
    }

    package internal(set) var objects = Count()
    package internal(set) var copies = Count()
    /// Records of the journal behind the checkpoint.
    package internal(set) var journalRecords: UInt64 = 0
    /// The first ones, what opening found among them.
    package private(set) var findings: [Finding] = []
    /// Findings beyond those.
    package private(set) var omitted: UInt64 = 0
    /// Objects that cannot be read, nor their second copies.
    package private(set) var lostObjects: UInt64 = 0
    /// Objects or second copies of which the other one serves, or was put in place.
    package private(set) var mendedObjects: UInt64 = 0
    /// Whether anything was found that means loss.
    package private(set) var isDamaged = false

    mutating func add(_ finding: Finding) {
        // What opening found is found again; a finding that names the object says more.
        if finding.offset != nil, finding.digest == nil,
            findings.contains(where: { $0.file == finding.file && $0.offset == finding.offset })
        {
            return
        }
        if finding.isLoss { isDamaged = true }
        if finding.digest != nil, finding.isLoss { lostObjects += 1 }
        if finding.problem == .mended { mendedObjects += 1 }
        if findings.count < StoreLimits.findings { findings.append(finding) } else { omitted += 1 }
    }
}
