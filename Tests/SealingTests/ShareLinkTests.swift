import ContentAddressing
import Core
import Sealing
import Testing

@Suite struct ShareLinkTests {
    private static let cid = "bafkreigcr7yqazzdfiqdnviichyofmab63cbfbksdsq5rrtoeqoblmdkae"
    /// The bytes 0xfb, 0xff … in base64url, whose last character holds four bits.
    private static let secret = "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s"
    private static let text = "cbstore://\(cid)#\(secret)"

    private func failure(_ text: String) -> Failure? {
        do throws(Failure) {
            _ = try ShareLink(parsing: text)
            return nil
        } catch { return error }
    }

    @Test("a link comes back from its text, byte for byte")
    func roundTrip() throws {
        let link = try ShareLink(parsing: Self.text)
        #expect(link.text == Self.text && "\(link.cid)" == Self.cid)
        #expect(Self.text.utf8.count == 113)
        #expect(try ShareLink(parsing: link.text) == link)
    }

    @Test("a link shows its secret in its text and nowhere else")
    func secrecy() throws {
        let link = try ShareLink(parsing: Self.text)
        var dumped = ""
        dump(link, to: &dumped)
        var dumpedOptional = ""
        dump([Optional(link)], to: &dumpedOptional)
        for shown in [
            "\(link)", String(describing: link), String(reflecting: link), "\([link])", dumped, dumpedOptional,
        ] {
            #expect(shown.contains(Self.cid) && !shown.contains(Self.secret), "\(shown)")
        }
    }

    private static let wrong: [String] = [
        "", "cbstore://", cid, "#\(secret)", "cbstore://\(cid)", "cbstore://\(cid)#", "cbstore://#\(secret)",
        "CBSTORE://\(cid)#\(secret)", "http://\(cid)#\(secret)", "cbstore:\(cid)#\(secret)", " \(text)", "\(text) ",
        "\(text)\n", "\(text)#", "cbstore://\(cid)##\(secret)", "cbstore://\(cid)/#\(secret)",
        "cbstore://\(cid)?a=b#\(secret)", "cbstore://\(cid)#\(secret.dropLast())", "cbstore://\(cid)#\(secret)A",
        "cbstore://\(cid)#\(secret)=", "cbstore://\(cid)#\(secret.dropLast(2))",
        // Another way to write the same last byte, the other alphabet, and what only looks alike.
        "cbstore://\(cid)#\(secret.dropLast())t", "cbstore://\(cid)#+\(secret.dropFirst())",
        "cbstore://\(cid)#/\(secret.dropFirst())", "cbstore://\(cid)#\(secret)\u{301}",
        "cbstore://\(cid.uppercased())#\(secret)", "cbstore://B\(cid.dropFirst().uppercased())#\(secret)",
        "cbstore://\(cid.dropLast())#\(secret)", "cbstore://\(cid)a#\(secret)",
        // Not the CID of one raw block with a SHA-256: a larger object, a version 0, a name, another base.
        "cbstore://bafybeiafo62p5g7sszdjqjkuxkzfijvbkoas7hcydccuh4jerigu7jyfuq#\(secret)",
        "cbstore://QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR#\(secret)",
        "cbstore://k51qzi5uqu5dljtg5upm7x7ugan9lql3ewyknv4r4mhhkwzn8n7cnbd1unfwgq#\(secret)",
        "cbstore://bafzaajaiaejcbv22taayfmikw7kux7wtzfsaooqo4fzphwvgems26aq2nd3qoui2#\(secret)",
        "cbstore://" + String(repeating: "a", count: 1_000_000), String(repeating: "#", count: 300),
    ]

    @Test("what is no link, or is spelled in another way, is refused without repeating it", arguments: wrong)
    func refusals(text: String) {
        let failure = failure(text)
        #expect(failure?.code == .invalid)
        #expect(failure.map { !"\($0)".contains(Self.secret.dropLast(2)) } == true)
    }

    @Test("each change of a character is refused or is another link")
    func changes() throws {
        let right = try ShareLink(parsing: Self.text)
        let characters = Array(Self.text.utf8)
        for place in characters.indices {
            for bit in 0..<7 {
                var changed = characters
                changed[place] ^= 1 << UInt8(bit)
                guard let other = try? ShareLink(parsing: String(decoding: changed, as: UTF8.self)) else { continue }
                #expect(other != right && Array(other.text.utf8) == changed)
            }
        }
    }
}
