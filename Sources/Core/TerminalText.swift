/// Text on its way to a terminal or a log.
package enum TerminalText {
    /// The text with every control character but those in `keeping` written as `\xNN`: what comes from elsewhere can
    /// neither begin a line of its own nor steer the terminal.
    package static func safe(_ text: String, keeping: Set<Unicode.Scalar> = []) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control, !keeping.contains(scalar) {
                safe += "\\x" + Hex.encode([UInt8(truncatingIfNeeded: scalar.value)])
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }
}
