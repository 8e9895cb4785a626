import Core
import Testing

@Suite struct PercentCodingTests {
    @Test("every byte survives encoding, and only unreserved ones stay as they are")
    func roundTrip() {
        let bytes: [UInt8] = Array(0...255)
        let text = PercentCoding.encode(bytes)
        #expect(PercentCoding.decode(Array(text.utf8)) == bytes)
        #expect(PercentCoding.encode("a-Z_0.~".utf8) == "a-Z_0.~")
        #expect(PercentCoding.encode("a/b c%+?&".utf8) == "a%2Fb%20c%25%2B%3F%26")
    }

    @Test("a broken escape is refused", arguments: ["%", "a%2", "%zz", "%0g", "%%41"])
    func broken(text: String) { #expect(PercentCoding.decode(Array(text.utf8)) == nil) }

    @Test("either case of digits decodes, and a plus stays a plus")
    func cases() { #expect(PercentCoding.decode(Array("%2f%2F+".utf8)) == Array("//+".utf8)) }
}

@Suite struct HeaderFieldsTests {
    @Test("names compare without case, and setting replaces every field of a name")
    func names() {
        var fields: HeaderFields = ["Content-Type": "a"]
        fields.append("content-type", "b")
        #expect(fields["CONTENT-TYPE"] == "a")
        fields["Content-type"] = "c"
        #expect(fields.fields.map(\.value) == ["c"])
        fields["content-TYPE"] = nil
        #expect(fields.isEmpty)
    }
}

@Suite struct FailureJSONTests {
    @Test(
        "a failure survives JSON with message, advice, code and the text of its cause", arguments: FailureCode.allCases)
    func roundTrip(code: FailureCode) throws {
        let failure = Failure(code, "what\nhappened \"here\"", advice: "do é", cause: MalformedBytes("below"))
        let told = try #require(Failure(json: try JSON(parsing: failure.json.bytes())))
        #expect(told.code == code)
        #expect(told.description == failure.description)
        let plain = try #require(Failure(json: Failure(code, "m").json))
        #expect(plain.advice == nil)
        #expect(plain.cause == nil)
    }

    @Test("an unknown code is other, and what has no message is no failure")
    func unknown() {
        #expect(Failure(json: ["error": "e", "code": "of the future"])?.code == .other)
        #expect(Failure(json: ["code": "io"]) == nil)
    }
}
