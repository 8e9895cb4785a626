import Core
import Naming
import Testing

@Suite struct RecordTermsTests {
    private static let day: Duration = .seconds(86_400)

    @Test("without a wish a record is good for two days, and an answer for five minutes or as long as the record")
    func usual() throws {
        let terms = try RecordTerms(lifetime: nil, timeToLive: nil)
        #expect(terms.lifetime == Self.day * 2 && terms.timeToLive == .seconds(300))
        #expect(try RecordTerms(lifetime: .seconds(10), timeToLive: nil).timeToLive == .seconds(10))
    }

    /// Nanoseconds of both lengths; nil for none given.
    private struct Lengths: Sendable {
        let lifetime: Int64
        let timeToLive: Int64?
        let isTaken: Bool

        init(_ lifetime: Int64, _ timeToLive: Int64?, isTaken: Bool) {
            self.lifetime = lifetime
            self.timeToLive = timeToLive
            self.isTaken = isTaken
        }
    }

    private static let dayNanoseconds: Int64 = 86_400_000_000_000
    private static let lengths = [
        Lengths(0, nil, isTaken: false), Lengths(1, nil, isTaken: true), Lengths(-1, nil, isTaken: false),
        Lengths(366 * dayNanoseconds, nil, isTaken: true), Lengths(366 * dayNanoseconds + 1, nil, isTaken: false),
        Lengths(.max, nil, isTaken: false), Lengths(dayNanoseconds, 0, isTaken: true),
        Lengths(dayNanoseconds, dayNanoseconds, isTaken: true),
        Lengths(dayNanoseconds, dayNanoseconds + 1, isTaken: false), Lengths(dayNanoseconds, -1, isTaken: false),
    ]

    @Test("a length outside of the bounds is refused", arguments: lengths)
    private func bounds(_ lengths: Lengths) {
        do throws(Failure) {
            _ = try RecordTerms(
                lifetime: .nanoseconds(lengths.lifetime), timeToLive: lengths.timeToLive.map { .nanoseconds($0) })
            #expect(lengths.isTaken)
        } catch {
            #expect(!lengths.isTaken && error.code == .usage)
        }
    }

    @Test("the end is the exact sum, and a clock that leads out of what a record can say is refused, not overflowed")
    func ends() throws {
        let terms = try RecordTerms(lifetime: .seconds(1) + .nanoseconds(600_000_000), timeToLive: nil)
        #expect(
            try terms.end(from: Timestamp(seconds: 10, nanoseconds: 500_000_000))
                == Timestamp(seconds: 12, nanoseconds: 100_000_000))
        let last = Timestamp.writableSeconds.upperBound
        #expect(try terms.end(from: Timestamp(seconds: last - 1)).seconds == last)
        for seconds in [last, last + 1, .max, .min, Timestamp.writableSeconds.lowerBound - 1] {
            #expect { try terms.end(from: Timestamp(seconds: seconds)) } throws: { ($0 as? Failure)?.code == .invalid }
        }
    }
}
