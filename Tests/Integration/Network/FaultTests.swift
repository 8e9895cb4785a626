import Core
import Glibc
import MockServer
import MountSupport
import Testing

extension MountTests {
    /// Everything a server can do wrong, under a mount that is in use.
    @Suite struct FaultTests {
        struct Fault: CustomTestStringConvertible, Sendable {
            let testDescription: String
            let rules: [FaultRule]

            init(_ description: String, _ rules: FaultRule...) {
                testDescription = description
                self.rules = rules.map { $0.from(1, count: nil) }
            }
        }

        private static let faults = [
            Fault("stalling", FaultRule(.delay(.seconds(600)), "POST /ipfs/upload")),
            Fault("resetting connections", FaultRule(.reset)),
            Fault("resetting them after the header", FaultRule(.resetAfterHeaders)),
            Fault("resetting them in the body", FaultRule(.resetMidBody)),
            Fault("answering 401", FaultRule(.expireToken, "POST /ipfs/upload")),
            Fault("answering 413", .status(413, "POST /ipfs/upload")),
            Fault("answering 429", .status(429, "POST /ipns/publish", headers: ["Retry-After-short": "1"])),
            Fault("answering 500", .status(500)),
            Fault("cutting its answers", FaultRule(.truncate)),
            Fault("answering with wrong bytes", FaultRule(.flip, "POST /ipfs/upload")),
        ]

        private static func check(_ scratch: Scratch, _ place: String, _ name: String) throws {
            // Names, content and capacity in a moment, whatever the server does.
            let begun = SystemTime.monotonic()
            try scratch.python(
                """
                import os
                with open("\(name)", "wb") as file:
                    file.write(os.urandom(300_000)); file.flush(); os.fsync(file.fileno())
                assert len(open("\(name)", "rb").read()) == 300_000
                os.rename("\(name)", "\(name).done"); os.listdir("."); os.statvfs(".")
                """, in: place, limit: .seconds(10))
            #expect(SystemTime.monotonic() - begun < .seconds(5))
        }

        @Test("local work goes on while the server fails in any way; status says so; all is sent when it is well again")
        func faults() throws {
            try Scratch.withMock { mock in
                var (phrase, expected) = ("", "")
                try Scratch.with(vault: false) { scratch in
                    phrase = try scratch.makeVault()
                    try scratch.connect(to: mock.url)
                    let place = try scratch.mount()
                    try scratch.waitUntilPublished()
                    for (number, fault) in Self.faults.enumerated() {
                        mock.add(contentsOf: fault.rules)
                        try Self.check(scratch, place, "file \(number)")
                        let status = try scratch.waitForRemote("troubled by a server \(fault.testDescription)") {
                            let state = $0["state"]?.text
                            // A server that stalls is found out only by its time-out: until then the data is on its way.
                            return state == "retrying" || state == "blocked"
                                || (state == "sending" && fault.testDescription == "stalling")
                        }
                        #expect(status["state"]?.text != "published", "\(fault.testDescription)")
                        mock.clearFaults()
                        try mock.dropConnections()
                        try scratch.waitUntilPublished()
                    }
                    mock.leave()
                    try Self.check(scratch, place, "while away")
                    try scratch.waitForRemote("away") { $0["state"]?.text == "retrying" }
                    try mock.comeBack()
                    try scratch.waitUntilPublished()
                    expected = try scratch.digests(of: place)
                    try scratch.expect(0, "umount", place)
                }
                #expect(expected.split(separator: "\n").count == Self.faults.count + 1)
                try Scratch.with(vault: false) { other in
                    try other.recover(phrase, from: mock.url)
                    let place = try other.mount()
                    #expect(try other.digests(of: place) == expected)
                    try other.expect(0, "umount", place)
                }
            }
        }

        private static let refusals: [(fault: Fault, status: Int32)] = [
            (Fault("500", .status(500)), 5), (Fault("401", FaultRule(.expireToken, "/ipfs/*")), 4),
            (Fault("403", .status(403, "/ipfs/*")), 4), (Fault("404", .status(404, "/ipfs/*")), 3),
            (Fault("wrong bytes", FaultRule(.flip, "GET /ipfs/:cid")), 6),
        ]

        @Test("a verb says with its exit code what the server did", arguments: refusals)
        func exitCodes(fault: Fault, status: Int32) throws {
            try Scratch.withMock { mock in
                var phrase = ""
                try Scratch.with(vault: false) { scratch in
                    phrase = try scratch.makeVault()
                    try scratch.connect(to: mock.url)
                    try scratch.write("f", "content")
                    try scratch.expect(0, "upload", "f")
                }
                try Scratch.with(vault: false) { other in
                    try other.recover(phrase, from: mock.url)
                    mock.add(contentsOf: fault.rules)
                    try other.expect(status, "sync", limit: .seconds(150))
                    mock.clearFaults()
                    try other.expect(0, "sync")
                    #expect(try other.expect(0, "cat", "/f").output == "content")
                }
            }
        }

        @Test("a machine that has nothing of its vault yet gives up after a while, and never shows an empty folder")
        func firstContact() throws {
            try Scratch.withMock { mock in
                try Scratch.with(vault: false) { scratch in
                    let phrase = try scratch.makeVault()
                    try scratch.connect(to: mock.url)
                    try scratch.expect(0, "flush", "--wait")
                    try Scratch.with(vault: false) { other in
                        try other.recover(phrase, from: mock.url)
                        let place = try other.mountpoint()
                        mock.add(FaultRule(.delay(.seconds(100)), "GET /ipns/resolve").from(1, count: nil))
                        let begun = SystemTime.monotonic()
                        try other.expect(5, "mount", place)
                        #expect(SystemTime.monotonic() - begun < .seconds(25))
                        #expect(other.holder() == nil)
                    }
                }
            }
        }

        @Test("a file that is not here yet cannot be read without the server, and nothing else suffers")
        func unreachableContent() throws {
            try Scratch.withMock { mock in
                var phrase = ""
                try Scratch.with(vault: false) { first in
                    phrase = try first.makeVault()
                    try first.connect(to: mock.url)
                    let place = try first.mount()
                    try first.python(
                        """
                        import os
                        open("large", "wb").write(os.urandom(3_000_000)); open("small", "w").write("small")
                        """, in: place)
                    try first.expect(0, "flush", "--wait")
                    try first.expect(0, "umount", place)
                }
                try Scratch.with(vault: false) { second in
                    try second.recover(phrase, from: mock.url)
                    let place = try second.mount()
                    mock.add(FaultRule(.delay(.seconds(600)), "GET /ipfs/:cid").from(1, count: nil))
                    let readers = try (0..<8).map { _ in
                        try second.startPython("open('large', 'rb').read()", in: place)
                    }
                    let begun = SystemTime.monotonic()
                    try second.python(
                        """
                        import os
                        assert sorted(os.listdir(".")) == ["large", "small"] and open("small").read() == "small"
                        assert os.stat("large").st_size == 3_000_000; os.statvfs(".")
                        open("mine", "wb").write(b"x" * 200_000); assert open("mine", "rb").read() == b"x" * 200_000
                        """, in: place, limit: .seconds(10))
                    #expect(SystemTime.monotonic() - begun < .seconds(5))
                    mock.clearFaults()
                    try mock.dropConnections()
                    // Those that waited get an error or the bytes, in any case an end.
                    for reader in readers { _ = try reader.finish(limit: .seconds(60)) }
                    try second.python("assert len(open('large', 'rb').read()) == 3_000_000", in: place)
                    try second.expect(0, "umount", place)
                }
            }
        }
    }
}
