package import Core

extension RemoteURL: CustomStringConvertible {
    package init(_ text: String) throws(Failure) {
        if text.hasPrefix("dir:") { self = .directory(path: Array(text.utf8.dropFirst(4))); return }
        var base = text.hasPrefix("cipherbox+") ? String(text.dropFirst(10)) : text
        while base.hasSuffix("/") { base.removeLast() }
        guard base.hasPrefix("http") else { throw Failure(.usage, "no remote") }
        self = .cipherBox(base: base)
    }
    package var description: String {
        switch self {
        case .cipherBox(let base): "cipherbox+" + base
        case .directory(let path): "dir:" + String(decoding: path, as: UTF8.self)
        }
    }
}
internal import Storage
extension Remote {
    static func directory(name: String, path: [UInt8]) throws(Failure) -> Remote { throw Failure(.unsupported, "x") }
}
