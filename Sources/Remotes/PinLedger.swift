package import ContentAddressing
package import Core

/// What was pinned by hand, and at which remote: nobody else remembers, a CipherBox server lists nothing.
package struct PinLedger: Sendable, Equatable {
    package struct Pin: Sendable, Equatable {
        package let cid: CID
        package let remote: String
        package let pinned: Timestamp
        /// The vault itself holds the object, so that it stays pinned there when this pin is taken back.
        package let isVaults: Bool

        package init(cid: CID, remote: String, pinned: Timestamp, isVaults: Bool) {
            self.cid = cid
            self.remote = remote
            self.pinned = pinned
            self.isVaults = isVaults
        }
    }

    private static let formatVersion = 1
    /// 200 bytes a pin: some 40 000 of them.
    private static let fileBytes = 8 << 20

    package private(set) var pins: [Pin] = []

    package init() {}

    package func pin(_ cid: CID, at remote: String) -> Pin? {
        pins.first { $0.cid == cid && $0.remote.utf8.elementsEqual(remote.utf8) }
    }

    /// Notes a pin; one that is there already is replaced.
    package mutating func add(_ pin: Pin) {
        remove(pin.cid, at: pin.remote)
        pins.append(pin)
    }

    package mutating func remove(_ cid: CID, at remote: String) {
        pins.removeAll { $0.cid == cid && $0.remote.utf8.elementsEqual(remote.utf8) }
    }
}

extension PinLedger {
    /// What the file at `path` lists; none when there is no file.
    package init(reading path: [UInt8]) throws(Failure) {
        guard let json = try SettingsFile.read(path, limit: Self.fileBytes, "list of pins") else { return }
        guard json["version"]?.int == Self.formatVersion, let list = json["pins"]?.elements else {
            throw SettingsFile.damaged("list of pins")
        }
        for item in list {
            guard let text = item["cid"]?.text, let cid = try? CID(text), let remote = item["remote"]?.text,
                let seconds = item["pinned_seconds"]?.int, let isVaults = item["vaults"]?.boolean
            else { throw SettingsFile.damaged("list of pins") }
            let pinned = Timestamp(seconds: Int64(seconds))
            pins.append(Pin(cid: cid, remote: remote, pinned: pinned, isVaults: isVaults))
        }
    }

    /// Replaces the file by what `change` makes of its list, against every other process; on the disk when it returns.
    package static func change(
        at path: [UInt8], _ change: (inout PinLedger) throws(Failure) -> Void
    ) throws(Failure) {
        try SettingsFile.change(path, "list of pins") { () throws(Failure) -> JSON in
            var ledger = try PinLedger(reading: path)
            try change(&ledger)
            let list = ledger.pins.map { pin -> JSON in
                [
                    "cid": JSON(pin.cid.description), "remote": JSON(pin.remote),
                    "pinned_seconds": JSON(pin.pinned.seconds), "vaults": JSON(pin.isVaults),
                ]
            }
            return ["version": JSON(formatVersion), "pins": .array(list)]
        }
    }
}
