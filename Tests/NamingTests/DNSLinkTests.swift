import ContentAddressing
import Core
import Naming
import Testing

@Suite struct DNSLinkTests {
    private static let cid = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
    private static let key = "k51qzi5uqu5dg9ufswxt229ntzdy7p4125xzv5rtyjso89ajdujg6csfxcj260"

    private func value(_ records: [String]) throws -> ContentPath {
        try DNSLink.value(in: records.map { Array($0.utf8) }, of: DomainName("example.org"))
    }

    private func refusal(_ records: [[UInt8]]) throws -> FailureCode? {
        let domain = try DomainName("example.org")
        do throws(Failure) {
            _ = try DNSLink.value(in: records, of: domain)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("the question goes to a name below the domain")
    func host() throws {
        #expect(DNSLink.host(of: try DomainName("Docs.Example.org.")) == "_dnslink.docs.example.org")
    }

    @Test(
        "a text record says what a domain stands for",
        arguments: [
            ("/ipfs/" + cid, nil), ("/ipfs/" + cid + "/a b/ü", nil), ("/ipns/" + key, nil),
            ("/ipns/" + key + "/x/", nil),
            ("/ipns/Docs.Example.net/y", "/ipns/docs.example.net/y"), ("/ipfs/" + cid + "/=equals", nil),
            ("/ipns/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB", "/ipns/" + key),
            ("/ipfs/QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3", nil),
        ] as [(String, String?)])
    func values(text: String, form: String?) throws {
        #expect(try value(["dnslink=" + text]).description == form ?? text)
    }

    @Test(
        "a record of another form is passed over, alone and beside one that counts",
        arguments: [
            "", "v=spf1 -all", "dnslink", "dnslink=", "dnslink=/", "dnslink=/ipfs/", "dnslink=/ipns/",
            "dnslink=/ipfs/x",
            "DNSLINK=/ipfs/" + cid, " dnslink=/ipfs/" + cid, "dnslink= /ipfs/" + cid, "dnslink=/ipfs/" + cid + " ",
            "dnslink =/ipfs/" + cid, "dnslink=" + cid, "/ipfs/" + cid, "dnslink=/dat/abc", "dnslink=/IPFS/" + cid,
            "dnslink=/ipns/" + cid, "dnslink=/ipns/nobody", "dnslink=/ipfs/" + cid + "x", "dnslink=//ipfs/" + cid,
            "dnslink=/ipfs/" + cid + "/" + String(repeating: "x", count: NameLimits.valueBytes),
        ])
    func junk(record: String) throws {
        #expect(try refusal([Array(record.utf8)]) == .notFound)
        let mixed = [record, "dnslink=/ipfs/" + Self.cid, record]
        #expect(try value(mixed).root == .content(CID(Self.cid)))
    }

    @Test("bytes that are no text are passed over")
    func bytes() throws {
        #expect(try refusal([Array("dnslink=/ipfs/\(Self.cid)/".utf8) + [0xff]]) == .notFound)
        #expect(try refusal([]) == .notFound)
    }

    @Test("two records that count are refused, even when they say the same")
    func several() throws {
        let record = Array("dnslink=/ipfs/\(Self.cid)".utf8)
        #expect(try refusal([record, record]) == .conflict)
        #expect(try refusal([record, Array("dnslink=/ipns/example.net".utf8)]) == .conflict)
    }

    /// What each host's records say, as a small DNS.
    private func follow(_ domain: String, _ hosts: [String: String]) throws -> ContentPath {
        try DNSLink.follow(try DomainName(domain)) { host in hosts[host].map { [Array("dnslink=\($0)".utf8)] } ?? [] }
    }

    @Test("a chain of domains is followed to its end, and paths come behind one another")
    func chain() throws {
        let hosts = [
            "_dnslink.a.org": "/ipns/b.org/one", "_dnslink.b.org": "/ipns/c.org/two/",
            "_dnslink.c.org": "/ipfs/" + Self.cid,
            "_dnslink.k.org": "/ipns/\(Self.key)/x", "_dnslink.gone.org": "/ipns/nowhere.org",
        ]
        #expect(try follow("a.org", hosts).description == "/ipfs/\(Self.cid)/two/one")
        #expect(try follow("b.org", hosts).description == "/ipfs/\(Self.cid)/two/")
        #expect(try follow("k.org", hosts).description == "/ipns/\(Self.key)/x")
        #expect { try follow("gone.org", hosts) } throws: {
            ($0 as? Failure)?.code == .notFound && ($0 as? Failure)?.message.contains("nowhere.org") == true
        }
    }

    @Test("a chain of 32 names has an end, a longer one and a circle count as endless", arguments: [32, 33])
    func endless(count: Int) throws {
        var hosts = ["_dnslink.0.org": "/ipfs/" + Self.cid, "_dnslink.circle.org": "/ipns/circle.org"]
        for number in 1..<count { hosts["_dnslink.\(number).org"] = "/ipns/\(number - 1).org" }
        if count == DNSLink.recursionLimit {
            #expect(try follow("\(count - 1).org", hosts).description == "/ipfs/" + Self.cid)
        } else {
            #expect { try follow("\(count - 1).org", hosts) } throws: { ($0 as? Failure)?.code == .tooManyLinks }
        }
        #expect { try follow("circle.org", hosts) } throws: { ($0 as? Failure)?.code == .tooManyLinks }
    }
}
