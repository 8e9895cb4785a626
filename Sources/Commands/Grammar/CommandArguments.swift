internal import Core
internal import Glibc

/// What the process was started with, as bytes.
package struct CommandArguments: Sendable {
    /// `argv[0]`.
    package var program: [UInt8]
    package var words: [[UInt8]]
    package let environment: CommandEnvironment

    package init(program: [UInt8], words: [[UInt8]], environment: CommandEnvironment) {
        self.program = program
        self.words = words
        self.environment = environment
    }

    /// The arguments of this process; `CommandLine.arguments` would repair bytes that are not UTF-8.
    package static func fromProcess() -> CommandArguments {
        var words: [[UInt8]] = []
        for index in 0..<Int(CommandLine.argc) {
            guard let word = unsafe CommandLine.unsafeArgv[index] else { continue }
            words.append(unsafe bytes(word))
        }
        let program = words.isEmpty ? Array("cbstore".utf8) : words.removeFirst()
        return CommandArguments(program: program, words: words, environment: .fromProcess())
    }

    fileprivate static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
}

/// The environment variables of a process; an empty one counts as unset.
package struct CommandEnvironment: Sendable {
    private let values: [[UInt8]: [UInt8]]

    package init(_ values: [String: String] = [:]) {
        self.values = Dictionary(
            values.map { (Array($0.key.utf8), Array($0.value.utf8)) }, uniquingKeysWith: { first, _ in first })
    }

    private init(bytes values: [[UInt8]: [UInt8]]) { self.values = values }

    /// A copy taken now: later changes by others do not reach it.
    package static func fromProcess() -> CommandEnvironment {
        var values: [[UInt8]: [UInt8]] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let bytes = unsafe CommandArguments.bytes(entry)
            if let equals = bytes.firstIndex(of: UInt8(ascii: "=")), values[Array(bytes[..<equals])] == nil {
                values[Array(bytes[..<equals])] = Array(bytes[(equals + 1)...])
            }
            unsafe next += 1
        }
        return CommandEnvironment(bytes: values)
    }

    /// Every variable but one as `NAME=value`, with another one more, for a process to be started.
    func words(adding name: String, _ value: String, without secret: String) -> [[UInt8]] {
        var values = self.values
        values[Array(secret.utf8)] = nil
        values[Array(name.utf8)] = Array(value.utf8)
        return values.map { $0.key + [UInt8(ascii: "=")] + $0.value }
    }

    package subscript(_ name: String) -> [UInt8]? {
        guard let value = values[Array(name.utf8)], !value.isEmpty else { return nil }
        return value
    }
}
