import Core
import Glibc
import MockServer
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// What a mounted vault sends, and when.
    @Suite struct PublishingTests {
        private static let anyName = "k51qzi5uqu5dljtg5upm7x7ugan9lql3ewyknv4r4mhhkwzn8n7cnbd1unfwgq"
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

        @Test("one changed file among two thousand costs at most five requests")
        func oneFile() throws {
            try Scratch.withMock { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    let place = try scratch.mount()
                    try scratch.python(
                        """
                        import os
                        for folder in range(20):
                            os.mkdir(str(folder))
                            for number in range(100):
                                with open(f"{folder}/{number}", "w") as file: file.write(str(number) * 99)
                        """, in: place)
                    try scratch.expect(0, "flush", "--wait")
                    for content in ["'new' * 5000", "os.urandom(16384).hex()[:16384]", "'a line'"] {
                        mock.resetCounts()
                        try scratch.python("import os\nopen('7/77', 'w').write(\(content))", in: place)
                        try scratch.expect(0, "flush", "--wait")
                        #expect((1...5).contains(mock.counts.total), "\(mock.counts)")
                    }
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

        @Test("a vault mounts, takes files and uploads while its server is away, and says what is not sent")
        func away() throws {
            try Scratch.withMock { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    try scratch.write("before", "before")
                    try scratch.expect(0, "upload", "before")
                    mock.leave()
                    try scratch.write("meanwhile", "meanwhile")
                    let outcome = try scratch.expect(0, "upload", "meanwhile")
                    #expect(outcome.errors.contains("not sent yet") && outcome.errors.contains("flush --wait"))
                    let begun = SystemTime.monotonic()
                    let place = try scratch.mount()
                    try scratch.python("open('mounted', 'w').write(open('before').read())", in: place)
                    #expect(SystemTime.monotonic() - begun < .seconds(5))
                    #expect(try scratch.remoteStatus()["state"]?.text != "published")
                    try scratch.expect(5, "flush", "--wait", "--timeout", "1s")
                    try mock.comeBack()
                    try scratch.waitUntilPublished()
                    try scratch.expect(0, "umount", place)
                }
            }
        }

        @Test("without an address nothing is sent anywhere, and verbs that need a remote say how to attach one")
        func noAddress() throws {
            try Scratch.with { scratch in
                try scratch.write("f", "f")
                try scratch.expect(0, "upload", "f")
                #expect(try scratch.expect(0, "status", "--json").json()["remote"] == .null)
                #expect(!Files.exists(scratch.vault() + "/remotes"))
                for arguments in [
                    ["sync"], ["flush", "--wait"], ["resolve", Self.anyName], ["quota"], ["login", "--test", "a@b.c"],
                ] {
                    let outcome = try scratch.run(arguments.map { SystemPath($0) })
                    #expect(outcome.status != 0 && !outcome.errors.contains("localhost"), "\(arguments): \(outcome)")
                    let helps = ["remote add", "--api", "CIPHERBOX"].contains { outcome.errors.contains($0) }
                    #expect(helps, "\(arguments): \(outcome)")
                }
            }
        }

        @Test("nothing that was put into a vault, and none of its names, stands at the server in plain")
        func plaintext() throws {
            try Scratch.withMock { mock in
                try Scratch.with { scratch in
                    try scratch.connect(to: mock.url)
                    let secret = "a secret that nobody else may read, 0123456789"
                    try scratch.write("telling name", secret)
                    try scratch.write("long telling name", String(repeating: secret, count: 10_000))
                    try scratch.expect(0, "upload", "telling name", "long telling name")
                    #expect(mock.objects.count >= 3)
                    for cid in mock.objects {
                        let bytes = try #require(try mock.object(cid))
                        let text = String(decoding: bytes, as: UTF8.self)
                        for word in ["nobody else may read", "telling name", Scratch.hostName] {
                            #expect(!text.contains(word), "\(cid)")
                        }
                    }
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
