import Core
import Naming
import Testing

@Suite struct DomainNameTests {
    private static let label = String(repeating: "a", count: 63)
    private static let long = Array(repeating: label, count: 3).joined(separator: ".")

    @Test(
        "a domain is read in either case, with or without a dot at its end",
        arguments: [
            ("example.org", "example.org"), ("EXAMPLE.Org.", "example.org"), ("xn--bcher-kva.example", nil),
            ("_dnslink.example.org", nil), ("1.2", nil), ("a-b.c", nil), (label + ".org", nil),
            // 253 characters.
            (long + "." + String(repeating: "b", count: 61), nil),
        ] as [(String, String?)])
    func domains(text: String, form: String?) throws {
        #expect(try DomainName(text).text == form ?? text)
    }

    @Test(
        "what DNS could not be asked for is no domain",
        arguments: [
            "", ".", "..", "org", "org.", ".org", "a..b", "a.b..", "a b.c", "-a.b", "a-.b", "a.-b", "a.b-", "ü.de",
            "a/b.c", "a.b\n", label + "a.org", long + "." + String(repeating: "b", count: 62), "a.\u{0}", "a.b:80",
        ])
    func refusals(text: String) {
        #expect(throws: MalformedBytes.self) { try DomainName(text) }
    }

    @Test(
        "a domain becomes one label and is read from it again",
        arguments: [
            ("example.org", "example-org"), ("en.wikipedia-on-ipfs.org", "en-wikipedia--on--ipfs-org"),
            ("a-b-c.d", "a--b--c-d"), ("xn--a.b", "xn----a-b"), ("_dnslink.a", "_dnslink-a"), ("a.b.c.d", "a-b-c-d"),
        ])
    func inlining(text: String, label: String) throws {
        let domain = try DomainName(text)
        #expect(domain.inlined == label)
        #expect(try DomainName(inlined: label) == domain)
        #expect(try DomainName(inlined: label.uppercased()) == domain)
    }

    @Test("a label has at most 63 characters, and each hyphen counts twice", arguments: [60, 61, 62])
    func length(count: Int) throws {
        let domain = try DomainName(String(repeating: "a", count: count) + ".b")
        #expect(domain.inlined?.utf8.count == (count <= 61 ? count + 2 : nil))
        let other = try DomainName("a-" + String(repeating: "a", count: count - 3) + ".b")
        #expect(other.inlined?.utf8.count == (count <= 61 ? count + 2 : nil))
    }

    @Test("no two domains have one label: every short text is read as one domain at most, and leads back")
    func exhaustive() {
        var texts = [""]
        for _ in 0..<7 { texts = texts + texts.flatMap { text in ["a", "b", "-"].map { text + $0 } } }
        var domains: Set<String> = []
        for label in Set(texts) {
            guard let domain = try? DomainName(inlined: label) else { continue }
            #expect(domain.inlined == label)
            #expect(domains.insert(domain.text).inserted)
        }
        #expect(domains.count > 100)
    }

    @Test("what is no label is refused", arguments: ["", "a", "a.b", "a--b", "-", "--", "a-", "a---b", label + "a"])
    func badLabels(label: String) {
        #expect(throws: MalformedBytes.self) { try DomainName(inlined: label) }
    }
}
