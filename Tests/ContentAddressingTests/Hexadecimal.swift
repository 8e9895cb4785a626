import Core
import Testing

/// The bytes of a hexadecimal literal in a test.
func hex(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [UInt8] {
    try #require(Hex.decode(text), "\(text) is not hexadecimal", sourceLocation: sourceLocation)
}
