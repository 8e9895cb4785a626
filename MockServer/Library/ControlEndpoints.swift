internal import ContentAddressing
internal import Core
internal import HTTPServing

/// `/_mock`: what a test asks of the mock itself. Never counted, throttled or faulted, and open to anybody.
struct ControlEndpoints: Sendable {
    let service: Service
    let listener: Listener

    var all: [Endpoint] {
        [
            control(.post, "/clock", body: .json, advanceClock),
            control(.get, "/faults") { _ throws(Refusal) in .document(faults) },
            control(.post, "/faults", body: .streamed, addFaults),
            control(.delete, "/faults") { _ throws(Refusal) in
                service.faults.clear()
                service.pauses.endAll()
                return .document(["success": true])
            },
            control(.get, "/counters") { _ throws(Refusal) in .document(service.counters.snapshot.json) },
            control(.delete, "/counters") { _ throws(Refusal) in
                service.counters.reset()
                return .document(["success": true])
            },
            control(.get, "/switches") { _ throws(Refusal) in .document(switches) },
            control(.post, "/switches", body: .json, setSwitches),
            control(.post, "/tokens", body: .json, changeTokens),
            control(.post, "/id-tokens", body: .json, makeIDToken),
            control(.post, "/restart") { _ throws(Refusal) in
                listener.leave(for: .zero)
                return .document(["success": true])
            },
            control(.post, "/gone", body: .json, leave),
            control(.get, "/objects") { _ throws(Refusal) in
                .document(.array(service.shelf.cids.map(JSON.string)))
            },
            control(.get, "/objects/:cid") { call throws(Refusal) in try object(call).reply() },
            control(.put, "/objects/:cid", body: .streamed, putObject),
            control(.delete, "/objects/:cid") { call throws(Refusal) in
                .document(["success": .bool(service.shelf.remove(call.parameter("cid")))])
            },
        ]
    }

    private func control(
        _ method: HTTPMethod, _ path: String, body: Endpoint.Body = .ignored, _ answer: @escaping Endpoint.Answer
    ) -> Endpoint {
        Endpoint(method, "/_mock" + path, body: body, isControl: true, answer: answer)
    }

    private func advanceClock(_ call: Call) throws(Refusal) -> ServerReply {
        service.time.advance(by: try Self.duration(call.json, "advance"))
        return .document(["now": .string(service.time.wallClock.javaScriptText)])
    }

    private var faults: JSON {
        .array(
            service.faults.snapshot.map { entry in
                .object(
                    (entry.rule.json.members ?? [])
                        + [.init("matches", JSON(entry.matches)), .init("hits", JSON(entry.hits))])
            })
    }

    /// One rule or an array of them, each an object or one line of text.
    private func addFaults(_ call: Call) throws(Refusal) -> ServerReply {
        let bytes = try call.wholeBody(limit: MockLimits.jsonBytes)
        guard let json = try? JSON(parsing: bytes) else { throw Refusal(400, "a fault rule is JSON") }
        var rules: [FaultRule] = []
        do throws(Failure) {
            for rule in json.elements ?? [json] {
                if let text = rule.text {
                    rules.append(try FaultRule(parsing: text))
                } else {
                    rules.append(try FaultRule(rule))
                }
            }
        } catch {
            throw Refusal(400, error.message)
        }
        service.faults.add(rules)
        return .document(faults, status: 201)
    }

    private var switches: JSON { service.switches.json(service.throttle.mode) }

    private func setSwitches(_ call: Call) throws(Refusal) -> ServerReply {
        var changed = service.switches
        var mode: RateLimitMode?
        for member in call.json.members ?? [] {
            if member.key == "rateLimit" {
                mode = member.value.text.flatMap(RateLimitMode.init)
                if mode == nil { throw Refusal(400, "rateLimit is real, strict or off") }
                continue
            }
            do throws(Failure) { try changed.set(member) } catch { throw Refusal(400, error.message) }
        }
        service.switches = changed
        if let mode { service.throttle.mode = mode }
        return .document(switches)
    }

    private func changeTokens(_ call: Call) throws(Refusal) -> ServerReply {
        for member in call.json.members ?? [] {
            switch (member.key, member.value.boolean) {
            case ("expireAccess", true): service.tokens.changeKey()
            case ("dropRefresh", true):
                do throws(Failure) { try service.dropRefreshTokens() } catch { throw Refusal(500, error.message) }
            case ("expireAccess", false), ("dropRefresh", false): break
            default: throw Refusal(400, "tokens takes expireAccess and dropRefresh; lifetimes are switches")
            }
        }
        return .document(["success": true])
    }

    private func makeIDToken(_ call: Call) throws(Refusal) -> ServerReply {
        guard let subject = call.json["subject"]?.text else { throw Refusal(400, "a token needs its subject") }
        return .document([
            "idToken": .string(service.makeIDToken(subject: subject, email: call.json["email"]?.text))
        ])
    }

    private func leave(_ call: Call) throws(Refusal) -> ServerReply {
        listener.leave(for: try Self.duration(call.json, "for"))
        return .document(["success": true])
    }

    private func object(_ call: Call) throws(Refusal) -> Shelf.Stored {
        guard let stored = service.shelf[call.parameter("cid")] else { throw Refusal(404, "no such object") }
        return stored
    }

    private func putObject(_ call: Call) throws(Refusal) -> ServerReply {
        // The name becomes a file's.
        guard let cid = try? CID(call.parameter("cid")) else { throw Refusal(400, "an object is named by a CID") }
        let bytes = try call.wholeBody(limit: MockLimits.controlBytes)
        do throws(Failure) {
            try service.shelf.replace(cid.asVersion1.description, with: bytes)
        } catch {
            throw Refusal(500, error.message)
        }
        return .document(["success": true])
    }

    private static func duration(_ json: JSON, _ key: String) throws(Refusal) -> Duration {
        guard let duration = json[key]?.text.flatMap(DurationText.parse) else {
            throw Refusal(400, "\(key) must be a duration such as 250ms, 2s or 15m")
        }
        return duration
    }
}
