internal import Core

/// Rows of one kind in the order in which they came.
struct Table<Element: Row>: Sendable {
    private var rows: [String: (number: UInt64, row: Element)] = [:]
    private var next: UInt64 = 0

    subscript(_ key: String) -> Element? { rows[key]?.row }

    var all: [Element] { rows.values.sorted { $0.number < $1.number }.map(\.row) }

    mutating func put(_ row: Element) {
        next += 1
        rows[row.key] = (rows[row.key]?.number ?? next, row)
    }

    mutating func remove(_ key: String) { rows[key] = nil }
}

/// Everything the mock remembers but the objects, and what changed of it since the ledger was written last.
struct Tables: Sendable {
    private(set) var users = Table<User>()
    private(set) var refreshTokens = Table<RefreshToken>()
    private(set) var charges = Table<PinCharge>()
    private(set) var vaults = Table<VaultRow>()
    private(set) var names = Table<NameRow>()
    private(set) var routing = Table<RoutingRow>()
    /// Sums and indexes over the rows, kept beside them so that no request walks a whole table.
    private var usersByPublicKey: [String: String] = [:]
    private var usedBytes: [String: UInt64] = [:]
    private var publishers: [String: [String]] = [:]
    private var changes: [JSON] = []

    func user(publicKey: String) -> User? { usersByPublicKey[publicKey].flatMap { users[$0] } }
    func usedBytes(of user: String) -> UInt64 { usedBytes[user] ?? 0 }
    func nameRow(_ name: String, of user: String) -> NameRow? { names["\(name) \(user)"] }

    /// Any user's row, the first who published it.
    func nameRow(_ name: String) -> NameRow? { publishers[name]?.first.flatMap { names["\(name) \($0)"] } }

    mutating func put(_ user: User) {
        users.put(user)
        usersByPublicKey[user.publicKey] = user.id
        note("users", user)
    }

    mutating func put(_ token: RefreshToken) {
        refreshTokens.put(token)
        note("refreshTokens", token)
    }

    mutating func removeRefreshToken(_ hash: String) {
        refreshTokens.remove(hash)
        changes.append(["table": "refreshTokens", "remove": .string(hash)])
    }

    mutating func removeRefreshTokens(where isGone: (RefreshToken) -> Bool) {
        for token in refreshTokens.all where isGone(token) { removeRefreshToken(token.key) }
    }

    mutating func put(_ charge: PinCharge) {
        guard charges[charge.key] == nil else { return }
        charges.put(charge)
        usedBytes[charge.user, default: 0] += charge.size
        note("charges", charge)
    }

    mutating func put(_ vault: VaultRow) {
        vaults.put(vault)
        note("vaults", vault)
    }

    mutating func put(_ row: NameRow) {
        if names[row.key] == nil { publishers[row.name, default: []].append(row.user) }
        names.put(row)
        note("names", row)
    }

    mutating func put(_ row: RoutingRow) {
        routing.put(row)
        note("routing", row)
    }

    /// Routing takes any record under any name, and forgets the oldest; only the new one is written down.
    mutating func route(_ record: [UInt8], under name: String) {
        let records = (routing[name]?.records ?? []) + [record]
        routing.put(RoutingRow(name: name, records: records.suffix(MockLimits.recordHistory)))
        changes.append([
            "table": "routing", "add": RoutingRow(name: name, records: [record]).json,
        ])
    }

    private mutating func note(_ table: String, _ row: some Row) {
        changes.append(["table": .string(table), "put": row.json])
    }

    /// What changed since the last call, in order.
    mutating func takeChanges() -> [JSON] {
        defer { changes = [] }
        return changes
    }

    /// Everything as changes to empty tables.
    var asChanges: [JSON] {
        var copy = Tables()
        for row in users.all { copy.put(row) }
        for row in refreshTokens.all { copy.put(row) }
        for row in charges.all { copy.put(row) }
        for row in vaults.all { copy.put(row) }
        for row in names.all { copy.put(row) }
        for row in routing.all { copy.put(row) }
        return copy.changes
    }

    /// Makes a change that was written down before; false when it is none.
    mutating func apply(_ change: JSON) -> Bool {
        defer { changes = [] }
        guard let table = change["table"]?.text else { return false }
        if let key = change["remove"]?.text {
            removeRefreshToken(key)
            return true
        }
        if let added = change["add"] {
            guard let row = RoutingRow(json: added) else { return false }
            for record in row.records { route(record, under: row.name) }
            return true
        }
        guard let json = change["put"] else { return false }
        switch table {
        case "users": return User(json: json).map { put($0) } != nil
        case "refreshTokens": return RefreshToken(json: json).map { put($0) } != nil
        case "charges": return PinCharge(json: json).map { put($0) } != nil
        case "vaults": return VaultRow(json: json).map { put($0) } != nil
        case "names": return NameRow(json: json).map { put($0) } != nil
        case "routing": return RoutingRow(json: json).map { put($0) } != nil
        default: return false
        }
    }
}
