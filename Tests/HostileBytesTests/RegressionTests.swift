import Core
import FuzzEntry
import Testing

/// Inputs that once did harm; each must be refused.
@Suite struct RegressionTests {
    struct Case: Sendable, CustomStringConvertible {
        let target: String
        let description: String
        let input: [UInt8]

        init(_ target: String, _ description: String, _ input: [UInt8]) {
            self.target = target
            self.description = description
            self.input = input
        }
    }

    private static let digest = [UInt8](repeating: 1, count: 32)
    private static let zeros = [UInt8](repeating: 0, count: 16)
    /// 2⁶³ − 1 as a varint.
    private static let greatest = [UInt8](repeating: 0xff, count: 8) + [0x7f]

    private static let session = """
        {"version":1,"api":"https://api.example","login":"a","generation":0,"access_token":"a.b.c","refresh_token":"r",\
        "arrived_nanoseconds":0,"arrived_seconds":
        """

    static let cases = [
        Case(
            "inventory", "a member ends beyond the address space: the sum trapped",
            [2] + digest + [0, 1] + digest + [3] + greatest + greatest),
        Case(
            "settings", "a session that arrived before all time: the difference trapped",
            [0] + Array("\(session)-9223372036854775808}".utf8)),
        Case(
            "settings", "a session that arrived at the end of time: its expiry trapped",
            [0] + Array("\(session)9223372036854775807}".utf8)),
        Case("changes", "a write that ends beyond every file", [4] + zeros + greatest + zeros[..<12] + [1, 7]),
        Case(
            "changes", "a time of more nanoseconds than a second has",
            [7] + zeros + [9] + zeros[..<8] + [0xff, 0, 0, 0]),
        Case("cid", "a K that is the sign of the Kelvin", [2] + Array("\u{212a}2".utf8)),
    ]

    @Test("what once did harm is refused", arguments: cases)
    func refused(_ regression: Case) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == regression.target })
        #expect(target.run(regression.input) == .refused)
    }
}
