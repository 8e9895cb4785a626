import Core
import Remotes
import Testing

@Suite struct RemoteURLTests {
    @Test(
        "an address has one spelling, which gives it again",
        arguments: [
            ("cipherbox+https://api.example.com", "https://api.example.com"),
            ("https://api.example.com/", "https://api.example.com"),
            ("HTTPS://API.Example.Com:443///", "https://api.example.com"),
            ("cipherbox+https://h:8443/v1//x/", "https://h:8443/v1/x"),
            ("https://[2001:DB8::1]:3000", "https://[2001:db8::1]:3000"),
            ("http://localhost:3000", "http://localhost:3000"), ("http://127.0.0.1:80/", "http://127.0.0.1"),
            ("cipherbox+http://[::1]:3000/api", "http://[::1]:3000/api"),
            ("http://api.localhost", "http://api.localhost"),
            ("https://h/Case/%7Ekept", "https://h/Case/%7Ekept"),
        ])
    func services(text: String, base: String) throws {
        let url = try RemoteURL(text)
        #expect(url == .cipherBox(base: base))
        #expect(url.description == "cipherbox+" + base)
        #expect(try RemoteURL(url.description) == url)
        #expect(try RemoteURL(url.bytes) == url)
    }

    @Test(
        "a folder's address is its absolute path",
        arguments: [
            ("dir:/mnt/nas", "/mnt/nas"), ("dir:///mnt//nas/./x/", "/mnt/nas/x"), ("dir:/a/../b", "/a/../b"),
            ("dir:/", "/"), ("dir:/a b?c#d@e:é", "/a b?c#d@e:é"),
        ])
    func folders(text: String, path: String) throws {
        let url = try RemoteURL(text)
        #expect(url == .directory(path: Array(path.utf8)))
        #expect(url.description == "dir:" + path)
        #expect(try RemoteURL(url.description) == url)
    }

    @Test("a path that is not UTF-8 survives as bytes, and is shown escaped")
    func bytes() throws {
        let url = try RemoteURL(Array("dir:/a".utf8) + [0xff])
        #expect(url == .directory(path: [0x2f, 0x61, 0xff]))
        #expect(try RemoteURL(url.bytes) == url)
        #expect(url.description == "dir:/a\\xff")
    }

    @Test(
        "what cannot be an address is refused",
        arguments: [
            "", "api.example.com", "https://", "https:///x", "https://:443", "https://h:", "https://h:0",
            "https://h:65536", "https://h:+1", "https://h:8x", "https://-h", "https://h-", "https://a..b",
            "https://h./x", "https://h h", "https://é.com", "https://[::1", "https://[]", "https://[::g]",
            "https://h/a b", "https://h/../x", "https://h/a\\b", "https://h\n", "dir:", "dir:relative", "dir:./x",
            "dir:/a\0b", "https://" + String(repeating: "a", count: 64),
            "https://h/" + String(repeating: "a", count: 3000),
        ])
    func refusals(text: String) {
        let failure = #expect(throws: Failure.self) { try RemoteURL(text) }
        #expect(failure?.code == .usage)
    }

    @Test("other kinds of remote are said to be unknown", arguments: ["s3+https://h/b", "kubo+http://h:1", "ftp://h"])
    func otherKinds(text: String) {
        let failure = #expect(throws: Failure.self) { try RemoteURL(text) }
        #expect(failure?.code == .unsupported)
    }

    @Test(
        "addresses without encryption are for this machine only",
        arguments: [
            "http://example.com", "cipherbox+http://192.168.1.2:3000", "http://localhost.example.com",
            "http://127.0.0.1.example.com", "http://1270.0.0.1", "http://[::2]", "http://127.0.0.256",
        ])
    func plain(text: String) {
        let failure = #expect(throws: Failure.self) { try RemoteURL(text) }
        #expect(failure?.code == .usage)
        #expect(failure?.advice?.contains("https") == true)
    }

    @Test(
        "a secret in an address is refused, and not repeated",
        arguments: [
            "https://user:hunter2@example.com", "https://hunter2@example.com/x", "https://example.com/?token=hunter2",
            "https://example.com/#hunter2", "http://user:hunter2@localhost", "hunter2", "https://example.com:hunter2",
        ])
    func secrets(text: String) {
        let failure = #expect(throws: Failure.self) { try RemoteURL(text) }
        #expect(failure?.code == .usage)
        #expect(failure?.description.contains("hunter2") == false)
    }
}
