package import Core

extension FaultRule {
    /// A rule in one line: `[METHOD] PATH KIND [key=value …]`, as in `GET /ipfs/:cid reset-mid-body nth=2 count=3`.
    ///
    /// The keys are those of the JSON form; `status=503` and `delay=250ms` are kind and value in one, `carried-out`
    /// stands alone, `header=Name:value` may stand more than once.
    package init(parsing text: String) throws(Failure) {
        var members: [JSON.Member] = []
        var headers: [JSON.Member] = []
        var route: [String] = []
        for word in text.split(separator: " ").map(String.init) {
            if members.isEmpty, word.hasPrefix("/") || word == "*" || word.utf8.allSatisfy(Self.isUpperLetter) {
                route.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts[0], parts.count == 2 ? parts[1] : nil) {
            case ("carried-out", nil): members.append(.init("carriedOut", true))
            case (let kind, nil): members.append(.init("kind", .string(kind)))
            case ("status", let value?): members += [.init("kind", "status"), .init("status", Self.number(value))]
            case ("delay", let value?): members += [.init("kind", "delay"), .init("for", .string(value))]
            case ("header", let value?):
                let field = value.split(separator: ":", maxSplits: 1).map(String.init)
                headers.append(.init(field[0], .string(field.count == 2 ? field[1] : "")))
            case ("for", let value?), ("body", let value?): members.append(.init(parts[0], .string(value)))
            case (let key, let value?): members.append(.init(key, Self.number(value)))
            }
        }
        guard (1...2).contains(route.count), let path = route.last, !path.utf8.allSatisfy(Self.isUpperLetter) else {
            throw Failure(
                .invalid, "a fault rule begins with [METHOD] PATH", advice: "as in: GET /ipfs/:cid status=503 nth=2")
        }
        members.append(.init("route", .string(route.joined(separator: " "))))
        if !headers.isEmpty { members.append(.init("headers", .object(headers))) }
        try self.init(.object(members))
    }

    private static func isUpperLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }

    /// A number where the text is one.
    private static func number(_ text: String) -> JSON {
        Int64(text).map(JSON.integer) ?? Double(text).map(JSON.number) ?? .string(text)
    }
}
