/// A secret text that a server gave: it goes into requests and the session file, and never prints itself.
package struct Token: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package let text: String

    /// Nil for what cannot be a token: empty, too long, or with a character that a header field must not have.
    package init?(_ text: String) {
        guard (1...RemoteLimits.tokenBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        self.text = text
    }

    /// A secret that a person chose and that travels in a body: any text but none.
    package init?(secret text: String) {
        guard (1...RemoteLimits.tokenBytes).contains(text.utf8.count) else { return nil }
        self.text = text
    }

    package var description: String { "(token)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
