package import Core
internal import HTTPServing

/// Which requests go wrong, and how.
package struct FaultRule: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// An answer made up; nil stands for the error body that the service has for the status.
        case status(Int, headers: HeaderFields, body: [UInt8]?)
        /// 401, as if the access token had expired.
        case expireToken
        /// The connection is reset before a byte of the answer.
        case reset
        case resetAfterHeaders
        case resetMidBody
        /// The answer comes this much later.
        case delay(Duration)
        /// The answer begins, and goes on this much later.
        case stallMidBody(Duration)
        /// The connection ends before the body is as long as announced.
        case truncate
        /// One bit of the body is another.
        case flip
    }

    package var kind: Kind
    /// Nil: any method.
    package var method: String?
    /// A route's path (`/ipfs/:cid`), a path, or one with `*` for all that follows.
    package var path: String
    /// The first matching request that goes wrong, counted from 1.
    package var nth = 1
    /// How many go wrong from there on; nil: all.
    package var count: Int?
    /// The share of these that do, chosen by a generator with the seed.
    package var probability = 1.0
    package var seed: UInt64 = 1
    /// Where in the body, counted from 0; nil: in its middle.
    package var offset: Int?
    /// Whether the request is carried out before its answer gets lost. Faults of the body always are.
    package var isCarriedOut = false

    package init(_ kind: Kind, _ route: String = "*") {
        self.kind = kind
        let words = route.split(separator: " ", maxSplits: 1)
        method = words.count == 2 ? String(words[0]) : nil
        path = String(words.last ?? "*")
    }

    package static func status(_ status: Int, _ route: String = "*", headers: HeaderFields = [:]) -> FaultRule {
        FaultRule(.status(status, headers: headers, body: nil), route)
    }

    /// The same rule for `count` requests from the nth on.
    package func from(_ nth: Int, count: Int? = 1) -> FaultRule {
        var rule = self
        (rule.nth, rule.count) = (nth, count)
        return rule
    }

    func matches(_ endpoint: Endpoint, path requested: String) -> Bool {
        if let method, method != endpoint.method.rawValue { return false }
        if path.last == "*" { return requested.hasPrefix(path.dropLast()) }
        return path == endpoint.path || path == requested
    }
}
