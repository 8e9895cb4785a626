/// The cause of a failure that happened in another process: only its text came along.
package struct ToldCause: Error, Sendable, CustomStringConvertible {
    package let description: String
}

extension Failure {
    /// `error` (the message), `code`, and if there are any `advice` and `cause`.
    package var json: JSON {
        var members = [JSON.Member("error", JSON(message)), JSON.Member("code", JSON(code.rawValue))]
        if let advice { members.append(JSON.Member("advice", JSON(advice))) }
        if let cause { members.append(JSON.Member("cause", JSON("\(cause)"))) }
        return .object(members)
    }

    /// A failure that another process told of, or nil when `json` is none; an unknown code becomes `.other`.
    package init?(json: JSON) {
        guard let message = json["error"]?.text else { return nil }
        let code = json["code"]?.text.flatMap(FailureCode.init(rawValue:)) ?? .other
        self.init(code, message, advice: json["advice"]?.text, cause: json["cause"]?.text.map(ToldCause.init))
    }
}
