import Control
import Core
import Testing
import Volumes

@Suite struct JSONTests {
    private static let moments: [Timestamp] = [
        Timestamp(seconds: 0), Timestamp(seconds: 0, nanoseconds: 1), Timestamp(seconds: -1, nanoseconds: 999_999_999),
        Timestamp(seconds: 951_782_400), Timestamp(seconds: 1_709_164_800, nanoseconds: 120_000_000),
        Timestamp(seconds: -62_167_219_200), Timestamp(seconds: -62_167_219_201), Timestamp(seconds: 253_402_300_799),
        Timestamp(seconds: 253_402_300_800), Timestamp(seconds: .max, nanoseconds: 5), Timestamp(seconds: .min),
    ]

    @Test("a time survives JSON to the nanosecond", arguments: moments)
    func times(time: Timestamp) throws {
        #expect(Timestamp(json: try JSON(parsing: time.json.bytes())) == time)
    }

    @Test("every day of eight hundred years survives JSON")
    func days() {
        for day in -146_097..<146_097 {
            let time = Timestamp(seconds: Int64(day) * 86_400 + 86_399)
            if Timestamp(json: time.json) != time {
                Issue.record("day \(day)")
                return
            }
        }
    }

    @Test("times are RFC 3339 text")
    func text() {
        #expect(Timestamp(seconds: 1_709_208_000).json == "2024-02-29T12:00:00Z")
        #expect(Timestamp(seconds: 1_709_208_000, nanoseconds: 20).json == "2024-02-29T12:00:00.000000020Z")
        #expect(
            Timestamp(json: "2024-02-29T12:00:00.5Z") == Timestamp(seconds: 1_709_208_000, nanoseconds: 500_000_000))
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2024-02-29T12:00:00", "2024-02-29 12:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.1234567890Z", "2024-01-01T00:00:0xZ", "+024-01-01T00:00:00Z",
            "2024-02-30T00:00:00Z",
        ])
    func badTimes(text: String) {
        #expect(Timestamp(json: JSON(text)) == nil)
        #expect(Timestamp(json: ["seconds": 1]) == nil)
        #expect(Timestamp(json: ["seconds": 1, "nanoseconds": 1_000_000_000]) == nil)
    }

    @Test("a file survives JSON, whatever its kind and its name", arguments: FileKind.allCases)
    func files(kind: FileKind) throws {
        for bytes in [Array("a".utf8), [0xff, 0x00, 0x2f], [], Array("ä\"\\\n".utf8)] as [[UInt8]] {
            var attributes = Attributes(
                kind: kind, permissions: 0o7777, owner: .max, group: 0, device: .max, now: Timestamp(seconds: 3))
            attributes.accessed = Timestamp(seconds: 1)
            attributes.modified = Timestamp(seconds: 2, nanoseconds: 9)
            attributes.born = Timestamp(seconds: -4)
            let info = FileInfo(
                name: Name(bytes), attributes: attributes, inode: .max, links: .max, size: .max, allocated: 1,
                target: kind == .symlink ? bytes : nil, cid: kind == .regular ? "bafy" : nil)
            #expect(FileInfo(json: try JSON(parsing: info.json.bytes(.pretty))) == info)
        }
    }

    @Test("a file's JSON names what scripts rely on")
    func fileMembers() throws {
        let attributes = Attributes(kind: .regular, permissions: 0o40, owner: 1, group: 2, now: Timestamp(seconds: 0))
        let info = FileInfo(name: Name([0xff]), attributes: attributes, inode: 3, links: 4, size: 5, allocated: 6)
        let json = info.json
        #expect(json["mode"] == "0040")
        #expect(json["kind"] == "file")
        #expect(json["name"] == "\\xff")
        #expect(json["name_base64"] == "/w==")
        for key in try #require(json.members?.map(\.key)) where key != "name_base64" && key != "cid" && key != "target"
        {
            let without = JSON.object(try #require(json.members).filter { $0.key != key && $0.key != "name_base64" })
            #expect(FileInfo(json: without) == nil, "\(key)")
        }
    }

    @Test("attributes to be set survive JSON, and a wrong one is refused, not ignored")
    func attributes() throws {
        let all = StoredAttributes(
            permissions: 0, owner: .max, group: 1, modified: Timestamp(seconds: 2, nanoseconds: 3))
        for value in [all, StoredAttributes(), StoredAttributes(owner: 0)] {
            #expect(StoredAttributes(json: try JSON(parsing: value.json.bytes())) == value)
        }
        for wrong in [["mode": "0888"], ["mode": "10000"], ["uid": -1], ["gid": "1"], ["modified": "now"], 5] as [JSON]
        {
            #expect(StoredAttributes(json: wrong) == nil)
        }
    }

    @Test("a status survives JSON, with and without what it may lack", arguments: [true, false])
    func status(isFull: Bool) throws {
        let status = VaultStatus(
            vault: "v", ipnsName: "k", device: "d",
            remote: isFull ? Self.remote(.sending) : nil, files: 1,
            contentBytes: .max,
            storeBytes: 3, objects: 4, pendingChanges: 5, unsyncedChanges: 6,
            lastCommit: isFull ? Timestamp(seconds: 7, nanoseconds: 8) : nil, commitCount: 9,
            checkWords: isFull ? "a b c d" : nil, mountpoint: isFull ? "/m" : nil, process: 10,
            troubles: isFull ? ["a", ""] : [])
        #expect(VaultStatus(json: try JSON(parsing: status.json.bytes())) == status)
    }

    private static func remote(_ state: RemoteStatus.State) -> RemoteStatus {
        RemoteStatus(
            name: "r", address: "cipherbox+https://h", state: state, oldestPending: .milliseconds(1500),
            lastPublished: Timestamp(seconds: 7, nanoseconds: 8), sentBytes: 1, totalBytes: .max, problem: "p",
            advice: "a", diverged: ["x", "y"])
    }

    @Test("what is told of a remote survives JSON", arguments: RemoteStatus.State.allCases)
    func remotes(state: RemoteStatus.State) throws {
        for remote in [Self.remote(state), RemoteStatus(name: "", address: "", state: state)] {
            #expect(RemoteStatus(json: try JSON(parsing: remote.json.bytes())) == remote)
        }
        for report in [SyncReport(tookIn: "d", diverged: ["e"], isPublished: false), SyncReport(isPublished: true)] {
            #expect(SyncReport(json: try JSON(parsing: report.json.bytes())) == report)
        }
    }
}
