import Core
import Primitives

/// The bytes of a hexadecimal literal in a test; empty when it is not one, which no expectation survives.
func hex(_ text: String) -> [UInt8] { Hex.decode(text) ?? [] }

func secret(_ text: String) -> SecretBytes { SecretBytes(copying: hex(text)) }
