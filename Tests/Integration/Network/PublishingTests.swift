import Core
import Glibc
import MockServer
import MountSupport
import Testing

extension MountTests {
    /// What a mounted vault sends, and when.
    @Suite struct PublishingTests {
        private static let twentyFiles = """
            for number in range(20):
                with open(f"file {number}", "w") as file: file.write(f"content of {number}" * 50)
            """

        @Test("twenty small files make at most two publications and ten requests")
        func budget() throws {
            try Scratch.withMock { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    let place = try scratch.mount()
                    try scratch.waitUntilPublished()
                    mock.resetCounts()
                    try scratch.python(Self.twentyFiles, in: place)
                    try scratch.expect(0, "flush", "--wait")
                    let counts = mock.counts
                    #expect((1...2).contains(counts.requests("POST /ipns/publish")), "\(counts)")
                    #expect(counts.total <= 10, "\(counts)")
                    // Nothing changes any more, so nothing is asked.
                    try scratch.expect(0, "flush", "--wait")
                    #expect(mock.counts == counts)
                    try scratch.expect(0, "umount", place)
                }
            }
        }

        @Test("removing a thousand files is published a few times, not a thousand")
        func removals() throws {
            try Scratch.withMock { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    let place = try scratch.mount()
                    try scratch.python(
                        "for number in range(1000): open(f'{number}', 'w').write(str(number))", in: place)
                    try scratch.expect(0, "flush", "--wait")
                    mock.resetCounts()
                    let begun = SystemTime.monotonic()
                    try scratch.python("import os\nfor name in os.listdir('.'): os.remove(name)", in: place)
                    try scratch.expect(0, "flush", "--wait")
                    let took = SystemTime.monotonic() - begun
                    let publications = mock.counts.requests("POST /ipns/publish")
                    #expect(publications <= 2 + Int(took.inSeconds / 1.5), "\(publications) in \(took)")
                    try scratch.expect(0, "umount", place)
                }
            }
        }

        @Test("what a mount left unpublished when it was killed is published by the next one")
        func killed() throws {
            try Scratch.withMock { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    let place = try scratch.mount()
                    try scratch.waitUntilPublished()
                    mock.add(FaultRule(.reset, "POST /ipfs/upload").from(1, count: nil))
                    try scratch.python(Self.twentyFiles + "\nimport os\nos.sync()", in: place)
                    let holder = try #require(scratch.holder())
                    kill(holder, SIGKILL)
                    mock.clearFaults()
                    #expect(try scratch.mount() == place)
                    try scratch.waitUntilPublished()
                    try scratch.expect(0, "umount", place)
                }
            }
        }

        @Test("unmounting waits for the disk and never for a server that does not answer")
        func unmounting() throws {
            try Scratch.withMock { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    let place = try scratch.mount()
                    try scratch.waitUntilPublished()
                    mock.add(FaultRule(.delay(.seconds(60)), "POST /ipfs/upload").from(1, count: nil))
                    try scratch.python(Self.twentyFiles, in: place)
                    try scratch.waitForRemote("sending") { $0["state"]?.text == "sending" }
                    let begun = SystemTime.monotonic()
                    let outcome = try scratch.expect(0, "umount", place)
                    #expect(SystemTime.monotonic() - begun < .seconds(5))
                    #expect(outcome.errors.contains("flush --wait"))
                    mock.clearFaults()
                    try scratch.expect(0, "flush", "--wait")
                    #expect(try scratch.remoteStatus()["state"]?.text == "published")
                }
            }
        }
    }
}
