/// What `statfs` and `status` count.
struct VaultTotals: Equatable, Sendable {
    var files: UInt64 = 0
    /// The sizes of all files, holes included. A few of the longest are more than the number holds: it counts modulo
    /// 2⁶⁴, so that it is right again when they are gone.
    var contentBytes: UInt64 = 0

    func applying(_ change: TotalsChange) -> VaultTotals {
        let (files, overflows) = files.addingReportingOverflow(UInt64(bitPattern: change.files))
        // Fewer than none: what was forgotten may never have been there, and the next commit counts anew.
        let isBelowNone = change.files < 0 && !overflows
        return VaultTotals(files: isBelowNone ? 0 : files, contentBytes: contentBytes &+ change.contentBytes)
    }
}

/// How changes move the totals.
struct TotalsChange: Equatable, Sendable {
    var files: Int64 = 0
    /// Modulo 2⁶⁴.
    var contentBytes: UInt64 = 0

    static func + (one: TotalsChange, other: TotalsChange) -> TotalsChange {
        TotalsChange(files: one.files + other.files, contentBytes: one.contentBytes &+ other.contentBytes)
    }
}
