import Naming
import Testing

@Suite struct IPNSNameTests {
    @Test("a key that is not 32 bytes long names nothing")
    func wrongLength() {
        for length in [0, 31, 33] {
            #expect(throws: (any Error).self) { try IPNSName(ed25519: [UInt8](repeating: 1, count: length)) }
        }
    }
}
