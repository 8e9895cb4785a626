package import Core

/// Rules as `/_mock/faults` takes and shows them.
extension FaultRule {
    /// Throws `.invalid` for unknown members, kinds and values.
    package init(_ json: JSON) throws(Failure) {
        guard let members = json.members else { throw Failure(.invalid, "a fault rule is an object") }
        let known = [
            "route", "kind", "status", "headers", "body", "for", "nth", "count", "probability", "seed", "at",
            "carriedOut", "matches", "hits",
        ]
        if let stranger = members.first(where: { !known.contains($0.key) }) {
            throw Failure(.invalid, "a fault rule has no member \(stranger.key)")
        }
        self.init(try Self.kind(json), json["route"]?.text ?? "*")
        guard path == "*" || path.hasPrefix("/") else { throw Failure(.invalid, "the route must hold a path or *") }
        nth = try Self.value(json, "nth", \.int, or: 1)
        // One rule for one request is what `nth` alone means; null says all from there on.
        count =
            json["count"]?.isNull == true
            ? nil : try Self.value(json, "count", \.int, or: json["nth"] == nil ? nil : 1)
        probability = try Self.value(json, "probability", \.double, or: 1)
        seed = try Self.value(json, "seed", \.uint64, or: 1)
        offset = try Self.value(json, "at", \.int, or: nil)
        isCarriedOut = try Self.value(json, "carriedOut", \.boolean, or: false)
        guard nth >= 1, count.map({ $0 >= 1 }) ?? true, (0...1).contains(probability), offset.map({ $0 >= 0 }) ?? true
        else { throw Failure(.invalid, "nth and count begin at 1, at begins at 0, probability lies in 0…1") }
    }

    private static func value<Value>(
        _ json: JSON, _ key: String, _ read: (JSON) -> Value?, or other: Value
    ) throws(Failure) -> Value {
        guard let member = json[key] else { return other }
        guard let value = read(member) else { throw Failure(.invalid, "\(key) has no value of its kind") }
        return value
    }

    private static func value<Value>(
        _ json: JSON, _ key: String, _ read: (JSON) -> Value?, or other: Value?
    ) throws(Failure) -> Value? {
        guard let member = json[key] else { return other }
        guard let value = read(member) else { throw Failure(.invalid, "\(key) has no value of its kind") }
        return value
    }

    private static func kind(_ json: JSON) throws(Failure) -> Kind {
        switch json["kind"]?.text {
        case "status":
            guard let status = json["status"]?.int, (200...599).contains(status) else {
                throw Failure(.invalid, "status must lie in 200…599")
            }
            var headers = HeaderFields()
            for member in json["headers"]?.members ?? [] { headers.append(member.key, member.value.text ?? "") }
            let body = json["body"].map { $0.text.map { Array($0.utf8) } ?? $0.bytes() }
            return .status(status, headers: headers, body: body)
        case "expire-token": return .expireToken
        case "reset": return .reset
        case "reset-after-headers": return .resetAfterHeaders
        case "reset-mid-body": return .resetMidBody
        case "delay": return .delay(try duration(json, or: nil))
        case "stall": return .delay(try duration(json, or: MockLimits.stall))
        case "stall-mid-body": return .stallMidBody(try duration(json, or: MockLimits.stall))
        case "truncate": return .truncate
        case "flip": return .flip
        case let other: throw Failure(.invalid, "no fault is called \(other ?? "nothing")")
        }
    }

    private static func duration(_ json: JSON, or other: Duration?) throws(Failure) -> Duration {
        guard let value = json["for"] else {
            guard let other else { throw Failure(.invalid, "a delay needs its length, as in \"for\": \"250ms\"") }
            return other
        }
        guard let duration = value.text.flatMap(DurationText.parse) else {
            throw Failure(.invalid, "for must be a duration such as 250ms or 2s")
        }
        return duration
    }

    /// As `init` reads it.
    package var json: JSON {
        var members: [JSON.Member] = [.init("route", .string(method.map { "\($0) \(path)" } ?? path))]
        switch kind {
        case .status(let status, let headers, let body):
            members += [.init("kind", "status"), .init("status", JSON(status))]
            if !headers.isEmpty {
                members.append(
                    .init("headers", .object(headers.fields.map { JSON.Member($0.name, .string($0.value)) })))
            }
            if let body { members.append(.init("body", .string(String(decoding: body, as: UTF8.self)))) }
        case .delay(let duration), .stallMidBody(let duration):
            members += [.init("kind", .string(word)), .init("for", .string(DurationText.text(duration)))]
        default: members.append(.init("kind", .string(word)))
        }
        members.append(.init("nth", JSON(nth)))
        members.append(.init("count", count.map { JSON($0) } ?? .null))
        if probability < 1 { members += [.init("probability", JSON(probability)), .init("seed", JSON(seed))] }
        if let offset { members.append(.init("at", JSON(offset))) }
        if isCarriedOut { members.append(.init("carriedOut", true)) }
        return .object(members)
    }

    private var word: String {
        switch kind {
        case .status: "status"
        case .expireToken: "expire-token"
        case .reset: "reset"
        case .resetAfterHeaders: "reset-after-headers"
        case .resetMidBody: "reset-mid-body"
        case .delay: "delay"
        case .stallMidBody: "stall-mid-body"
        case .truncate: "truncate"
        case .flip: "flip"
        }
    }
}
