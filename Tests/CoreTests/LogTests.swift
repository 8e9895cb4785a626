import Core
import Synchronization
import Testing

@Suite struct LogTests {
    /// Lines that reached a sink, and whether it lets them through.
    private final class Collector: Sendable {
        let state = Gate((lines: "", mayPass: true, isWaiting: false, works: true))

        func sink(_ bytes: [UInt8]) -> Bool {
            state.withLock { $0.isWaiting = true }
            state.wakeAll()
            let end = SystemTime.monotonic() + .seconds(20)
            let works = state.wait {
                state -> Gate<(lines: String, mayPass: Bool, isWaiting: Bool, works: Bool)>.Verdict<Bool> in
                guard state.mayPass || SystemTime.monotonic() >= end else { return .wait(until: end) }
                state.isWaiting = false
                if state.works { state.lines += String(decoding: bytes, as: UTF8.self) }
                return .done(state.works)
            }
            return works
        }

        var lines: [Substring] { state.withLock { $0.lines }.split(separator: "\n") }
    }

    private var soon: Moment { SystemTime.monotonic() + .seconds(20) }

    @Test("a line carries time, level and area, and a flush waits for it [S2-31]")
    func format() {
        let log = Log(time: ManualTime(wall: Timestamp(seconds: 1_700_000_000, nanoseconds: 7_000_000)))
        let collector = Collector()
        log.write(.info, "mount", "ready")
        log.start(collector.sink)
        log.write(.debug, "mount", "not shown")
        log.write(.error, "journal", "two\nlines \u{1b}[0m é")
        #expect(log.flush(deadline: soon))
        #expect(
            collector.lines == [
                "2023-11-14T22:13:20.007Z info mount: ready",
                "2023-11-14T22:13:20.007Z error journal: two\\x0alines \\x1b[0m é",
            ])
    }

    @Test("a message below the level is not even made")
    func lazy() {
        let log = Log(level: .warning)
        let made = Mutex(0)
        func message() -> String {
            made.withLock { $0 += 1 }
            return "x"
        }
        log.write(.info, "a", message())
        #expect(made.withLock { $0 } == 0)
        log.level = .debug
        log.write(.debug, "a", message())
        #expect(made.withLock { $0 } == 1)
    }

    @Test("a full ring drops at once and counts, and the count is told when there is room [S2-4, S2-11, S2-25]")
    func dropping() {
        let log = Log(capacity: 4)
        for number in 0..<10 { log.write(.info, "a", "line \(number)") }
        #expect(log.unreportedDrops == 6)
        let collector = Collector()
        log.start(collector.sink)
        #expect(log.flush(deadline: soon))
        #expect(
            collector.lines.map { $0.drop { $0 != " " } } == [
                " info a: line 0", " info a: line 1", " info a: line 2", " info a: line 3",
                " warning log: 6 lines dropped",
            ])
        #expect(log.unreportedDrops == 0)
        log.write(.info, "a", "after")
        #expect(log.flush(deadline: soon))
        #expect(collector.lines.last?.hasSuffix("info a: after") == true)
    }

    @Test("a sink that hangs holds up neither writers nor a flush past its deadline [S2-4, S2-37]")
    func hangingSink() {
        let log = Log(capacity: 8)
        let collector = Collector()
        collector.state.withLock { $0.mayPass = false }
        log.start(collector.sink)
        log.write(.info, "a", "first")
        let end = soon
        collector.state.wait { $0.isWaiting || SystemTime.monotonic() >= end ? .done(()) : .wait(until: end) }
        for _ in 0..<100 { log.write(.info, "a", "more") }
        #expect(log.unreportedDrops == 92)
        #expect(!log.flush(deadline: SystemTime.monotonic() + .milliseconds(5)))
        collector.state.withLock { $0.mayPass = true }
        collector.state.wakeAll()
        #expect(log.flush(deadline: soon))
        #expect(collector.lines.count == 10)
    }

    @Test("lines that a failing sink lost are counted and told later")
    func failingSink() {
        let log = Log(capacity: 8)
        let collector = Collector()
        collector.state.withLock { $0.works = false }
        log.start(collector.sink)
        for _ in 0..<5 { log.write(.info, "a", "lost") }
        #expect(log.flush(deadline: soon))
        #expect(collector.lines.isEmpty)
        collector.state.withLock { $0.works = true }
        #expect(log.flush(deadline: soon))
        #expect(collector.lines.map { $0.drop { $0 != " " } } == [" warning log: 5 lines dropped"])
    }

    @Test("writers on many threads lose no line without counting it")
    func manyWriters() {
        let log = Log(capacity: 512)
        let collector = Collector()
        log.start(collector.sink)
        let pool = WorkerPool(name: "log-test", threads: 4, capacity: 4)
        for worker in 0..<4 {
            #expect(pool.submit { for number in 0..<2000 { log.write(.info, "t", "\(worker)/\(number)") } })
        }
        pool.close()
        #expect(log.flush(deadline: soon))
        #expect(log.flush(deadline: soon))
        var kept = 0
        var dropped = 0
        for line in collector.lines {
            if line.contains("lines dropped") {
                dropped += Int(line.split(separator: " ")[3]) ?? 0
            } else {
                kept += 1
            }
        }
        #expect(kept + dropped == 8000)
        #expect(kept > 0)
    }

    @Test("a long message is cut at a character", arguments: [4095, 4096, 4097, 5000])
    func longMessage(_ length: Int) {
        let log = Log()
        let collector = Collector()
        log.start(collector.sink)
        log.write(.info, "a", String(repeating: "é", count: length / 2) + (length % 2 == 1 ? "x" : ""))
        #expect(log.flush(deadline: soon))
        let message = collector.lines.first?.split(separator: " ").last ?? ""
        #expect(message.utf8.count <= Limits.Logging.lineBytes + 3)
        #expect(message.hasSuffix("…") == (length > Limits.Logging.lineBytes))
    }

    @Test("a flush of a log without a writer says that nothing went out")
    func noWriter() {
        #expect(!Log().flush(deadline: soon))
    }
}
