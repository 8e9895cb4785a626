import Core
import MockServer
import Testing

@Suite struct ArgumentTests {
    private func options(_ arguments: String...) throws -> MockOptions {
        guard case .serve(let options) = try MockArguments.parse(arguments) else { throw Failure(.other, "help") }
        return options
    }

    @Test("without arguments the mock is as the service is")
    func defaults() throws {
        let options = try options()
        #expect(options.port == 0)
        #expect(options.stateFolder == nil)
        #expect(options.rateLimit == .real)
        #expect(options.accessTokenLifetime == .seconds(900))
        #expect(options.refreshTokenLifetime == .seconds(604_800))
        #expect(options.testSecret == "e2e-test-secret")
        #expect(options.quotaBytes == 524_288_000)
        #expect(options.maxMemory == .gibibytes(1))
        #expect(options.latency == .zero)
        #expect(options.faults.isEmpty)
    }

    @Test("every option is taken, apart or joined with =")
    func everyOption() throws {
        let options = try options(
            "--port", "8080", "--state=/tmp/x", "--latency", "250", "--fault", "GET /vault reset nth=2",
            "--fault=/x flip", "--rate-limit=off", "--access-token-lifetime", "5s", "--test-secret", "s",
            "--quota", "1MiB", "--max-memory=2GiB")
        #expect(options.port == 8080)
        #expect(options.stateFolder == "/tmp/x")
        #expect(options.latency == .milliseconds(250))
        #expect(options.faults == [FaultRule(.reset, "GET /vault").from(2), FaultRule(.flip, "/x")])
        #expect(options.rateLimit == .off)
        #expect(options.accessTokenLifetime == .seconds(5))
        #expect(options.testSecret == "s")
        #expect(options.quotaBytes == 1 << 20)
        #expect(options.maxMemory == .gibibytes(2))
        #expect(try self.options("--latency=2s").latency == .seconds(2))
        #expect(try self.options("--test-secret=").testSecret == nil)
    }

    @Test(
        "what it does not understand is a usage error",
        arguments: [
            ["--nope"], ["--port"], ["--port", "65536"], ["--port", "x"], ["--state", ""], ["--latency", "soon"],
            ["--fault", "reset"], ["--rate-limit", "some"], ["--access-token-lifetime", "5"], ["--quota", "much"],
            ["--max-memory", "-1"], ["stray"],
        ])
    func refusals(arguments: [String]) {
        let failure = #expect(throws: Failure.self) { try MockArguments.parse(arguments) }
        #expect(failure?.code == .usage)
    }

    @Test("help names every option")
    func help() throws {
        guard case .help = try MockArguments.parse(["--port", "1", "--help"]) else {
            Issue.record("no help")
            return
        }
        for option in [
            "--port", "--state", "--latency", "--fault", "--rate-limit", "--access-token-lifetime", "--test-secret",
            "--quota", "--max-memory", "--help",
        ] {
            #expect(MockArguments.help.contains("  \(option) "))
        }
        #expect(MockArguments.help.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }

    @Test("a port that is taken is said to be")
    func takenPort() throws {
        let client = try Client()
        var options = MockOptions()
        options.port = try #require(client.mock.url.split(separator: ":").last.flatMap { UInt16($0) })
        let failure = #expect(throws: Failure.self) { try CipherBoxMock.start(options) }
        #expect(failure?.code == .busy)
    }
}
