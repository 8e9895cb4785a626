package import Core

extension Timestamp {
    // The years 0000 to 9999, which RFC 3339 can write.
    private static let written: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// RFC 3339 text in UTC, with nine digits behind the second unless they are zero; outside of the years 0 to 9999
    /// an object with `seconds` and `nanoseconds`.
    package var json: JSON {
        guard Self.written.contains(seconds) else {
            return ["seconds": JSON(seconds), "nanoseconds": JSON(nanoseconds)]
        }
        return JSON(exactText)
    }

    /// As `json`, and nil for anything else.
    package init?(json: JSON) {
        if let text = json.text {
            self.init(exactText: text)
        } else if case .integer(let seconds) = json["seconds"], let nanoseconds = json["nanoseconds"]?.uint64,
            nanoseconds < 1_000_000_000
        {
            self.init(seconds: seconds, nanoseconds: UInt32(nanoseconds))
        } else {
            return nil
        }
    }

    private var exactText: String {
        if nanoseconds == 0 { return text }
        let digits = String(nanoseconds)
        return text.dropLast() + "." + String(repeating: "0", count: max(0, 9 - digits.count)) + digits + "Z"
    }

    /// Reads `2024-02-29T12:00:00Z`, with up to nine digits behind the second.
    init?(exactText text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
        func number(_ start: Int, _ count: Int) -> Int64? {
            let digits = bytes[start..<start + count]
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }
        let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] as [(Int, Character)]
        guard marks.allSatisfy({ bytes[$0.0] == $0.1.asciiValue }),
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var nanoseconds: Int64 = 0
        if bytes.count > 20 {
            let count = bytes.count - 21
            guard bytes[19] == UInt8(ascii: "."), (1...9).contains(count), let fraction = number(20, count) else {
                return nil
            }
            nanoseconds = fraction
            for _ in count..<9 { nanoseconds *= 10 }
        }
        let seconds = ((Self.days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
        self.init(seconds: seconds, nanoseconds: UInt32(nanoseconds))
    }

    /// Days since 1970 of a Gregorian date; years begin in March here, so that the leap day comes last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
