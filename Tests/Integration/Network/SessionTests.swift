import Core
import Glibc
import MockServer
import MountSupport
import Testing

extension MountTests {
    /// Tokens that end, and what nobody notices of it.
    @Suite struct SessionTests {
        private static func shortLived(_ lifetime: Duration) -> MockOptions {
            var options = MockOptions.unthrottled
            options.accessTokenLifetime = lifetime
            return options
        }

        /// Seconds of load: a minute where somebody asks for it.
        private static var loadSeconds: Int {
            unsafe getenv("CBSTORE_LONG") == nil ? 10 : 60
        }

        @Test("tokens of two seconds are renewed unnoticed under load, once each, among all processes of a home")
        func renewal() throws {
            try Scratch.withMock(Self.shortLived(.seconds(2))) { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    let place = try scratch.mount()
                    let begun = SystemTime.monotonic()
                    let load = try scratch.startPython(
                        """
                        import os, subprocess, threading, time
                        end, counts, wrong = time.monotonic() + \(Self.loadSeconds), [0, 0, 0], []
                        def run(*verb):
                            done = subprocess.run([os.environ["CBSTORE"], *verb], capture_output=True)
                            if done.returncode: wrong.append((verb, done))
                        def write():
                            counts[0] += 1
                            open(f"\(place)/file {counts[0] % 50}", "wb").write(os.urandom(5000))
                            run("flush", "--wait")
                        def ask(index, verb):
                            counts[index] += 1
                            run(verb)
                        def repeat(work, *arguments):
                            while time.monotonic() < end and not wrong: work(*arguments)
                        threads = [threading.Thread(target=repeat, args=args) for args in
                            [(write,), (ask, 1, "quota"), (ask, 2, "whoami")]]
                        for thread in threads: thread.start()
                        for thread in threads: thread.join()
                        assert not wrong, wrong
                        print(*counts)
                        """)
                    let outcome = try load.finish(limit: .seconds(Int64(Self.loadSeconds) + 30))
                    #expect(outcome.status == 0, "\(outcome)")
                    let took = (SystemTime.monotonic() - begun).inSeconds
                    let counts = mock.counts
                    for (route, statuses) in counts.byRoute {
                        #expect(!statuses.keys.contains { $0 >= 500 || $0 == 0 }, "\(route): \(statuses)")
                    }
                    // A token is used to its end; the refusal there is repaired before anybody hears of it.
                    #expect(
                        counts.answers("POST /auth/refresh", 401) == 0 && counts.requests("POST /auth/test-login") == 1)
                    let renewals = counts.requests("POST /auth/refresh")
                    #expect(renewals >= Self.loadSeconds / 4, "\(counts)")
                    #expect(Double(renewals) <= took / 2 + 1.5, "\(renewals) in \(took) s: \(counts)")
                    try scratch.expect(0, "umount", place)
                }
            }
        }

        @Test("a rotation that was lost costs a session, which a test account begins again by itself")
        func lostRotation() throws {
            try Scratch.withMock(Self.shortLived(.seconds(2))) { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    let place = try scratch.mount()
                    try scratch.waitUntilPublished()
                    var lost = FaultRule(.reset, "POST /auth/refresh")
                    lost.isCarriedOut = true
                    mock.add(lost.from(1, count: 2))
                    mock.expireAccessTokens()
                    try scratch.python("open('file', 'w').write('content')", in: place)
                    try scratch.waitUntilPublished()
                    #expect(mock.counts.requests("POST /auth/test-login") >= 2)
                    try scratch.expect(0, "umount", place)
                }
            }
        }

        @Test("where nobody can log in again, work stays queued, status says so, and a login sends it")
        func ended() throws {
            try Scratch.withMock { mock in
                var token = ""
                try Scratch.with { other in
                    try other.connect(to: mock.url)
                    token = try Self.refreshToken(of: other)
                }
                try Scratch.with { scratch in
                    scratch.set("CIPHERBOX_API_URL", mock.url)
                    try scratch.write("token", token)
                    try scratch.expect(0, "login", "--refresh-token-file", "token")
                    let place = try scratch.mount()
                    try scratch.waitUntilPublished()
                    mock.expireAccessTokens()
                    try mock.dropRefreshTokens()
                    try scratch.python("open('file', 'w').write('content')", in: place)
                    let status = try scratch.waitForRemote("blocked") { $0["state"]?.text == "blocked" }
                    #expect(status["advice"]?.text?.contains("login") == true)
                    try scratch.expect(4, "flush", "--wait")
                    try scratch.expect(4, "quota")
                    try scratch.python("assert open('file').read() == 'content'", in: place)
                    scratch.set("CIPHERBOX_TEST_SECRET", "e2e-test-secret")
                    try scratch.expect(0, "login", "--test", Scratch.account)
                    try scratch.expect(0, "flush", "--wait")
                    try scratch.waitUntilPublished()
                    try scratch.expect(0, "umount", place)
                }
            }
        }

        private static func refreshToken(of scratch: Scratch) throws -> String {
            let found = try scratch.python(
                """
                import glob, json, os
                path, = glob.glob(os.environ["CBSTORE_HOME"] + "/accounts/*/session")
                text = json.load(open(path))
                print(text.get("refresh_token") or text["refreshToken"], end="")
                """)
            return found.output
        }
    }
}
