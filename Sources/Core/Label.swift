/// The names that users give to vaults, remotes and keys, and that become names of files.
package enum Label {
    private static let greatestLength = 64

    /// Refuses a label that is not plain: letters, digits, `-`, `_` and `.`, beginning with a letter, a digit or `_`.
    ///
    /// `thing` says in the message what it should have named.
    package static func check(_ text: String, of thing: String) throws(Failure) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
            default: false
            }
        }
        guard isPlain, (1...greatestLength).contains(text.utf8.count), text.first != "-", text.first != "." else {
            throw Failure(
                .usage, "'\(Name(text).escaped)' cannot name \(thing)",
                advice: "use up to \(greatestLength) letters, digits, '-', '_' and '.', neither '-' nor '.' first")
        }
    }
}
