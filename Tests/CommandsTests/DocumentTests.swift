import Core
import Testing

/// What the documents promise, they promise with the names of tests; here it is seen to that those are there.
@Suite struct DocumentTests {
    private static let shortened = [
        "MOUNT": "MountSupport", "FS": "FileSystemTests", "V": "VaultsTests", "STORE": "LocalStoreTests",
        "N": "Integration/Network",
    ]

    /// A file of the repository, by its path in there.
    private func text(_ path: String) throws -> String {
        let place = Files.join(Files.split(Array(#filePath.utf8)).folder, "../../" + path)
        return String(decoding: try Files.readWhole(place, limit: 1 << 20), as: UTF8.self)
    }

    /// The text of each numbered point of the semantics, on one line.
    private func points() throws -> [(number: Int, text: String)] {
        let text = try text("docs/semantics.md")
        var points: [(number: Int, text: String)] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let match = line.firstMatch(of: /^(\d+)\. (.*)$/) {
                points.append((Int(match.1) ?? 0, String(match.2)))
            } else if line.hasPrefix(" "), !points.isEmpty {
                points[points.count - 1].text += " " + line.drop { $0 == " " }
            }
        }
        return points
    }

    /// The file behind a name as the page has it.
    private func source(_ place: String) throws -> String {
        let parts = place.split(separator: "/", maxSplits: 1).map(String.init)
        let folder = Self.shortened[parts[0]] ?? parts[0]
        return try text("Tests/" + ([folder] + parts.dropFirst()).joined(separator: "/") + ".swift")
    }

    @Test("every point of the semantics ends with tests that are there")
    func semantics() throws {
        let points = try points()
        #expect(points.map(\.number) == Array(1...max(1, points.count)))
        #expect(points.count > 60)
        for point in points {
            guard let brackets = point.text.firstMatch(of: /\[([^\]]*)\]$/) else {
                Issue.record("\(point.number) names no test")
                continue
            }
            for reference in brackets.1.split(separator: "; ") where reference != "pjdfstest" {
                guard let match = reference.wholeMatch(of: /([A-Za-z0-9\/+]+): ("[^"]+"(?:, "[^"]+")*)/) else {
                    Issue.record("\(point.number): what is \(reference)?")
                    continue
                }
                let source = try source(String(match.1))
                for name in match.2.matches(of: /"([^"]+)"/) where !source.contains("\"" + name.1) {
                    Issue.record("\(point.number): \(match.1) has no test that begins with \(name.0)")
                }
            }
        }
    }

    @Test("every test that the requirements name is there")
    func requirements() throws {
        let demands = try ["Attributes", "Bulk", "Directories", "Names", "Ranges", "Writing"].map {
            try text("Tests/MountSupport/FileSystemCase+\($0).swift")
        }.joined()
        let rows = try text("docs/requirements.md").matches(of: /\n\| (T\d+) \| (\S+) \| (.*) \|/)
        #expect(rows.count > 100)
        for row in rows {
            let source = row.2 == "demand" ? demands : try text("Tests/\(row.2).swift")
            if !source.contains("\"" + row.3) { Issue.record("\(row.1): \(row.2) has no test \(row.3)") }
        }
    }

    @Test("no test of the POSIX suite is known to fail")
    func knownFailures() throws {
        #expect(try text("Tests/known_failures").isEmpty)
    }
}
