internal import Core

/// The switches as `/_mock/switches` shows and takes them.
extension MockSwitches {
    func json(_ rateLimit: RateLimitMode) -> JSON {
        [
            "latency": .string(DurationText.text(latency)),
            "accessTokenLifetime": .string(DurationText.text(accessTokenLifetime)),
            "refreshTokenLifetime": .string(DurationText.text(refreshTokenLifetime)),
            "quotaBytes": JSON(quotaBytes), "routingDown": .bool(isRoutingDown),
            "routingPutsFail": .bool(failsRoutingPuts), "routingStaleBy": JSON(routingIsStaleBy),
            "omitsSignatures": .bool(omitsSignatures), "keepsUnpinned": .bool(keepsUnpinned),
            "enclaveKeys": .bool(hasEnclaveKeys), "rateLimit": .string(rateLimit.rawValue),
        ]
    }

    /// Takes one member over; throws `.invalid` for an unknown one or a value of another kind.
    mutating func set(_ member: JSON.Member) throws(Failure) {
        let value = member.value
        let isUnderstood =
            switch member.key {
            case "latency": Self.set(&latency, value.text.flatMap(DurationText.parse))
            case "accessTokenLifetime": Self.set(&accessTokenLifetime, value.text.flatMap(DurationText.parse))
            case "refreshTokenLifetime": Self.set(&refreshTokenLifetime, value.text.flatMap(DurationText.parse))
            case "quotaBytes": Self.set(&quotaBytes, value.uint64)
            case "routingDown": Self.set(&isRoutingDown, value.boolean)
            case "routingPutsFail": Self.set(&failsRoutingPuts, value.boolean)
            case "routingStaleBy": Self.set(&routingIsStaleBy, value.int.flatMap { $0 >= 0 ? $0 : nil })
            case "omitsSignatures": Self.set(&omitsSignatures, value.boolean)
            case "keepsUnpinned": Self.set(&keepsUnpinned, value.boolean)
            case "enclaveKeys": Self.set(&hasEnclaveKeys, value.boolean)
            default: false
            }
        guard isUnderstood else { throw Failure(.invalid, "no switch takes \(member.key): \(value.text(.compact))") }
    }

    private static func set<Value>(_ place: inout Value, _ value: Value?) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }
}
