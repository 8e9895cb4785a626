import Core
import Remotes
import Synchronization
import Testing

/// Two clocks that need not go together, as on a machine that sleeps or whose time is set.
private final class TwoClocks: TimeSource {
    private let state = Mutex((now: Moment(nanoseconds: 1_000_000_000), wall: Timestamp(seconds: 1_700_000_000)))

    var now: Moment { state.withLock { $0.now } }
    var wallClock: Timestamp { state.withLock { $0.wall } }

    func advance(monotonic: Int64, wall: Int64) {
        state.withLock { state in
            state.now = state.now + .seconds(monotonic)
            state.wall = Timestamp(seconds: state.wall.seconds + wall)
        }
    }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> ScheduledCall {
        ScheduledCall(body)
    }
}

private func token(_ claims: String) throws -> Token {
    let payload = Base64.encode(Array(claims.utf8)).filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
    return try #require(Token("e30." + String(payload) + ".c2ln"))
}

@Suite struct AccessTokenTests {
    @Test(
        "a token's phase follows its age by the clock that went further",
        arguments: [
            (0, 0, .fresh), (778, 778, .fresh), (779, 779, .due), (898, 898, .due), (899, 899, .expired),
            // Asleep for an hour; the wall clock put back by an hour, and forth by an hour.
            (10, 3610, .expired), (10, -3590, .fresh), (900, -2700, .expired), (0, 780, .due),
        ] as [(Int64, Int64, AccessToken.Phase)])
    func phases(_ monotonic: Int64, _ wall: Int64, _ expected: AccessToken.Phase) throws {
        let time = TwoClocks()
        let access = AccessToken(try token(#"{"iat":100,"exp":1000,"sub":"u"}"#), time: time)
        #expect(access.lifetime == .seconds(900))
        #expect(access.user == "u")
        time.advance(monotonic: monotonic, wall: wall)
        #expect(access.phase(at: time) == expected)
    }

    @Test(
        "a token of another process is as old as the wall clock says, and due when that cannot be",
        arguments: [
            (-1, .due), (0, .fresh), (778, .fresh), (779, .due), (899, .expired), (1_000_000, .expired),
        ] as [(Int64, AccessToken.Phase)])
    func adopted(_ age: Int64, _ expected: AccessToken.Phase) throws {
        let time = TwoClocks()
        let arrived = Timestamp(seconds: time.wallClock.seconds - age)
        let access = AccessToken(try token(#"{"iat":100,"exp":1000}"#), arrived: arrived, time: time)
        #expect(access.phase(at: time) == expected)
    }

    @Test(
        "a token of a few seconds is used to its end",
        arguments: [(1, .fresh), (2, .expired)] as [(Int64, AccessToken.Phase)])
    func short(_ age: Int64, _ expected: AccessToken.Phase) throws {
        let time = TwoClocks()
        let access = AccessToken(try token(#"{"iat":100,"exp":102}"#), time: time)
        time.advance(monotonic: age, wall: age)
        #expect(access.phase(at: time) == expected)
    }

    @Test(
        "a token that tells no lifetime, or an impossible one, gets a cautious one",
        arguments: [
            (#"{}"#, 600), (#"{"iat":5,"exp":5}"#, 600), (#"{"iat":5,"exp":4}"#, 600), ("no JSON", 600),
            (#"{"iat":"5","exp":"9"}"#, 600), (#"{"iat":0,"exp":1e300}"#, 86_400), (#"{"iat":0.5,"exp":2.5}"#, 2),
        ] as [(String, Int64)])
    func lifetimes(_ claims: String, _ seconds: Int64) throws {
        #expect(AccessToken(try token(claims), time: TwoClocks()).lifetime == .seconds(seconds))
        #expect(AccessToken(try #require(Token("opaque")), time: TwoClocks()).lifetime == .seconds(600))
    }

    @Test("what could break a request's head is no token", arguments: ["", " ", "a b", "a\r\nX: y", "é", "\u{7f}"])
    func unfit(_ text: String) {
        #expect(Token(text) == nil)
    }
}
