import Core
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// A vault whose disk is full, or takes no writes any more.
@Suite(.ownThread) struct FullDiskTests {
    let bench: TestVault

    init() throws { bench = try TestVault() }

    private func bytes(_ number: Int, _ count: Int = 300_000) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(number) &+ 5)
        return random.bytes(count)
    }

    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }

    /// Adds large and small files to a disk with so much room until one is refused; how many there are.
    private func fill(_ room: Int) throws -> Int {
        bench.disk.setCapacity(bench.disk.usedBytes + room)
        // What was seen before is too old now.
        bench.time.advance(by: .seconds(2))
        var count = 0
        while code({ () throws(Failure) in try write(count) }) == nil {
            try bench.sync()
            count += 1
            try #require(count < 500)
        }
        return count
    }

    /// Adds a file as a writer does, who asks first.
    private func write(_ number: Int) throws(Failure) {
        while let need = bench.volume.pressure() { try need.satisfy() }
        try bench.add("file \(number)", bytes(number, size(number)))
    }

    private func size(_ number: Int) -> Int { number % 3 == 0 ? 5000 : 300_000 }

    private func expect(_ numbers: Range<Int>) throws {
        for number in numbers {
            #expect(try bench.volume.bytes(named: "file \(number)") == bytes(number, size(number)))
        }
    }

    @Test("filled through the vault, it still unlinks, cuts, commits and opens, and keeps all that was acknowledged")
    func filled() throws {
        let count = try fill(30 << 20)
        #expect(count > 10)
        // And the rest of the disk goes to somebody else.
        bench.disk.setCapacity(bench.disk.usedBytes)
        for number in 0..<5 { try bench.remove("file \(number)") }
        let child = try #require(try bench.volume.child(Name("file 5"), of: .root))
        try bench.make([.setSize(child.file, 1000, time: bench.time.wallClock)])
        try bench.sync()
        try bench.vault.commit()
        for _ in 0..<2 {
            try bench.closeAndOpen()
            try expect(6..<count)
            #expect(try bench.volume.bytes(named: "file 5") == Array(bytes(5, size(5)).prefix(1000)))
            #expect(try bench.volume.bytes(named: "file 4") == nil)
        }
        let disk = bench.disk.afterPowerCut(seed: 8)
        try bench.open(on: disk)
        try expect(6..<count)
        disk.setCapacity(.max)
        try bench.add("file \(count)", bytes(count, size(count)))
        try bench.vault.commit()
        try expect(6..<count + 1)
        try bench.close()
    }

    @Test("a writer is told at once that the disk is full, and goes on by itself when there is room")
    func pressure() throws {
        let count = try fill(30 << 20)
        let refused = try #require(bench.volume.pressure())
        #expect(code { () throws(Failure) in try refused.satisfy() } == .noSpace)
        #expect(bench.vault.standing().troubles.contains { $0.contains("no content is taken") })
        bench.disk.setCapacity(.max)
        try bench.volume.pressure()?.satisfy()
        #expect(bench.volume.pressure() == nil)
        #expect(bench.vault.standing().troubles.isEmpty)
        try bench.add("more", bytes(0))
        try expect(0..<count)
        try bench.close()
    }

    @Test("a disk that turns read-only acknowledges nothing more, is read on, and loses nothing")
    func turnsReadOnly() throws {
        for number in 0..<4 { try bench.add("file \(number)", bytes(number, size(number))) }
        try bench.sync()
        bench.disk.setReadOnly(true)
        #expect(code { () throws(Failure) in _ = try bench.volume.seal(bytes(9)) } == .readOnly)
        try bench.remove("file 3")
        #expect(code { () throws(Failure) in try bench.sync() } == .readOnly)
        #expect(code { () throws(Failure) in try bench.vault.commit() } == .readOnly)
        try expect(0..<3)
        #expect(code { () throws(Failure) in try bench.close() } == .readOnly)
        let disk = bench.disk.afterPowerCut(seed: 3)
        disk.setReadOnly(true)
        let refusal = #expect(throws: Failure.self) { try bench.open(on: disk) }
        #expect(refusal?.code == .readOnly)
        disk.setReadOnly(false)
        try bench.open(on: disk)
        try expect(0..<4)
        try bench.close()
    }
}
