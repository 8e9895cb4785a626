import ContentAddressing
import Core
import Naming
import Remotes
import Storage
import Testing

/// A folder that is removed, with the files in it, when the test ends.
private final class Folder {
    let path = Array("/tmp/cbstore-remotes-\(UInt64.random(in: 0 ... .max))".utf8)

    init() throws { try Files.makeDirectory(path) }

    deinit {
        for name in FolderListing.names(in: path) { try? Files.remove(Files.join(path, name.bytes)) }
        try? Files.removeDirectory(path)
    }

    subscript(_ name: String) -> [UInt8] { Files.join(path, name) }
}

@Suite struct AttachedRemotesTests {
    @Test("remotes are kept in their order, paths that are not UTF-8 among them")
    func order() throws {
        let folder = try Folder()
        let entries = [
            AttachedRemotes.Entry(name: "b", url: try RemoteURL("cipherbox+https://api.example.org/v1/")),
            AttachedRemotes.Entry(name: "a", url: .directory(path: [0x2f, 0xff, 0x20])),
        ]
        for entry in entries {
            try AttachedRemotes.change(at: folder["remotes.json"]) { (list) throws(Failure) in try list.add(entry) }
        }
        #expect(try AttachedRemotes(reading: folder["remotes.json"]).entries == entries)
        try AttachedRemotes.change(at: folder["remotes.json"]) { (list) throws(Failure) in try list.remove("b") }
        #expect(try AttachedRemotes(reading: folder["remotes.json"]).entries == [entries[1]])
        #expect(try Files.mode(of: folder["remotes.json"]) & 0o777 == 0o600)
    }

    @Test(
        "a name is taken once, has plain letters, and must be there to be removed",
        arguments: [
            ("a", FailureCode.alreadyExists), ("", .usage), ("-a", .usage), (".a", .usage), ("a b", .usage),
            ("ä", .usage),
        ])
    func names(_ name: String, _ code: FailureCode) throws {
        var list = AttachedRemotes()
        try list.add(.init(name: "a", url: .directory(path: [0x2f])))
        #expect { try list.add(.init(name: name, url: .directory(path: [0x2f]))) } throws: {
            ($0 as? Failure)?.code == code
        }
        #expect { try list.remove("b") } throws: { ($0 as? Failure)?.code == .notFound }
        #expect(list.entries.count == 1)
    }

    @Test(
        "a file that is no list is damage, and not an empty list",
        arguments: [
            "", "[]", "{}", #"{"version":1}"#, #"{"version":2,"remotes":[]}"#, #"{"version":1,"remotes":[{}]}"#,
        ])
    func damaged(_ text: String) throws {
        let folder = try Folder()
        try Files.writeAtomically(folder["remotes.json"], Array(text.utf8))
        #expect { try AttachedRemotes(reading: folder["remotes.json"]) } throws: {
            ($0 as? Failure)?.code == .damaged
        }
        #expect(throws: Failure.self) {
            try AttachedRemotes.change(at: folder["remotes.json"]) { (list) throws(Failure) in
                try list.add(.init(name: "a", url: .directory(path: [0x2f])))
            }
        }
        #expect(try Files.readWhole(folder["remotes.json"], limit: 1000) == Array(text.utf8))
    }
}

@Suite struct PinLedgerTests {
    @Test("a pin is one for each object and remote")
    func pins() throws {
        let folder = try Folder()
        let cids = (0..<3).map { ObjectCID.cid(of: [UInt8($0)]) }
        func pin(_ index: Int, _ remote: String, _ isVaults: Bool) -> PinLedger.Pin {
            .init(cid: cids[index], remote: remote, pinned: Timestamp(seconds: 5), isVaults: isVaults)
        }
        for added in [pin(0, "a", false), pin(0, "b", true), pin(1, "a", false), pin(0, "a", true)] {
            try PinLedger.change(at: folder["pins.json"]) { (ledger) throws(Failure) in ledger.add(added) }
        }
        let ledger = try PinLedger(reading: folder["pins.json"])
        #expect(ledger.pins == [pin(0, "b", true), pin(1, "a", false), pin(0, "a", true)])
        #expect(ledger.pin(cids[2], at: "a") == nil)
        try PinLedger.change(at: folder["pins.json"]) { (ledger) throws(Failure) in ledger.remove(cids[0], at: "a") }
        #expect(try PinLedger(reading: folder["pins.json"]).pins.count == 2)
    }
}

@Suite struct PublishingKeyTests {
    @Test("the key 'self' is made once and stays; no other is made")
    func keys() throws {
        let folder = try Folder()
        let name = try PublishingKey(PublishingKey.standard, in: KeyFolder(folder.path)).name
        #expect(try PublishingKey(PublishingKey.standard, in: KeyFolder(folder.path)).name == name)
        #expect(try Files.mode(of: folder["self.key"]) & 0o777 == 0o600)
        #expect { try PublishingKey("other", in: KeyFolder(folder.path)) } throws: {
            ($0 as? Failure)?.code == .notFound
        }
        #expect { try PublishingKey("../self", in: KeyFolder(folder.path)) } throws: {
            ($0 as? Failure)?.code == .usage
        }
        var bytes = try Files.readWhole(folder["self.key"], limit: 100)
        bytes[10] ^= 1
        try Files.writeAtomically(folder["self.key"], bytes)
        #expect { try PublishingKey("self", in: KeyFolder(folder.path)) } throws: { ($0 as? Failure)?.code == .damaged }
    }

    @Test("the next number is above everything that was made or published, and above what could be true of a hint")
    func numbers() throws {
        let folder = try Folder()
        let key = try PublishingKey(PublishingKey.standard, in: KeyFolder(folder.path))
        func record(_ sequence: UInt64) -> NameRecord {
            .signed(
                value: "/ipfs/x", sequence: sequence, validUntil: Timestamp(seconds: 4_000_000_000),
                timeToLive: .zero, by: key.signing)
        }
        func hint(_ sequence: UInt64) -> NameAnswer {
            NameAnswer(value: "/ipfs/x", sequence: sequence, doubt: Failure(.unsupported, "unsigned"))
        }
        #expect(try key.nextSequence(after: nil) == 0)
        #expect(try key.nextSequence(after: hint(5)) == 6)
        #expect(try key.nextSequence(after: hint(.max)) == 0)
        let made = try key.makeRecord(
            ContentPath("/ipfs/bafkqaaa"), sequence: 7, terms: RecordTerms(lifetime: .seconds(60), timeToLive: nil))
        #expect(made.timeToLive == .seconds(60))
        #expect(try key.lastRecord() == made)
        #expect(try key.nextSequence(after: nil) == 8)
        #expect(try key.nextSequence(after: hint(3)) == 8)
        #expect(try key.nextSequence(after: hint(999_999)) == 1_000_000)
        #expect(try key.nextSequence(after: hint(5_000_000)) == 8)
        #expect(try key.nextSequence(after: NameAnswer(record(5_000_000))) == 5_000_001)
        #expect { try key.nextSequence(after: NameAnswer(record(.max))) } throws: {
            ($0 as? Failure)?.code == .overLimit
        }
    }
}

@Suite struct DomainTextsTests {
    @Test(
        "the address of a DNS server is four numbers and a port", arguments: ["127.0.0.1:53", "255.255.255.255:65535"])
    func addresses(_ text: String) throws {
        _ = try DomainTexts(server: text)
    }

    @Test(
        "what is no address of a DNS server is refused",
        arguments: [
            "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0:53", "1.2.3.4.5:53",
            "256.0.0.1:53", "1.2.3.4.:53", "1.2.x.3.4:53", "::1:53",
        ])
    func otherAddresses(_ text: String) {
        do throws(Failure) {
            _ = try DomainTexts(server: text)
            Issue.record("it was accepted")
        } catch {
            #expect(error.code == .usage)
        }
    }
}
