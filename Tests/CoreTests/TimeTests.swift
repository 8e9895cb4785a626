import Core
import Synchronization
import Testing

@Suite struct TimeTests {
    @Test(
        "a timestamp reads as RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (86_399, "1970-01-01T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (1_700_000_000, "2023-11-14T22:13:20Z"),
            (-86_400, "1969-12-31T00:00:00Z"), (-86_401, "1969-12-30T23:59:59Z"),
        ] as [(Int64, String)])
    func timestamps(_ seconds: Int64, _ text: String) {
        #expect(Timestamp(seconds: seconds).text == text)
    }

    @Test("no timestamp is too far away to be shown", arguments: [Int64.min, .max])
    func extremes(_ seconds: Int64) {
        #expect(Timestamp(seconds: seconds).text.hasSuffix("Z"))
    }

    @Test("calls run in the order of their times, at their times, and equal ones in the order of asking")
    func manualOrder() {
        let time = ManualTime()
        let start = time.now
        let seen = Mutex<[(String, Duration)]>([])
        func call(_ name: String, _ delay: Duration) -> ScheduledCall {
            time.schedule(after: delay) { seen.withLock { $0.append((name, time.now - start)) } }
        }
        _ = call("late", .seconds(3))
        _ = call("early", .seconds(1))
        _ = call("equal", .seconds(1))
        let cancelled = call("cancelled", .seconds(2))
        cancelled.cancel()
        #expect(!cancelled.isPending)
        time.advance(by: .milliseconds(999))
        #expect(seen.withLock { $0.isEmpty })
        time.advance(by: .milliseconds(1))
        #expect(seen.withLock { $0.map(\.0) } == ["early", "equal"])
        time.advance(by: .seconds(10))
        #expect(seen.withLock { $0.map(\.0) } == ["early", "equal", "late"])
        #expect(seen.withLock { $0.map(\.1) } == [.seconds(1), .seconds(1), .seconds(3)])
        #expect(time.now - start == .seconds(11))
    }

    @Test("a call may schedule another that falls due in the same step")
    func manualChain() {
        let time = ManualTime()
        let count = Mutex(0)
        @Sendable func again() {
            count.withLock { $0 += 1 }
            _ = time.schedule(after: .seconds(1)) { again() }
        }
        _ = time.schedule(after: .seconds(1)) { again() }
        time.advance(by: .seconds(5))
        #expect(count.withLock { $0 } == 5)
    }

    @Test("both clocks move together, nanoseconds carried over")
    func wallClock() {
        let time = ManualTime(wall: Timestamp(seconds: 10, nanoseconds: 900_000_000))
        time.advance(by: .milliseconds(200))
        #expect(time.wallClock == Timestamp(seconds: 11, nanoseconds: 100_000_000))
    }

    @Test("the machine's clock runs a scheduled call once, and never a cancelled one")
    func systemSchedule() {
        let gate = Gate(0)
        let time = SystemTime()
        let cancelled = time.schedule(after: .milliseconds(1)) { gate.withLock { $0 += 100 } }
        cancelled.cancel()
        let call = time.schedule(after: .milliseconds(5)) {
            gate.withLock { $0 += 1 }
            gate.wakeAll()
        }
        let deadline = time.now + .seconds(10)
        let count = gate.wait { count -> Gate<Int>.Verdict<Int> in
            count > 0 || time.now >= deadline ? .done(count) : .wait(until: deadline)
        }
        #expect(count == 1)
        call.fire()
        #expect(gate.withLock { $0 } == 1)
    }

    @Test("arithmetic on moments and durations clamps instead of trapping")
    func clamping() {
        #expect((Moment(nanoseconds: 5) - Moment(nanoseconds: 8)) == .nanoseconds(-3))
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
    }
}
