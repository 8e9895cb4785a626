extension Timestamp {
    /// RFC 3339 in UTC with nine digits behind the second, so that no part of the time is lost.
    ///
    /// The year must lie in 0…9999: there is no such text for others.
    package var nanosecondText: String {
        let digits = String(nanoseconds)
        return text.dropLast() + "." + String(repeating: "0", count: max(0, 9 - digits.count)) + digits + "Z"
    }

    /// The first and the last second that RFC 3339 can write.
    package static let writableSeconds: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// Reads RFC 3339: a date of the calendar, a time, up to nine digits behind the second, and a zone; nil for
    /// anything else.
    ///
    /// The zone is `Z` or an offset such as `+02:00`. A leap second (`:60`) is nil: no clock here can show one.
    package init?(rfc3339 text: some StringProtocol) {
        var scanner = DigitScanner(rest: Array(text.utf8)[...])
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), scanner.skip("T"), let hour = scanner.number(2), scanner.skip(":"),
            let minute = scanner.number(2), scanner.skip(":"), let second = scanner.number(2),
            (1...12).contains(month), day >= 1, day <= Self.daysOfMonth(month, in: year),
            hour < 24, minute < 60, second < 60,
            let nanoseconds = scanner.fraction(), let offset = scanner.zone(), scanner.rest.isEmpty
        else { return nil }
        let days = Self.days(year, month, day)
        self.init(
            seconds: ((days * 24 + hour) * 60 + minute) * 60 + second - offset, nanoseconds: UInt32(nanoseconds))
    }

    private static func daysOfMonth(_ month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
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

/// Takes numbers of fixed width from the front of a text.
private struct DigitScanner {
    private(set) var rest: ArraySlice<UInt8>

    init(rest: ArraySlice<UInt8>) { self.rest = rest }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard rest.first.map(UInt32.init) == mark.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int64? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest.removeFirst(width)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// What stands behind the second, in nanoseconds; zero when nothing does.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        let width = rest.prefix { (0x30...0x39).contains($0) }.count
        guard (1...9).contains(width), let digits = number(width) else { return nil }
        return (width..<9).reduce(digits) { product, _ in product * 10 }
    }

    /// How many seconds the zone is ahead of UTC.
    mutating func zone() -> Int64? {
        if skip("Z") { return 0 }
        let sign: Int64 = if skip("+") { 1 } else if skip("-") { -1 } else { 0 }
        guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes) * 60
    }
}
