import Core
import Testing

@Suite struct ByteCountTests {
    @Test(
        "bytes are printed in binary units with one decimal",
        arguments: [
            (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_524, "1023.9 KiB"),
            (1_048_575, "1.0 MiB"), (1_048_576, "1.0 MiB"), (1_288_490_189, "1.2 GiB"), (1 << 40, "1.0 TiB"),
            (.max, "16.0 EiB"),
        ] as [(UInt64, String)])
    func printing(_ bytes: UInt64, _ text: String) {
        #expect(ByteCount(bytes).description == text)
    }

    @Test(
        "sizes are read with and without a unit",
        arguments: [
            ("0", 0), ("4096", 4096), ("17B", 17), ("64M", 64 << 20), ("64m", 64 << 20), ("1GiB", 1 << 30),
            ("1gib", 1 << 30), ("64MB", 64_000_000), ("2kB", 2000), ("15E", 15 << 60),
        ] as [(String, UInt64)])
    func parsing(_ text: String, _ bytes: UInt64) {
        #expect(ByteCount(parsing: text)?.bytes == bytes)
    }

    @Test(
        "what is no size is refused",
        arguments: [
            "", "M", "-1", "+1", "1.5G", "1 G", "1X", "1MM", "1iB", "16E", "99999999999999999999", "1G\n", "٣", "1bb",
        ])
    func refusing(_ text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }
}

@Suite struct DurationTextTests {
    @Test(
        "durations are read with their units",
        arguments: [
            ("0", 0), ("0s", 0), ("500ms", 500), ("30s", 30_000), ("2m", 120_000), ("1h", 3_600_000),
            ("1h30m", 5_400_000), ("7d", 604_800_000), ("1s1ms", 1001),
        ] as [(String, Int64)])
    func parsing(_ text: String, _ milliseconds: Int64) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test(
        "what is no duration is refused",
        arguments: [
            "", "5", "s", "-1s", "1.5h", "1m1h", "1s1s", "1x", "1 s", "1S", "99999999999999999999s", "9999999999999d",
        ])
    func refusing(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test("what is printed reads back", arguments: [0, 1, 999, 1000, 61_000, 5_400_000, 90_061_001] as [Int64])
    func roundTrip(_ milliseconds: Int64) {
        let duration = Duration.milliseconds(milliseconds)
        #expect(DurationText.parse(DurationText.text(duration)) == duration)
    }

    @Test(
        "one short number stands for each size of duration",
        arguments: [
            (0, "0us"), (450_000, "450us"), (999_999, "999us"), (2_300_000, "2.3ms"), (45_000_000, "45.0ms"),
            (12_000_000_000, "12.0s"), (200_000_000_000, "3m20s"),
        ] as [(Int64, String)])
    func brief(_ nanoseconds: Int64, _ text: String) {
        #expect(DurationText.brief(.nanoseconds(nanoseconds)) == text)
    }
}
