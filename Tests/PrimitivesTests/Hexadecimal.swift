import Core

/// The bytes of a hexadecimal literal in a test; empty when it is not one, which no expectation survives.
func hex(_ text: String) -> [UInt8] { Hex.decode(text) ?? [] }
