import Core
import Testing

@Suite struct TimestampTextTests {
    @Test(
        "RFC 3339 is read with up to nine digits behind the second, in any zone",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
            ("2026-03-01T00:00:00.000000000Z", 1_772_323_200, 0),
            ("2126-01-31T15:56:12.714899293Z", 4_925_548_572, 714_899_293),
            ("2123-04-12T15:32:22.646144Z", 4_836_987_142, 646_144_000),
            ("2000-02-29T00:00:00.000000001Z", 951_782_400, 1), ("2000-02-29T02:00:00+02:00", 951_782_400, 0),
            ("2000-02-28T20:30:00-03:30", 951_782_400, 0), ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
            ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999),
        ] as [(String, Int64, UInt32)])
    func reads(text: String, seconds: Int64, nanoseconds: UInt32) {
        #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(
        "what is no moment of the calendar is not read",
        arguments: [
            "", "2026-03-01", "2026-03-01T00:00:00", "2026-03-01 00:00:00Z", "2026-03-01t00:00:00Z",
            "2026-03-01T00:00:00z", "2026-03-01T00:00:00.Z", "2026-03-01T00:00:00.0000000000Z",
            "2026-03-01T00:00:00.12", "2026-03-01T24:00:00Z", "2026-03-01T00:60:00Z", "2026-03-01T00:00:60Z",
            "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-02-00T00:00:00Z", "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-3-1T00:00:00Z", "-026-03-01T00:00:00Z",
            "2026-03-01T00:00:00ZZ", "2026-03-01T00:00:00+2:00", "2026-03-01T00:00:00+24:00",
            "2026-03-01T00:00:00,5Z", " 2026-03-01T00:00:00Z", "2026-03-01T00:00:00+0200", "２026-03-01T00:00:00Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(
        "every moment that has a text is read from it again",
        arguments: [0, 1, -1, 951_782_399, 951_782_400, 4_107_542_400, -62_167_219_200, 253_402_300_799] as [Int64])
    func roundTrip(seconds: Int64) {
        #expect(Timestamp(rfc3339: Timestamp(seconds: seconds).text) == Timestamp(seconds: seconds))
        for nanoseconds in [0, 1, 10, 500_000_000, 999_999_999] as [UInt32] {
            let moment = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
            #expect(Timestamp(rfc3339: moment.nanosecondText) == moment)
            #expect(moment.nanosecondText.utf8.count == 30)
        }
    }

    @Test("days follow each other without a gap over eight centuries")
    func days() {
        var moment = Timestamp(seconds: -62_167_219_200)
        for _ in 0..<300_000 {
            #expect(Timestamp(rfc3339: moment.text) == moment)
            moment = Timestamp(seconds: moment.seconds + 86_400)
        }
    }
}
