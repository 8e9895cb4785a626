package import Core

extension Timestamp {
    /// RFC 3339 text in UTC, with nine digits behind the second unless they are zero; outside of the years 0 to 9999
    /// an object with `seconds` and `nanoseconds`.
    package var json: JSON {
        guard Self.writableSeconds.contains(seconds) else {
            return ["seconds": JSON(seconds), "nanoseconds": JSON(nanoseconds)]
        }
        return JSON(nanoseconds == 0 ? text : nanosecondText)
    }

    /// As `json`, and nil for anything else.
    package init?(json: JSON) {
        if let text = json.text {
            self.init(rfc3339: text)
        } else if case .integer(let seconds) = json["seconds"], let nanoseconds = json["nanoseconds"]?.uint64,
            nanoseconds < 1_000_000_000
        {
            self.init(seconds: seconds, nanoseconds: UInt32(nanoseconds))
        } else {
            return nil
        }
    }
}
