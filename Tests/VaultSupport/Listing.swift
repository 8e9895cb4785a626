package import Core
internal import Primitives
package import Vaults
internal import Volumes

extension NativeVolume {
    /// One line for each name: kind, permissions, owner, group, device, links, size, times, SHA-256 of the content or
    /// the target, extended attributes, path. Reads everything, and blocks.
    package func listing() throws(Failure) -> String {
        var lines: [String] = []
        try list(.root, "", &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func shown(_ value: [UInt8]) -> String {
        value.count <= 64 ? Hex.encode(value) : "#" + Hex.encode(SHA256.digest(of: value).bytes)
    }

    private func list(_ file: FileID, _ path: String, _ lines: inout [String]) throws(Failure) {
        guard let record = try satisfying({ () throws(VolumeError) in try self.record(of: file) }) else {
            throw Failure(.notFound, "\(path) leads to no file")
        }
        let content: [UInt8]
        if let target = record.target { content = target } else { content = try bytes(of: file, in: 0..<record.size) }
        var extended: [String] = []
        for name in try satisfying({ () throws(VolumeError) in try extendedAttributeNames(of: file) }) {
            let value = try satisfying { () throws(VolumeError) in try extendedAttribute(name, of: file) }
            extended.append("\(name.escaped)=\(Self.shown(value ?? []))")
        }
        let attributes = record.attributes
        let times = [attributes.accessed, attributes.modified, attributes.changed, attributes.born]
            .map { "\($0.seconds)." + String(String(1_000_000_000 + $0.nanoseconds).dropFirst()) }
        let numbers = [
            "\(attributes.kind)", String(attributes.permissions, radix: 8), "\(attributes.owner)",
            "\(attributes.group)", "\(attributes.device)", "\(record.names)", "\(record.size)",
        ]
        let rest = [Hex.encode(SHA256.digest(of: content).bytes), extended.joined(separator: ","), path]
        lines.append((numbers + times + rest).joined(separator: " "))
        let entries = try satisfying { () throws(VolumeError) in
            try children(of: file, after: nil, limit: .max)
        }
        for entry in entries { try list(entry.child.file, path + "/" + entry.name.escaped, &lines) }
    }
}
