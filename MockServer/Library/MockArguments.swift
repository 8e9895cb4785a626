package import Core

/// The command line of `cbstore-mock`.
package enum MockArguments {
    package enum Request: Sendable {
        case serve(MockOptions)
        case help
    }

    package static let help = """
        usage: cbstore-mock [options]

        A CipherBox API on this machine's loopback address, for tests and trials. It prints
        `listening http://127.0.0.1:PORT` when it is ready, and ends on SIGTERM or SIGINT.

          --port N                     listen on this port (default 0: any free one)
          --state DIR                  keep everything in DIR, across restarts (default: in memory)
          --latency D                  wait this long before each answer: 250ms, 2s, or a number of milliseconds
          --fault SPEC                 let requests go wrong; may be given more than once
          --rate-limit real|strict|off the service's rate limits, its authors' intended ones besides, or none
                                       (default real)
          --access-token-lifetime D    how long an access token lasts (default 15m)
          --test-secret S              the secret of test logins (default e2e-test-secret); empty switches them off
          --quota BYTES                what a user may upload in all (default 500MiB)
          --max-memory BYTES           what objects may take without --state (default 1GiB)
          --help                       print this

        A fault is one line: [METHOD] PATH KIND [key=value ...], for example
          --fault 'POST /ipfs/upload status=503 nth=2 count=3'
          --fault 'GET /ipfs/* reset-mid-body probability=0.1 seed=7'
        Kinds: status=N, expire-token, reset, reset-after-headers, reset-mid-body, delay=D, stall, stall-mid-body,
        truncate, flip. Keys: nth, count, probability, seed, at, for, body, header, carried-out.

        Exit status: 0 ended by a signal, 1 cannot serve, 9 the port is taken, 64 wrong usage.

        """

    /// The arguments behind the program's name; throws `.usage`.
    package static func parse(_ arguments: [String]) throws(Failure) -> Request {
        var options = MockOptions()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" { return .help }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard known.contains(name) else {
                throw Failure(.usage, "there is no option \(Name(name).escaped)", advice: "see cbstore-mock --help")
            }
            let value = parts.count == 2 ? String(parts[1]) : rest.popFirst()
            guard let value else { throw Failure(.usage, "\(name) needs a value", advice: "see cbstore-mock --help") }
            guard try options.set(name, value) else {
                throw Failure(
                    .usage, "\(name) cannot be \(Name(value).escaped)", advice: "see cbstore-mock --help")
            }
        }
        return .serve(options)
    }

    private static let known = [
        "--port", "--state", "--latency", "--fault", "--rate-limit", "--access-token-lifetime", "--test-secret",
        "--quota", "--max-memory",
    ]
}

extension MockOptions {
    /// Whether the option takes the value.
    fileprivate mutating func set(_ name: String, _ value: String) throws(Failure) -> Bool {
        switch name {
        case "--port": return Self.set(&port, UInt16(value))
        case "--state":
            stateFolder = value
            return !value.isEmpty
        case "--latency":
            return Self.set(&latency, DurationText.parse(value) ?? UInt32(value).map { .milliseconds(Int64($0)) })
        case "--fault":
            do throws(Failure) {
                faults.append(try FaultRule(parsing: value))
            } catch {
                throw Failure(.usage, "--fault: \(error.message)", advice: error.advice ?? "see cbstore-mock --help")
            }
            return true
        case "--rate-limit": return Self.set(&rateLimit, RateLimitMode(rawValue: value))
        case "--access-token-lifetime": return Self.set(&accessTokenLifetime, DurationText.parse(value))
        case "--test-secret":
            testSecret = value.isEmpty ? nil : value
            return true
        case "--quota": return Self.set(&quotaBytes, ByteCount(parsing: value)?.bytes)
        case "--max-memory": return Self.set(&maxMemory, ByteCount(parsing: value))
        default: return false
        }
    }

    private static func set<Value>(_ place: inout Value, _ value: Value?) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }
}
