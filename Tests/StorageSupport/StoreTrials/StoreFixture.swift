package import Core
internal import Glibc
package import LocalStore
package import Primitives

/// Small stores on simulated disks, and what stands in them, told by numbers.
package enum StoreFixture {
    package static let key = SecretBytes(copying: Array(0..<32))
    package static let otherKey = SecretBytes(copying: Array(1..<33))

    package static var settings: StoreSettings {
        var settings = StoreSettings()
        settings.objectSegmentBytes = 48 << 10
        settings.journalSegmentBytes = 64 << 10
        // Few, so that segments get more than one table.
        settings.tableEntries = 12
        settings.reserveBytes = 128 << 10
        settings.time = ManualTime()
        return settings
    }

    /// Of stores in which little fills a segment, compacted only where a trial says so.
    package static var compactionSettings: StoreSettings {
        var settings = settings
        settings.objectSegmentBytes = 12 << 10
        settings.compactsItself = false
        return settings
    }

    /// Rounds of a random test: CBSTORE_ROUNDS, else what an ordinary run has time for.
    package static func rounds(_ usual: Int) -> Int {
        guard let text = unsafe getenv("CBSTORE_ROUNDS") else { return usual }
        return unsafe Int(String(cString: text)) ?? usual
    }

    package static func newDisk() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        try LocalStore.create(on: disk, key: key, settings: settings)
        return disk
    }

    package static func open(
        _ disk: any Disk, _ access: LocalStore.Access = .readWrite, settings: StoreSettings = settings
    ) throws(Failure) -> LocalStore {
        try LocalStore.open(on: disk, key: key, access: access, settings: settings)
    }

    package static func digest(_ number: UInt64) -> Digest {
        var random = SeededRandom(seed: number)
        return Digest(random.bytes(32))
    }

    /// Content that belongs to the digest of the same number, so that a mix-up shows.
    package static func content(_ number: UInt64, count: Int? = nil) -> [UInt8] {
        var random = SeededRandom(seed: number ^ 0xc0ffee)
        return random.bytes(count ?? Int(random.next() % 3000))
    }

    package static func record(_ number: UInt64) -> [UInt8] {
        Array("record \(number) ".utf8) + content(number, count: Int(number % 300))
    }
}
